/// The Fourier transform of real fields on a periodic grid, kept to its lowest modes.
///
/// A field f[j…] has the coefficients c[k…] = Σ f[j…] e^{−2πi Σ k j / n}. Along the last axis k runs over 0 ..< m, along the
/// others over 0 ..< m, −m ..< 0. As few modes are wanted, the transform is a few small matrix products, axis by axis.
public struct TruncatedTransform: Hashable, Sendable {
    /// Points along each axis, one to three.
    public let grid: [Int]
    /// Modes m along each axis.
    public let modes: [Int]

    /// A transform of at most as many modes as the grid has: 2m ≤ n, and m ≤ n/2 + 1 along the last axis.
    public init(grid: [Int], modes: [Int]) {
        precondition(
            grid.count == modes.count && !grid.isEmpty, "modes: expected one number for each of \(grid), got \(modes)")
        let last = grid.count - 1
        for (axis, (n, m)) in zip(grid, modes).enumerated() {
            precondition(
                m >= 1 && (axis == last ? m <= n / 2 + 1 : 2 * m <= n),
                "modes: expected 1...\(axis == last ? n / 2 + 1 : n / 2) along axis \(axis) of \(grid), got \(m)")
        }
        self.grid = grid
        self.modes = modes
    }

    /// Coefficients kept along each axis.
    public var extents: [Int] { modes.enumerated().map { $0 == modes.count - 1 ? $1 : 2 * $1 } }
    /// Coefficients kept in all.
    public var count: Int { extents.product }
    /// Grid points.
    public var points: Int { grid.product }
}
