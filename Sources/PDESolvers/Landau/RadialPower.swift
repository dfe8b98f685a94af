import PDECore

/// |z|^γ from |z|², for eight pairs at a time.
///
/// A pair at |z| = 0 gets any finite number: what is multiplied with it is 0.
protocol RadialPower {
    func callAsFunction(_ square: SIMD8<Double>) -> SIMD8<Double>
}

/// γ = 0.
struct ConstantPower: RadialPower {
    @inline(__always)
    func callAsFunction(_ square: SIMD8<Double>) -> SIMD8<Double> { SIMD8(repeating: 1) }
}

/// γ = −3.
struct CoulombPower: RadialPower {
    @inline(__always)
    func callAsFunction(_ square: SIMD8<Double>) -> SIMD8<Double> {
        // Far below the square of any difference of two velocities of order 1 that is not 0, and finite to the power −3/2.
        let q = square + 1e-60
        return 1 / (q * q.root)
    }
}

/// Any γ: whole numbers at the cost of products and, where they are odd, a root, others at that of a logarithm and an exponential for each pair.
struct GeneralPower: RadialPower {
    let halfExponent: Double
    private let isWhole, isOdd: Bool
    private let products: Int

    init(halfExponent: Double) {
        self.halfExponent = halfExponent
        let exponent = (2 * abs(halfExponent)).rounded()
        isWhole = exponent == 2 * abs(halfExponent) && exponent < 32
        isOdd = exponent.truncatingRemainder(dividingBy: 2) == 1
        products = isWhole ? Int(exponent) / 2 : 0
    }

    @inline(__always)
    func callAsFunction(_ square: SIMD8<Double>) -> SIMD8<Double> {
        // Finite to the power −6, the lowest that is integrable in ten dimensions.
        let q = square + 1e-50
        guard isWhole else { return exponential(q) }
        let base = halfExponent < 0 ? 1 / q : q
        var result = isOdd ? base.root : SIMD8(repeating: 1)
        for _ in 0..<products { result *= base }
        return result
    }

    private func exponential(_ square: SIMD8<Double>) -> SIMD8<Double> {
        var result = square
        withUnsafeMutableBytes(of: &result) { bytes in
            let lanes = bytes.baseAddress!.assumingMemoryBound(to: Double.self)
            Double.map(.log, lanes, into: lanes, count: 8)
            for lane in 0..<8 { lanes[lane] *= halfExponent }
            Double.map(.exp, lanes, into: lanes, count: 8)
        }
        return result
    }
}

extension SIMD8<Double> {
    /// The square root of each lane. Eight scalar roots become vector instructions.
    @inline(__always)
    fileprivate var root: SIMD8<Double> {
        SIMD8(
            self[0].squareRoot(), self[1].squareRoot(), self[2].squareRoot(), self[3].squareRoot(),
            self[4].squareRoot(), self[5].squareRoot(), self[6].squareRoot(), self[7].squareRoot())
    }
}
