import PDECore
import PDETensor

/// Adam on a network's parameters, which it changes in place, with clipping and a running average.
///
/// Works on pieces that do not depend on the number of threads, so that neither do the bits. A step on one thread allocates
/// nothing; on several, no more than the loops of `ThreadTeam` do.
public final class Optimizer<Scalar: Real> {
    /// What it was made from.
    public let choice: OptimizerChoice
    /// Steps taken.
    public private(set) var stepCount = 0
    private let names: [String]
    private let parameters: [Tensor<Scalar>]
    private let means, squares: [Tensor<Scalar>]
    private let averages: [Tensor<Scalar>]?
    private let team: ThreadTeam
    /// Pieces of work: which parameter, and which of its values.
    private let pieces: [(index: Int, range: Range<Int>)]

    /// An optimiser of these parameters, at step 0.
    public init(
        _ choice: OptimizerChoice, _ parameters: [(name: String, value: Tensor<Scalar>)], threads: Int
    ) {
        self.choice = choice
        names = parameters.map(\.name)
        self.parameters = parameters.map(\.value)
        means = self.parameters.map(\.zeros)
        squares = self.parameters.map(\.zeros)
        averages = choice.averaging.map { _ in
            parameters.map { parameter in
                parameter.value.withUnsafeValues {
                    Tensor(copying: $0.baseAddress!, shape: parameter.value.shape, on: parameter.value.backend)
                }
            }
        }
        team = ThreadTeam(threads: threads)
        let chunk = 1 << 16
        pieces = self.parameters.enumerated().flatMap { index, parameter in
            stride(from: 0, to: parameter.count, by: chunk).map {
                (index, $0..<min(parameter.count, $0 + chunk))
            }
        }
    }

    /// The norm of a gradient of all parameters together.
    public func norm(of gradients: [Tensor<Scalar>]) -> Double {
        team.sum(count: pieces.count, chunk: 1) { range in
            let piece = pieces[range.lowerBound]
            return Scalar.sumOfSquares(
                gradients[piece.index].pointer + piece.range.lowerBound, count: piece.range.count)
        }.squareRoot()
    }

    /// Moves the parameters.
    ///
    /// - Returns: the norm of the gradient before it was clipped, where clipping is wanted.
    @discardableResult
    public func step(_ gradients: [Tensor<Scalar>], learningRate: Double) -> Double? {
        precondition(gradients.count == parameters.count, "gradients: expected \(parameters.count)")
        stepCount += 1
        var update = AdamUpdate(
            step: stepCount, learningRate: learningRate, beta1: choice.beta1, beta2: choice.beta2,
            epsilon: choice.epsilon)
        switch choice.kind {
        case .adam: update.coupledDecay = choice.weightDecay
        case .adamW: update.keptFraction = 1 - learningRate * choice.weightDecay
        }
        var found: Double?
        if let limit = choice.clipNorm {
            let norm = norm(of: gradients)
            if norm > limit { update.gradientScale = limit / norm }
            found = norm
        }
        // The average follows closely at first, when there is little past to weigh.
        let weight = choice.averaging.map { Scalar(1 - min($0, Double(1 + stepCount) / Double(10 + stepCount))) }
        let change = update
        team.forEach(0..<pieces.count) { item, _ in
            let (index, range) = pieces[item]
            let start = range.lowerBound
            Scalar.adam(
                parameters[index].pointer + start, gradient: gradients[index].pointer + start,
                mean: means[index].pointer + start, square: squares[index].pointer + start, count: range.count, change)
            if let averages, let weight {
                Scalar.average(
                    averages[index].pointer + start, with: parameters[index].pointer + start, weight: weight,
                    count: range.count)
            }
        }
        return found
    }

    /// Whether all parameters are finite, and what a step would add to them: one pass over what `state` gives.
    var isFinite: Bool {
        state().allSatisfy { _, value in Scalar.sum(value.pointer, count: value.count).isFinite }
    }

    /// The parameters to use: their running averages if there are any.
    public var result: [Tensor<Scalar>] { averages ?? parameters }

    /// Everything that a step changes, by name.
    func state() -> [(name: String, value: Tensor<Scalar>)] {
        var state: [(name: String, value: Tensor<Scalar>)] = []
        for (index, name) in names.enumerated() {
            state.append((name, parameters[index]))
            state.append(("adam.mean/" + name, means[index]))
            state.append(("adam.square/" + name, squares[index]))
            if let averages { state.append(("average/" + name, averages[index])) }
        }
        return state
    }

    /// Goes on from `steps` steps with values that `state` gave, written into the tensors that `state()` lists.
    func restore(stepCount steps: Int) { stepCount = steps }
}
