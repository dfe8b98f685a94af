import Glibc

extension RandomStream {
    /// The next number of the gamma distribution of a shape above 0 and scale 1, whose mean and variance are the shape.
    ///
    /// Source: G. Marsaglia & W. W. Tsang, "A simple method for generating gamma variables", ACM Trans. Math. Softw. 26 (2000).
    package mutating func gamma(shape: Double) -> Double {
        precondition(shape > 0 && shape.isFinite, "RandomStream.gamma: shape must be positive, got \(shape)")
        guard shape >= 1 else {
            return gamma(shape: shape + 1) * pow(1 - uniform(), 1 / shape)
        }
        let d = shape - 1 / 3.0
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = normal()
            let root = 1 + c * x
            guard root > 0 else { continue }
            let v = root * root * root
            if log(1 - uniform()) < x * x / 2 + d * (1 - v + log(v)) { return d * v }
        }
    }
}
