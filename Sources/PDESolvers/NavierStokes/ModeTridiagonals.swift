import PDECore

/// The tridiagonal systems that a transform along one axis leaves: one a mode, along the other axis.
///
/// Row i of mode k reads a p_{i−1} + (b_i + λ_k) p_i + a p_{i+1} = f_i. Elimination without pivoting is stable since
/// the systems are diagonally dominant. Values of all modes stand side by side, so that each step of the recurrences
/// runs over modes in vectors.
///
/// A periodic axis is opened at its last point: T q = a (e_0 + e_{n−2}) is solved in advance, p_{n−1} follows from the
/// last equation, and the other points are y − p_{n−1} q with T y = f.
///
/// Away from the ends pivots no longer change along the axis, the sooner the higher the mode. Where they have settled to
/// round-off one set serves all points, so that a large grid's need not come from memory in each sweep.
///
/// In the mode with λ = 0 of a singular system the last equation follows from the others and the last point is put to
/// 0.
struct ModeTridiagonals<Scalar: Real> {
    /// Points along the axis.
    let count: Int
    /// Values from one point's modes to the next one's, a multiple of eight.
    let stride: Int
    /// Unknowns in the recurrence: `count`, or one less on a periodic axis.
    private let chain: Int
    private let weight: Scalar
    /// The pivots' reciprocals, point by point; on a periodic axis the last equation's at the last point.
    private let reciprocals: AlignedBuffer<Scalar>
    /// How many vectors of modes have pivots of their own at each point; the others share those of point `settled`.
    private let ownVectors: [Int]
    private let settled: Int
    /// q on a periodic axis.
    private let opening: AlignedBuffer<Scalar>?

    init(_ axis: PressureAxis, eigenvalues: [Double], stride: Int) {
        let (n, a) = (axis.count, axis.weight)
        let chain = axis.isPeriodic ? n - 1 : n
        count = n
        self.stride = stride
        self.chain = chain
        weight = Scalar(a)
        reciprocals = AlignedBuffer(count: n * stride)
        opening = axis.isPeriodic ? AlignedBuffer(count: n * stride) : nil
        settled = max(0, chain - 2)
        func ends(_ side: PressureBoundary) -> Double { side == .neumann ? a : side == .dirichlet ? -a : 0 }
        var r = [Double](repeating: 0, count: n)
        var q = [Double](repeating: 0, count: n)
        for (k, eigenvalue) in eigenvalues.enumerated() {
            for i in 0..<chain {
                var pivot = eigenvalue - 2 * a
                if i == 0 { pivot += ends(axis.lower) } else { pivot -= a * a * r[i - 1] }
                if i == n - 1 { pivot += ends(axis.upper) }
                r[i] = 1 / pivot
            }
            let isSingular = eigenvalue == 0 && axis.isSingular
            if axis.isPeriodic {
                for i in 0..<chain {
                    let source = (i == 0 ? a : 0) + (i == chain - 1 ? a : 0)
                    q[i] = (source - (i > 0 ? a * q[i - 1] : 0)) * r[i]
                }
                for i in (0..<chain - 1).reversed() { q[i] -= a * r[i] * q[i + 1] }
                r[n - 1] = 1 / (eigenvalue - 2 * a - a * (q[0] + q[chain - 1]))
                for i in 0..<chain { opening!.pointer[i * stride + k] = Scalar(q[i]) }
            }
            if isSingular { r[n - 1] = 0 }
            for i in 0..<n { reciprocals.pointer[i * stride + k] = Scalar(r[i]) }
        }
        ownVectors = Self.countOwnVectors(reciprocals.pointer, points: n, stride: stride, settled: settled)
    }

    private static func countOwnVectors(
        _ reciprocals: UnsafeMutablePointer<Scalar>, points: Int, stride: Int, settled: Int
    ) -> [Int] {
        let limit = reciprocals + settled * stride
        return (0..<points).map { point in
            let own = reciprocals + point * stride
            let last = (0..<stride).last { abs(own[$0] - limit[$0]) > abs(limit[$0]) * Scalar.ulpOfOne / 4 }
            return last.map { $0 / 8 + 1 } ?? 0
        }
    }

    /// Solves all systems; `solution` may be `rightHandSide`.
    func solve(_ rightHandSide: UnsafeMutablePointer<Scalar>, into solution: UnsafeMutablePointer<Scalar>) {
        let vectors = stride / 8
        let limit = VectorView(reciprocals.pointer + settled &* stride)
        ownVectors.withUnsafeBufferPointer { ownVectors in
            for i in 0..<chain {
                let (f, r) = (VectorView(rightHandSide + i &* stride), VectorView(reciprocals.pointer + i &* stride))
                let (y, own) = (MutableVectorView(solution + i &* stride), ownVectors[i])
                if i == 0 {
                    for k in 0..<vectors { y[k] = f[k] * r[k] }
                } else {
                    let before = VectorView(solution + (i &- 1) &* stride)
                    for k in 0..<own { y[k] = (f[k] - weight * before[k]) * r[k] }
                    for k in own..<vectors { y[k] = (f[k] - weight * before[k]) * limit[k] }
                }
            }
            for i in Swift.stride(from: chain &- 2, through: 0, by: -1) {
                let r = VectorView(reciprocals.pointer + i &* stride)
                let after = VectorView(solution + (i &+ 1) &* stride)
                let (p, own) = (MutableVectorView(solution + i &* stride), ownVectors[i])
                for k in 0..<own { p[k] = p[k] - weight * r[k] * after[k] }
                for k in own..<vectors { p[k] = p[k] - weight * limit[k] * after[k] }
            }
        }
        if let opening { close(rightHandSide, solution, opening.pointer) }
    }

    private func close(
        _ rightHandSide: UnsafeMutablePointer<Scalar>, _ solution: UnsafeMutablePointer<Scalar>,
        _ opening: UnsafeMutablePointer<Scalar>
    ) {
        let vectors = stride / 8
        let f = VectorView(rightHandSide + chain &* stride)
        let r = VectorView(reciprocals.pointer + chain &* stride)
        let (first, before) = (VectorView(solution), VectorView(solution + (chain &- 1) &* stride))
        let last = MutableVectorView(solution + chain &* stride)
        for k in 0..<vectors { last[k] = (f[k] - weight * (first[k] + before[k])) * r[k] }
        for i in 0..<chain {
            let (p, q) = (MutableVectorView(solution + i &* stride), VectorView(opening + i &* stride))
            for k in 0..<vectors { p[k] = p[k] - last[k] * q[k] }
        }
    }
}
