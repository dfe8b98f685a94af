import PDECore

/// What a multigrid cycle on wide cells has learned: factors of its coarse couplings, and shares of its interpolation.
///
/// Two perceptrons see logarithms of ratios of couplings around a coarse face, or around a cell along an axis (`LearnedCouplings`,
/// `LearnedShares`). Where couplings are equal they say 0, and the cycle is the classical one. Couplings stay positive, and the
/// restriction is the interpolation's transpose, so that the cycle is symmetric positive definite whatever they say.
public struct LearnedCoarsening: Sendable {
    /// A perceptron with SiLU between its layers; what it says of zeros is taken off.
    public struct Perceptron: Sendable {
        let sizes: [Int]
        let weights, biases: [[Float]]

        /// - Parameters:
        ///   - hidden: weights [in][out] and biases of each hidden layer.
        ///   - last: the weights of the last one.
        public init(hidden: [(weights: [Float], biases: [Float])], last: [Float]) {
            sizes = hidden.map { $0.weights.count / max(1, $0.biases.count) } + [last.count, 1]
            for (number, layer) in hidden.enumerated() {
                precondition(
                    layer.weights.count == sizes[number] * layer.biases.count
                        && layer.biases.count == sizes[number + 1],
                    "hidden: expected layers that fit together, got \(layer.weights.count) weights and "
                        + "\(layer.biases.count) biases before \(sizes[number + 1])")
            }
            weights = hidden.map(\.weights) + [last]
            biases = hidden.map(\.biases) + [[0]]
        }
    }

    let couplings, shares: Perceptron

    /// A coarsening.
    ///
    /// - Parameters:
    ///   - couplings: from the features of a coarse face, 10 on two axes and 28 on three.
    ///   - shares: from 7 features of a cell along an axis.
    public init(couplings: Perceptron, shares: Perceptron) {
        precondition(
            (2...3).contains(where: { LearnedCouplings.features(axes: $0) == couplings.sizes[0] }),
            "couplings: expected 10 or 28 inputs, got \(couplings.sizes[0])")
        precondition(
            shares.sizes[0] == LearnedShares.features,
            "shares: expected \(LearnedShares.features) inputs, got \(shares.sizes[0])")
        (self.couplings, self.shares) = (couplings, shares)
    }

    /// What is added to a ratio before its logarithm is taken: closed faces have one, too.
    static var least: Float { 1e-5 }
}

/// A perceptron at work on many places at once.
final class PerceptronRow {
    /// Places of a row of features.
    let capacity: Int
    private let perceptron: LearnedCoarsening.Perceptron
    private let first, second: AlignedBuffer<Float>

    /// - Parameter places: the most.
    init(_ perceptron: LearnedCoarsening.Perceptron, places: Int) {
        self.perceptron = perceptron
        // One more place, of zeros.
        capacity = (places + 16) / 16 * 16
        let widest = perceptron.sizes.max()!
        (first, second) = (AlignedBuffer(count: widest * capacity), AlignedBuffer(count: widest * capacity))
    }

    /// A feature's ratios, of which the logarithms are taken.
    func ratios(of feature: Int) -> UnsafeMutablePointer<Float> { first.pointer + feature * capacity }

    /// e to the power of what the perceptron says of so many places; valid until the next call.
    func factors(_ places: Int) -> UnsafePointer<Float> {
        var (from, to) = (first.pointer, second.pointer)
        for feature in 0..<perceptron.sizes[0] {
            let row = ratios(of: feature)
            row[places] = 1
            Float.map(.log, row, into: row, count: places + 1)
        }
        for (number, weights) in perceptron.weights.enumerated() {
            let (inner, outer) = (perceptron.sizes[number], perceptron.sizes[number + 1])
            for row in 0..<outer {
                (to + row * capacity).update(repeating: perceptron.biases[number][row], count: places + 1)
            }
            Float.gemm(
                .transposed, .plain, rows: outer, columns: places + 1, inner: inner, alpha: 1, a: weights,
                aStride: outer,
                b: from, bStride: capacity, beta: 1, c: to, cStride: capacity)
            if number + 1 < perceptron.weights.count {
                for row in 0..<outer {
                    Float.map(.silu, to + row * capacity, into: to + row * capacity, count: places + 1)
                }
            }
            swap(&from, &to)
        }
        let zero = from[places]
        for place in 0..<places { from[place] = max(-4, min(4, from[place] - zero)) }
        Float.map(.exp, from, into: from, count: places)
        return UnsafePointer(from)
    }
}
