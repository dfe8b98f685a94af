import PDECore

/// The tridiagonal systems along z that the transforms along x and y leave: −u_{i−1} + (2 + μ) u_i − u_{i+1} = f_i h²/a,
/// with μ the sum of a mode's eigenvalues times h² and of a shift's share, and ends as the sides have it.
///
/// Pivots are 1 + q with q_i = μ + q_{i−1}/(1 + q_{i−1}): sums of positive numbers, so that they are exact to round-off for
/// any μ, and q stays 0 in the mode that a singular system leaves free, whose last unknown is put to 0. They are made anew
/// in double precision at each solve, which takes less time than reading them from memory, and kept for the way back.
struct BoxTridiagonals<Scalar: Real> {
    typealias Pointer = UnsafeMutablePointer<Scalar>

    /// Vectors of modes that go along z together, so that pivots stay in the cache.
    private static var block: Int { 16 }

    private let layout: CellLayout
    /// h²/a.
    private let factor: Double
    /// 2 where a value is given on the lower or the upper side, 0 where a flux is.
    private let lower, upper: Double
    /// μ's parts by x, 1 beyond the row, and by y.
    private let alongX: AlignedBuffer<Double>
    private let alongY: [Double]

    /// - Parameters:
    ///   - z: the axis of the systems.
    ///   - alongX: eigenvalues of the second difference along x, not positive.
    ///   - alongY: those along y.
    ///   - coefficient: a.
    init(_ layout: CellLayout, z: PressureAxis, alongX: [Double], alongY: [Double], coefficient: Double) {
        self.layout = layout
        factor = 1 / (z.weight * coefficient)
        lower = z.lower == .dirichlet ? 2 : 0
        upper = z.upper == .dirichlet ? 2 : 0
        self.alongX = AlignedBuffer(count: 8 * layout.vectors)
        for lane in 0..<8 * layout.vectors {
            self.alongX.pointer[lane] = lane < alongX.count ? -alongX[lane] / z.weight : 1
        }
        self.alongY = alongY.map { -$0 / z.weight }
    }

    /// Parts that can be solved side by side.
    var items: Int { layout.rows * blocks }
    private var blocks: Int { (layout.vectors + Self.block - 1) / Self.block }

    /// The memory that a worker needs: reciprocals of pivots, and q.
    func makeWorkspace() -> BoxTridiagonalWorkspace<Scalar> {
        BoxTridiagonalWorkspace(
            reciprocals: AlignedBuffer(count: 8 * Self.block * layout.planes), q: AlignedBuffer(count: 8 * Self.block))
    }

    /// Solves the systems of a part in place.
    ///
    /// - Parameter shift: the c of A + cI, which adds c h²/a to μ.
    func solve(_ field: Pointer, item: Int, _ workspace: BoxTridiagonalWorkspace<Scalar>, shift c: Double) {
        let (y, first) = (item / blocks, item % blocks * Self.block)
        let count = min(Self.block, layout.vectors - first)
        let (last, step) = (layout.planes - 1, layout.planeStride)
        let start = field + layout.offset(8 * first, y, 0)
        let (q, mu) = (workspace.q.pointer, alongX.pointer + 8 * first)
        let shift = SIMD8<Double>(repeating: alongY[y] + c * factor)
        let factor = Scalar(factor)
        for v in 0..<count { storeEight(eight(mu, 8 &* v) + (shift + lower), q, 8 &* v) }
        for z in 0...last {
            let values = start + z &* step
            let kept = workspace.reciprocals.pointer + 8 &* Self.block &* z
            let end = z == last ? upper : 1
            for v in 0..<count {
                let i = 8 &* v
                let excess = eight(q, i)
                let pivot = excess + end
                var reciprocal = 1 / pivot
                if z == last { reciprocal.replace(with: 0, where: pivot .== 0) }
                let r: SIMD8<Scalar> = converted(reciprocal)
                storeEight(eight(mu, i) + shift + excess * reciprocal, q, i)
                storeEight(r, kept, i)
                var sum = factor * eight(values, i)
                if z > 0 { sum += eight(values - step, i) }
                storeEight(sum * r, values, i)
            }
        }
        for z in stride(from: last - 1, through: 0, by: -1) {
            let values = start + z &* step
            let kept = workspace.reciprocals.pointer + 8 &* Self.block &* z
            for v in 0..<count {
                let i = 8 &* v
                storeEight(eight(values, i) + eight(kept, i) * eight(values + step, i), values, i)
            }
        }
    }
}

/// What a worker needs for tridiagonal systems.
struct BoxTridiagonalWorkspace<Scalar: Real> {
    let reciprocals: AlignedBuffer<Scalar>
    let q: AlignedBuffer<Double>
}
