/// How much of a solution lies in the highest tenth of its degrees: Σ c² there over all Σ c², or over the mean square of the
/// solution where that is larger, as it is where the boundary values alone make the solution.
enum SpectralTail {
    static func share(ofLine coefficients: [Double], values: [Double]) -> Double {
        share(coefficients, values, isHigh: { $0 >= coefficients.count * 9 / 10 })
    }

    /// Of a square of coefficients.
    static func share(ofSquare coefficients: [Double], side: Int, values: [Double]) -> Double {
        share(coefficients, values, isHigh: { max($0 / side, $0 % side) >= side * 9 / 10 })
    }

    private static func share(_ coefficients: [Double], _ values: [Double], isHigh: (Int) -> Bool) -> Double {
        var (high, all) = (0.0, 0.0)
        for (k, c) in coefficients.enumerated() {
            all += c * c
            if isHigh(k) { high += c * c }
        }
        let meanSquare = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
        return all > 0 ? high / max(all, meanSquare) : 0
    }
}
