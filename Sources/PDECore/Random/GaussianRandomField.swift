import Glibc

/// Gaussian random fields N(m, σ²(−Δ + κI)^{−α}) on a box, with periodic or with Neumann boundaries.
///
/// The field is a sum over the Laplacian's orthonormal eigenfunctions on the box [0, L] of every axis, each times an
/// independent normal number with variance σ²(λ + κ)^{−α}; λ is the eigenvalue of −Δ (Lindgren, Rue & Lindström 2011,
/// section 2). Normal numbers are keyed by the wavevector and not by their order, so the same sample on a finer grid is
/// the same function with more modes.
public struct GaussianRandomField: Hashable, Codable, Sendable {
    /// σ².
    public let variance: Double
    /// κ ≥ 0, in units of 1/length²; correlations die out beyond a length of 1/√κ.
    public let shift: Double
    /// α; larger is smoother.
    public let exponent: Double
    /// Whether the constant mode is left out, so that the mean over the box is zero.
    public let hasZeroMean: Bool

    /// The field with covariance σ²(−Δ + κI)^{−α}; κ = 0 needs a zero mean.
    public init(variance: Double, shift: Double, exponent: Double, hasZeroMean: Bool = false) {
        precondition(variance > 0 && shift >= 0, "variance, shift: expected more than 0, at least 0")
        precondition(shift > 0 || hasZeroMean, "shift: expected more than 0 unless the mean is zero")
        self.variance = variance
        self.shift = shift
        self.exponent = exponent
        self.hasZeroMean = hasZeroMean
    }

    /// Variance of the mode with eigenvalue λ of −Δ.
    public func variance(ofEigenvalue eigenvalue: Double) -> Double {
        eigenvalue == 0 && hasZeroMean ? 0 : variance * pow(eigenvalue + shift, -exponent)
    }

    /// Standard deviation of the values of a periodic field in a box with sides of these lengths, from the modes below 64 periods.
    public func deviation(periods lengths: [Double]) -> Double {
        let side = lengths.count == 3 ? 32 : 64
        var sum = 0.0
        forEachWave(lengths.map { _ in 2 * side }, folded: lengths.count) { _, wave in
            sum += variance(ofEigenvalue: zip(wave, lengths).reduce(0.0) { $0 + pow(2 * .pi * Double($1.0) / $1.1, 2) })
        }
        return (sum / lengths.reduce(1, *)).squareRoot()
    }

    /// Standard deviation of the values of a field with zero slope across the boundary, as a root mean square over the box,
    /// for near the sides it is larger; from the modes below 64 half waves an axis, 32 in three dimensions, beyond which the
    /// variance has a thousandth at α = 2.
    ///
    /// - Parameters:
    ///   - lengths: of the box along each axis.
    ///   - modes: how many modes are drawn along each axis, as in `neumann(on:modes:from:while:)`.
    public func deviation(lengths: [Double], modes: [Int]) -> Double {
        var sum = 0.0
        forEachWave(modes.map { min($0, modes.count == 3 ? 32 : 64) }, folded: nil) { _, wave in
            sum += variance(ofEigenvalue: zip(wave, lengths).reduce(0.0) { $0 + pow(.pi * Double($1.0) / $1.1, 2) })
        }
        return (sum / lengths.reduce(1, *)).squareRoot()
    }

    /// Draws a field on a periodic grid.
    ///
    /// - Parameters:
    ///   - grid: periodic, with an even number of points along the last axis; modes up to half the points are drawn.
    ///   - stream: gives the normal numbers, by position; it is not advanced.
    ///   - goesOn: asked before each plane of modes, a row in the plane; false ends the draw, whose field then is none to use.
    public func periodic(
        on grid: Grid, from stream: RandomStream, while goesOn: () -> Bool = { true }
    ) -> Field<Double> {
        precondition(grid.isPeriodic, "grid: expected periodic axes")
        let transform = RealFourierTransform<Double>(shape: grid.shape)
        let coefficients = AlignedBuffer<Double>(count: 2 * transform.modeCount)
        let volume = grid.axes.reduce(1) { $0 * $1.length }
        let shape = Array(grid.shape.dropLast()) + [transform.keptModes]
        forEachWave(shape, folded: grid.dimensions - 1, while: goesOn) { mode, wave in
            // The Nyquist modes have no partner of the opposite sign and are left out.
            guard zip(wave, grid.shape).allSatisfy({ 2 * abs($0) < $1 }) else { return }
            let eigenvalue = zip(wave, grid.axes).reduce(0.0) { sum, pair in
                let k = 2 * Double.pi * Double(pair.0) / pair.1.length
                return sum + k * k
            }
            let deviation = (variance(ofEigenvalue: eigenvalue) / volume).squareRoot()
            if wave.allSatisfy({ $0 == 0 }) {
                coefficients.pointer[2 * mode] = deviation * stream.normals(at: 0).0
                return
            }
            // With a real field the mode −k is the conjugate of the mode k: where both are stored, the one whose first
            // component that is not zero is positive says what the other is.
            let isMirrored = wave.last == 0 && wave.first(where: { $0 != 0 })! < 0
            let (a, b) = stream.normals(at: Self.position(isMirrored ? wave.map { -$0 } : wave))
            coefficients.pointer[2 * mode] = deviation * a / 2.0.squareRoot()
            coefficients.pointer[2 * mode + 1] = (isMirrored ? 1 : -1) * deviation * b / 2.0.squareRoot()
        }
        var field = Field<Double>(on: grid)
        guard goesOn() else { return field }
        field.values.withUnsafeMutablePointer { transform.inverse(coefficients.pointer, into: $0) }
        return field
    }

