import Glibc

/// The eigenvectors and eigenvalues of the second difference along one axis of a pressure grid.
///
/// With n points at half-cell positions j + ½ (G. Strang, "The discrete cosine transform", SIAM Review 41 (1999)):
///
/// - Neumann at both ends: cos(πk(j + ½)/n), λ = −4 sin²(πk/2n)/d²;
/// - Dirichlet at both ends: sin(π(k + 1)(j + ½)/n), λ = −4 sin²(π(k + 1)/2n)/d²;
/// - Neumann at the lower, Dirichlet at the upper end: cos(π(k + ½)(j + ½)/n), λ = −4 sin²(π(k + ½)/2n)/d²; reversed
///   for the opposite;
/// - periodic: cos and sin of 2πk(j + ½)/n, λ = −4 sin²(πk/n)/d². The shift by ½ changes nothing but the phase, and
///   makes the modes even or odd about the middle like those of the first two.
struct AxisModes {
    /// λ of each mode, not positive.
    let values: [Double]
    /// How many modes come first that are even about the middle of the axis, when the operator is symmetric about it.
    let evenCount: Int
    private let axis: PressureAxis
    /// The angle of mode and point is π · numerator · (2j + 1) / 4n.
    private let modes: [(numerator: Int, isSine: Bool)]

    /// - Parameters:
    ///   - axis: the axis.
    ///   - isSplit: whether even modes come before odd ones; otherwise they ascend as in FFTW's transforms. The modes
    ///     of a periodic axis are always split.
    init(_ axis: PressureAxis, isSplit: Bool) {
        let n = axis.count
        var modes: [(numerator: Int, isSine: Bool)] = []
        switch (axis.lower, axis.upper) {
        case (.periodic, _):
            modes = (0..<(n + 1) / 2).map { (4 * $0, false) } + (0..<n / 2).map { (4 * ($0 + 1), true) }
        case (.neumann, .neumann):
            modes = (0..<n).map { (2 * $0, false) }
        case (.dirichlet, .dirichlet):
            modes = (0..<n).map { (2 * ($0 + 1), true) }
        default:
            modes = (0..<n).map { (2 * $0 + 1, false) }
        }
        if isSplit, axis.isSymmetric, !axis.isPeriodic {
            // Cosines of even, sines of odd half-waves are even about the middle; both kinds start with an even one.
            modes = stride(from: 0, to: n, by: 2).map { modes[$0] } + stride(from: 1, to: n, by: 2).map { modes[$0] }
        }
        evenCount = (n + 1) / 2
        values = modes.map { mode in
            let sine = sin(Double.pi * Double(mode.numerator) / Double(4 * n))
            return -4 * sine * sine * axis.weight
        }
        self.axis = axis
        self.modes = modes
    }

    /// Orthonormal eigenvectors: point j of mode k at j · n + k.
    func vectors() -> [Double] {
        let n = axis.count
        var vectors = [Double](repeating: 0, count: n * n)
        for (k, mode) in modes.enumerated() {
            let isExtreme = mode.numerator == 0 || (mode.isSine && mode.numerator == 2 * n)
            let norm = (isExtreme ? 1 / Double(n) : 2 / Double(n)).squareRoot()
            for j in 0..<n {
                let point = axis.lower == .dirichlet && axis.upper == .neumann ? n - 1 - j : j
                let angle = Double.pi * Double((mode.numerator * (2 * point + 1)) % (8 * n)) / Double(4 * n)
                vectors[j * n + k] = norm * (mode.isSine ? sin(angle) : cos(angle))
            }
        }
        return vectors
    }
}
