import PDECore
import PDETensor

/// Moves a network's parameters in place as an update rule says, with clipping and a running average.
///
/// Works on pieces that do not depend on the number of threads, so that neither do the bits. A step takes no fresh tensors.
public final class Optimizer<Scalar: Real> {
    /// What it was made from.
    public let settings: OptimizerSettings
    /// Steps taken.
    public private(set) var stepCount = 0
    private let groups: [ParameterGroup<Scalar>]
    private let updaters: [any Updater<Scalar>]
    private let parameters: [NamedTensor<Scalar>]
    private let averages: [Tensor<Scalar>]?
    private let team: ThreadTeam
    private let pieces: TensorPieces

    /// An optimiser of these parameters, at step 0.
    public init(_ settings: OptimizerSettings, _ groups: [ParameterGroup<Scalar>], threads: Int) {
        self.settings = settings
        self.groups = groups
        updaters = groups.map { settings.rule.updater(of: $0) }
        parameters = groups.flatMap(\.parameters)
        averages = settings.averaging.map { _ in
            groups.flatMap(\.parameters).map { parameter in
                parameter.value.withUnsafeValues {
                    Tensor(copying: $0.baseAddress!, shape: parameter.value.shape, on: parameter.value.backend)
                }
            }
        }
        team = ThreadTeam(threads: threads)
        pieces = TensorPieces(of: parameters.map(\.value))
    }

    /// An optimiser of parameters in one group, each what its shape says.
    public convenience init(_ settings: OptimizerSettings, _ parameters: [NamedTensor<Scalar>], threads: Int) {
        self.init(settings, [ParameterGroup("network", parameters)], threads: threads)
    }

    /// The norm of a gradient of all parameters together.
    public func norm(of gradients: [Tensor<Scalar>]) -> Double {
        pieces.sum(team) { index, range in
            Scalar.sumOfSquares(gradients[index].pointer + range.lowerBound, count: range.count)
        }.squareRoot()
    }

    /// Moves the parameters.
    ///
    /// - Parameter gradients: one for each parameter, in the order of the groups and of their parameters.
    /// - Returns: the norm of the gradient before it was clipped, where clipping is wanted.
    @discardableResult
    public func step(_ gradients: [Tensor<Scalar>], learningRate: Double) -> Double? {
        precondition(gradients.count == parameters.count, "gradients: expected \(parameters.count)")
        stepCount += 1
        var (scale, found) = (1.0, nil as Double?)
        if let limit = settings.clipNorm {
            let norm = norm(of: gradients)
            if norm > limit { scale = limit / norm }
            found = norm
        }
        let step = UpdateStep(number: stepCount, learningRate: learningRate, gradientScale: scale, team: team)
        var first = 0
        for (group, updater) in zip(groups, updaters) {
            updater.update(Array(gradients[first..<first + group.parameters.count]), step)
            first += group.parameters.count
        }
        average()
        return found
    }

    private func average() {
        guard let averages, let past = settings.averaging else { return }
        // The average follows closely at first, when there is little past to weigh.
        let weight = Scalar(1 - min(past, Double(1 + stepCount) / Double(10 + stepCount)))
        pieces.forEach(team) { index, range in
            Scalar.average(
                averages[index].pointer + range.lowerBound,
                with: parameters[index].value.pointer + range.lowerBound, weight: weight, count: range.count)
        }
    }

    /// Whether all parameters are finite, and what a step would add to them: one pass over what `state` gives.
    package var isFinite: Bool {
        state().allSatisfy { _, value in Scalar.sum(value.pointer, count: value.count).isFinite }
    }

    /// The parameters to use: their running averages if there are any.
    public var result: [Tensor<Scalar>] { averages ?? parameters.map(\.value) }

    /// Everything that a step changes, by name.
    package func state() -> [NamedTensor<Scalar>] {
        parameters + updaters.flatMap { $0.state } + zip(parameters, averages ?? []).map { ("average/" + $0.name, $1) }
    }

    /// Goes on from `steps` steps with values that `state` gave, written into the tensors that `state()` lists.
    func restore(stepCount steps: Int) { stepCount = steps }
}
