import Glibc
import PDECore

/// Which wavenumber each coefficient of a transform belongs to, and the thirds of the resolved range.
///
/// Wavenumbers are lengths |k| in units of 2π over the longest side of the box, gathered in shells of equal width. The
/// resolved range ends at the smallest Nyquist wavenumber of all axes; the corners of the box beyond it belong to no band.
package struct SpectralShells {
    /// Low, middle and high third.
    static let bandCount = 3

    /// The shell of each coefficient.
    let shell: [Int32]
    /// What each squared coefficient contributes to the mean square over the points.
    let weight: [Float]
    /// The wavenumber of each shell.
    package let wavenumbers: [Double]
    /// The shells of the low, the middle and the high third, without shell 0, the mean.
    package let bands: [Range<Int>]

    /// Shells of the transform that suits a grid: Fourier on periodic ones whose last axis is even, else cosine.
    package init(describing grid: Grid) {
        self = Self.isFourier(grid) ? SpectralShells(periodic: grid) : SpectralShells(cosine: grid)
    }

    /// Whether `RealFourierTransform` can take fields on the grid.
    static func isFourier(_ grid: Grid) -> Bool {
        let last = grid.axes.last!.count
        return grid.isPeriodic && last >= 4 && last % 2 == 0
    }

    /// Shells of the coefficients of `RealFourierTransform`.
    init(periodic grid: Grid) {
        let last = grid.axes.count - 1
        self.init(
            grid, width: 1, counts: grid.axes.enumerated().map { $0 == last ? $1.count / 2 + 1 : $1.count },
            wave: { axis, k in
                let n = grid.axes[axis].count
                return Double(axis == last || k <= n / 2 ? k : k - n)
            },
            weight: { axis, k in
                axis == last && k > 0 && 2 * k < grid.axes[axis].count ? 2 : 1
            })
    }

    /// Shells of the coefficients of an unscaled type-II cosine transform along every axis: half waves.
    init(cosine grid: Grid) {
        self.init(
            grid, width: 0.5, counts: grid.shape, wave: { _, k in Double(k) / 2 },
            weight: { axis, k in
                let n = Double(grid.axes[axis].count)
                return (k == 0 ? 0.25 : 0.5) / (n * n)
            })
    }

    private init(
        _ grid: Grid, width: Double, counts: [Int], wave: (Int, Int) -> Double, weight: (Int, Int) -> Double
    ) {
        let longest = grid.axes.map(\.length).max()!
        let total = counts.reduce(1, *)
        var shell = [Int32](repeating: 0, count: total)
        var weights = [Float](repeating: 0, count: total)
        for place in 0..<total {
            var (rest, squared, product) = (place, 0.0, 1.0)
            for axis in counts.indices.reversed() {
                let k = rest % counts[axis]
                rest /= counts[axis]
                let number = wave(axis, k) * longest / grid.axes[axis].length
                squared += number * number
                product *= weight(axis, k)
            }
            shell[place] = Int32((squared.squareRoot() / width).rounded())
            weights[place] = Float(product)
        }
        self.shell = shell
        self.weight = weights
        wavenumbers = (0...Int(shell.max()!)).map { Double($0) * width }
        let resolved = grid.axes.map { Double($0.count) / 2 * longest / $0.length }.min()!
        let ends = (0...Self.bandCount).map { third in
            third == 0 ? 1 : Int((resolved * Double(third) / Double(Self.bandCount) / width + 1e-9).rounded(.down)) + 1
        }
        let count = wavenumbers.count
        bands = (0..<Self.bandCount).map { min(ends[$0], count)..<min(max(ends[$0], ends[$0 + 1]), count) }
    }

    /// Shells in the resolved range, shell 0 among them.
    var resolvedCount: Int { bands.last!.upperBound }
}