    /// Draws a field with zero slope across the boundary on a grid of cell centres.
    ///
    /// - Parameters:
    ///   - grid: cells along every axis.
    ///   - modes: how many modes are drawn along each axis; by default as many as there are cells. With the same number on
    ///     a finer grid it is the same function.
    ///   - stream: gives the normal numbers, by position; it is not advanced.
    ///   - goesOn: asked before each plane of modes, a row in the plane; false ends the draw, whose field then is none to use.
    public func neumann(
        on grid: Grid, modes: [Int]? = nil, from stream: RandomStream, while goesOn: () -> Bool = { true }
    ) -> Field<Double> {
        precondition(grid.axes.allSatisfy { $0.placement == .cells }, "grid: expected cell centres along every axis")
        let modes = modes ?? grid.shape
        precondition(
            modes.count == grid.dimensions && zip(modes, grid.shape).allSatisfy { $0 >= 1 && $0 <= $1 },
            "modes: expected 1 to \(grid.shape), got \(modes)")
        let coefficients = AlignedBuffer<Double>(count: grid.count)
        forEachWave(grid.shape, folded: nil, while: goesOn) { mode, wave in
            guard zip(wave, modes).allSatisfy({ $0 < $1 }) else { return }
            var eigenvalue = 0.0
            // The eigenfunction √(2/L) cos(πkx/L), or √(1/L) for k = 0, in terms of the transform's 2 cos and 1.
            var norm = 1.0
            for (k, axis) in zip(wave, grid.axes) {
                eigenvalue += pow(.pi * Double(k) / axis.length, 2)
                norm *= k == 0 ? (1 / axis.length).squareRoot() : (0.5 / axis.length).squareRoot()
            }
            let deviation = variance(ofEigenvalue: eigenvalue).squareRoot() * norm
            coefficients.pointer[mode] = deviation * stream.normals(at: Self.position(wave)).0
        }
        var field = Field<Double>(on: grid)
        var stride = grid.count
        let axes = grid.shape.map { count in
            stride /= count
            return FourierAxis(count, stride: stride)
        }
        let plan = FourierPlan(
            .realToReal(axes.map { _ in .cosineIII }), axes: axes, of: Double.self)
        field.values.withUnsafeMutablePointer { plan.execute(coefficients.pointer, $0) }
        return field
    }

    /// Visits the modes of an array in storage order; axes before `folded` hold negative wavenumbers in their upper half.
    private func forEachWave(
        _ shape: [Int], folded: Int?, while goesOn: () -> Bool = { true }, _ body: (Int, [Int]) -> Void
    ) {
        var wave = [Int](repeating: 0, count: shape.count)
        let plane = shape.dropFirst().reduce(1, *)
        for mode in 0..<shape[0] * plane {
            if mode % plane == 0, !goesOn() { return }
            var rest = mode
            for axis in stride(from: shape.count - 1, through: 0, by: -1) {
                let index = rest % shape[axis]
                rest /= shape[axis]
                wave[axis] = folded.map { axis < $0 && 2 * index > shape[axis] } == true ? index - shape[axis] : index
            }
            body(mode, wave)
        }
    }

    /// A number for every wavevector that does not depend on the grid. One axis has 32 bits, two have 16 each, three
    /// 11, 11 and 10.
    private static func position(_ wave: [Int]) -> UInt32 {
        let bits = wave.count == 1 ? [32] : wave.count == 2 ? [16, 16] : [11, 11, 10]
        var position: UInt64 = 0
        for (k, width) in zip(wave, bits) {
            let zigzag = UInt64(k >= 0 ? 2 * k : -2 * k - 1)
            precondition(zigzag < 1 << UInt64(width), "grid: wavenumber \(k) is beyond what \(width) bits can key")
            position = position << UInt64(width) | zigzag
        }
        return UInt32(position)
    }
}
