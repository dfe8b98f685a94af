import PDECore

/// The trigonometric polynomials on a periodic grid that survive dealiasing, and the transforms to and from them.
///
/// Of n points along an axis the modes |k| ≤ (n − 1)/(p + 1) are kept, so that products of p fields are free of aliasing: the 2/3 rule
/// (Orszag 1971) for two, 1/2 for three. Coefficients are laid out as in `RealFourierTransform`, one component after the other
/// at a distance of `componentStride` values. Owns workspace: one per thread.
public final class SpectralSpace<Scalar: Real> {
    /// The grid on which products are formed.
    public let grid: Grid
    /// Values ↔ coefficients.
    public let transform: RealFourierTransform<Scalar>
    /// Number of complex coefficients of one component.
    public let modeCount: Int
    /// Values from one component's coefficients to the next: 2 × `modeCount`, rounded up to whole vectors.
    public let componentStride: Int
    /// Factors of the products that are free of aliasing.
    public let degree: Int
    /// The most waves kept along each axis.
    let limits: [Int]
    /// The largest wavenumber kept along each axis, in radians per unit of length.
    public let cutoff: [Double]
    /// Asked by terms of several long transforms between them; once it says no, what they give is not to be used.
    public internal(set) var goesOn: () -> Bool = { true }
    /// For each axis and mode (−k, k): times the swapped parts of a coefficient this is ik times the coefficient.
    private let derivatives: [AlignedBuffer<Scalar>]
    /// 1 for modes that are kept and 0 for others, written twice.
    private let mask: AlignedBuffer<Scalar>?

    /// The most waves that are kept of so many points, where products of `degree` factors are to be free of aliasing.
    public static func keptWaves(of points: Int, degree: Int = 2) -> Int { (points - 1) / (degree + 1) }

    /// The space on `grid`, which is periodic with an even number of points along its last axis, for products of `degree` fields.
    public init(_ grid: Grid, degree: Int = 2) {
        precondition(grid.isPeriodic, "grid: expected periodic axes")
        precondition(degree >= 1, "degree: expected at least 1, got \(degree)")
        self.grid = grid
        self.degree = degree
        let limits = grid.shape.map { Self.keptWaves(of: $0, degree: degree) }
        self.limits = limits
        transform = RealFourierTransform(shape: grid.shape, keptModes: limits.last! + 1)
        modeCount = transform.modeCount
        componentStride = (2 * modeCount + 15) / 16 * 16
        cutoff = zip(grid.axes, limits).map { axis, limit in 2 * .pi * Double(limit) / axis.length }
        let stride = componentStride
        let derivatives = grid.axes.map { _ in AlignedBuffer<Scalar>(count: stride) }
        let mask = grid.dimensions > 1 ? AlignedBuffer<Scalar>(count: stride) : nil
        self.derivatives = derivatives
        self.mask = mask
        forEachMode { mode, wave in
            var isKept = true
            for (axis, number) in wave.enumerated() {
                isKept = isKept && abs(number) <= limits[axis]
                let wavenumber = Scalar(2 * .pi * Double(number) / grid.axes[axis].length)
                derivatives[axis].pointer[2 * mode] = -wavenumber
                derivatives[axis].pointer[2 * mode + 1] = wavenumber
            }
            mask?.pointer[2 * mode] = isKept ? 1 : 0
            mask?.pointer[2 * mode + 1] = isKept ? 1 : 0
        }
    }

    /// Visits all modes in storage order with their integer wavevectors.
    public func forEachMode(_ body: (_ mode: Int, _ wave: [Int]) -> Void) {
        let shape = grid.shape
        var wave = [Int](repeating: 0, count: shape.count)
        for mode in 0..<modeCount {
            wave[shape.count - 1] = mode % transform.keptModes
            var rest = mode / transform.keptModes
            for axis in stride(from: shape.count - 2, through: 0, by: -1) {
                let index = rest % shape[axis]
                wave[axis] = index <= shape[axis] / 2 ? index : index - shape[axis]
                rest /= shape[axis]
            }
            body(mode, wave)
        }
    }

    /// Pairs of modes k and −k that are both stored: in a real field the coefficient of the one is the conjugate of the other's.
    public func mirrors() -> [(mode: Int, mirror: Int)] {
        var places: [[Int]: Int] = [:]
        forEachMode { mode, wave in if wave.last == 0 { places[wave] = mode } }
        return places.compactMap { wave, mode in places[wave.map { -$0 }].map { (mode, $0) } }
            .filter { $0.0 <= $0.1 }.sorted { $0.0 < $1.0 }.map { (mode: $0.0, mirror: $0.1) }
    }

    /// Visits all modes of a space of two dimensions in storage order with k in radians per unit of length.
    public func forEachWavevector(_ body: (_ mode: Int, _ kx: Double, _ ky: Double) -> Void) {
        precondition(grid.dimensions == 2, "space: expected two dimensions, got \(grid.dimensions)")
        let (x, y) = (2 * .pi / grid.axes[0].length, 2 * .pi / grid.axes[1].length)
        forEachMode { mode, wave in body(mode, Double(wave[0]) * x, Double(wave[1]) * y) }
    }

    /// Values on the grid → coefficients of the modes that are kept, times `scale`.
    public func forward(
        _ values: UnsafeMutablePointer<Scalar>, into coefficients: UnsafeMutablePointer<Scalar>, scale: Scalar = 1
    ) {
        transform.forward(values, into: coefficients, scale: scale)
        truncate(coefficients)
    }

    private func truncate(_ coefficients: UnsafeMutablePointer<Scalar>) {
        guard let mask = mask?.pointer else { return }
        for i in 0..<componentStride { coefficients[i] *= mask[i] }
    }

    /// out = ik·coefficients: the derivative along an axis. `out` may be the input.
    public func differentiate(
        _ coefficients: UnsafePointer<Scalar>, axis: Int, into out: UnsafeMutablePointer<Scalar>
    ) {
        let modes = VectorView(coefficients)
        let factors = VectorView(derivatives[axis].pointer)
        let result = MutableVectorView(out)
        for i in 0..<componentStride / 8 {
            result[i] = modes[i].swappedParts * factors[i]
        }
    }
}
