import Glibc
import PDECore

/// The cells that Gaussian blobs are summed over: those of a velocity grid and a margin around it.
///
/// A Gaussian on a lattice is a product over the axes, and along an axis e^(−(x + mh)²/2ε) = e^(−x²/2ε)·(e^(−xh/ε))^m·
/// e^(−(mh)²/2ε): a particle costs two exponentials an axis, and its window of cells only products. Windows reach to eight
/// standard deviations, where a blob has fallen by e^(−32), below round-off of its peak.
///
/// Three axes throughout; in two dimensions the first has one cell.
struct BlobMesh {
    /// Cells along each axis, and in all; rows of the last axis have room for a whole vector more.
    let counts: [Int]
    let cellCount: Int
    /// Cells from the middle of a window to its end, and cells of a window (whole vectors for the last axis).
    let reaches, widths: [Int]
    /// Numbers that the factors of one particle take.
    let factorCount: Int
    let spacings, origins: [Double]
    let variance: Double
    /// Cells of the margin.
    let margins: [Int]
    let dimensions: Int
    /// e^(−(mh)²/2ε) for m = 0…reach, axis after axis.
    private let decays: AlignedBuffer<Double>
    private let decayStride: Int

    init(_ grid: Grid, variance: Double) {
        let empty = 3 - grid.dimensions
        dimensions = grid.dimensions
        self.variance = variance
        let spacings = [Double](repeating: 1, count: empty) + grid.axes.map(\.spacing)
        let reaches = spacings.enumerated().map { axis, h in
            axis < empty ? 0 : Int((8 * variance.squareRoot() / h).rounded(.up))
        }
        // Particles may leave the grid by a quarter of its side.
        let margins = (0..<3).map { axis in
            axis < empty ? 0 : reaches[axis] + max(4, grid.axes[axis - empty].count / 4)
        }
        var counts = (0..<3).map { axis in
            axis < empty ? 1 : grid.axes[axis - empty].count + 2 * margins[axis]
        }
        counts[2] += 8
        widths = (0..<3).map { axis in axis == 2 ? (2 * reaches[2] + 8) / 8 * 8 : 2 * reaches[axis] + 1 }
        origins = (0..<3).map { axis in
            axis < empty
                ? 0 : grid.axes[axis - empty].coordinates[0] - Double(margins[axis]) * spacings[axis]
        }
        (self.spacings, self.reaches, self.margins, self.counts) = (spacings, reaches, margins, counts)
        cellCount = counts.reduce(1, *)
        factorCount = 6 * ((widths.max()! + 7) / 8 * 8)
        decayStride = reaches.max()! + 1
        decays = AlignedBuffer(count: 3 * decayStride)
        for axis in 0..<3 {
            for m in 0...reaches[axis] {
                let x = Double(m) * spacings[axis]
                decays.pointer[axis * decayStride + m] = exp(-x * x / (2 * variance))
            }
        }
    }

    /// The volume of a cell.
    var volume: Double { spacings.reduce(1, *) }
    /// What makes a blob's integral 1.
    var norm: Double { pow(2 * .pi * variance, -Double(dimensions) / 2) }

    /// A particle's window, and along each axis the Gaussian's factors and those times the distance to the cell.
    ///
    /// - Parameters:
    ///   - velocity: the first component; the others follow at `stride`.
    ///   - factors: room for `factorCount` numbers; in units of factorCount/6 the factors of axis a start at 2a, the products at 2a + 1.
    /// - Returns: the offset of the window's first cell; nil if the window leaves the mesh.
    @inline(__always)
    func window(
        _ velocity: UnsafePointer<Double>, _ stride: Int, _ factors: UnsafeMutablePointer<Double>
    ) -> Int? {
        let (empty, room) = (3 - dimensions, factorCount / 6)
        var offset = 0
        for axis in 0..<3 {
            let (gauss, slope) = (factors + 2 * axis * room, factors + (2 * axis + 1) * room)
            guard axis >= empty else {
                gauss[0] = 1
                slope[0] = 0
                continue
            }
            let (h, reach) = (spacings[axis], reaches[axis])
            let place = (velocity[(axis &- empty) &* stride] - origins[axis]) / h
            // Also false for NaN.
            guard place >= Double(reach), place < Double(counts[axis] &- (axis == 2 ? 8 : 0) &- reach &- 1) else {
                return nil
            }
            let middle = Int(place.rounded())
            let x = (place - Double(middle)) * h
            let peak = exp(-x * x / (2 * variance))
            let ratio = exp(x * h / variance)
            let inverse = 1 / ratio
            var (up, down) = (peak, peak)
            gauss[reach] = peak
            slope[reach] = x * peak
            let decay = decays.pointer + axis * decayStride
            var m = 1
            while m <= reach {
                up *= ratio
                down *= inverse
                let (above, below) = (up * decay[m], down * decay[m])
                gauss[reach &+ m] = above
                gauss[reach &- m] = below
                slope[reach &+ m] = (x - Double(m) * h) * above
                slope[reach &- m] = (x + Double(m) * h) * below
                m &+= 1
            }
            offset = offset &* counts[axis] &+ middle &- reach
        }
        return offset
    }
}
