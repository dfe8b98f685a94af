import PDECore

/// The weights of a tiled convolution, w [3 × 3][count], against their transform u = G w Gᵀ [4 × 4][count], for part of the values.
struct TiledWeights<Scalar: Real> {
    /// Values of one of the nine matrices.
    let count: Int
    /// Those transformed at once.
    let range: Range<Int>
    /// Room for 12 × `range.count` values.
    let scratch: UnsafeMutablePointer<Scalar>

    private var n: Int { range.count }

    /// u ← G w Gᵀ with G = (1 0 0; ½ ½ ½; ½ −½ ½; 0 0 1).
    func transform(_ w: UnsafePointer<Scalar>, into u: UnsafeMutablePointer<Scalar>) {
        let (w, u) = (w + range.lowerBound, u + range.lowerBound)
        for j in 0..<3 {
            widen((0..<3).map { w + (3 * $0 + j) * count }, into: (0..<4).map { scratch + (3 * $0 + j) * n })
        }
        for i in 0..<4 {
            widen(
                (0..<3).map { UnsafePointer(scratch + (3 * i + $0) * n) },
                into: (0..<4).map { u + (4 * i + $0) * count })
        }
    }

    private func widen(_ w: [UnsafePointer<Scalar>], into u: [UnsafeMutablePointer<Scalar>]) {
        u[0].update(from: w[0], count: n)
        Scalar.combine(.add, w[0], w[2], into: u[2], count: n)
        Scalar.combine(.add, u[2], w[1], into: u[1], count: n)
        Scalar.combine(.subtract, u[2], w[1], into: u[2], count: n)
        Scalar.combine(.multiply, u[1], 0.5, into: u[1], count: n)
        Scalar.combine(.multiply, u[2], 0.5, into: u[2], count: n)
        u[3].update(from: w[2], count: n)
    }

    /// w ← Gᵀ u G, where the last row and column of u have the opposite sign; uses u up.
    func transformBack(_ u: UnsafeMutablePointer<Scalar>, into w: UnsafeMutablePointer<Scalar>) {
        let (w, u) = (w + range.lowerBound, u + range.lowerBound)
        for j in 0..<4 {
            narrow((0..<4).map { u + (4 * $0 + j) * count }, into: (0..<3).map { scratch + (4 * $0 + j) * n })
        }
        for i in 0..<3 {
            narrow((0..<4).map { scratch + (4 * i + $0) * n }, into: (0..<3).map { w + (3 * i + $0) * count })
        }
    }

    private func narrow(_ u: [UnsafeMutablePointer<Scalar>], into w: [UnsafeMutablePointer<Scalar>]) {
        Scalar.combine(.subtract, u[1], u[2], into: w[1], count: n)
        Scalar.combine(.multiply, w[1], 0.5, into: w[1], count: n)
        Scalar.combine(.add, u[1], u[2], into: u[1], count: n)
        Scalar.combine(.multiply, u[1], 0.5, into: u[1], count: n)
        Scalar.combine(.add, u[0], u[1], into: w[0], count: n)
        Scalar.combine(.subtract, u[1], u[3], into: w[2], count: n)
    }
}
