import PDEConfig
import PDECore
import PDETensor

/// Limited-memory BFGS without a line search: one gradient a step, p ← p − rate · H g.
///
/// H approximates the inverse Hessian from the last `memory` steps and how the gradient changed along them (`CurvaturePairs`); pairs
/// without clear positive curvature are left out. The first step, before anything is known of curvature, is at most as long as the
/// learning rate, and no step changes a parameter by more than `longestStep`.
///
/// **When.** For problems whose gradient is the same function at every step: all samples in one batch, or collocation points that stay
/// where they are. There it ends where Adam crawls; begin with learning rate 1. From batches that change, differences of gradients
/// tell of the batches, and not of curvature. A rule sees no losses, so nothing stops a step that goes up: where it does, lower the
/// learning rate or `longestStep`. `LimitedMemoryBFGS` searches along each step, for functions that can be called as often as it likes.
///
/// Source: J. Nocedal & S. Wright, "Numerical Optimization" (2006), algorithm 7.4.
public struct StepwiseBFGS: UpdateRule {
    /// Its name.
    public static let kind = "l-bfgs"
    /// Other names of keys.
    public static let keyAliases = ["history": "memory", "historySize": "memory", "maxStep": "longestStep"]

    /// Pairs of steps and changes that are kept.
    public var memory: Int
    /// The most that a step changes a parameter.
    public var longestStep: Double

    /// L-BFGS.
    public init(memory: Int = 10, longestStep: Double = 0.1) { (self.memory, self.longestStep) = (memory, longestStep) }

    private enum CodingKeys: String, CodingKey { case memory, longestStep }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try container.decode(.memory, into: &memory, in: 1...1000)
        try container.decode(.longestStep, into: &longestStep, in: Bounds.positive)
    }

    /// Pairs, the last gradient, the last step and the direction.
    public var numbersPerParameter: Double { Double(2 * memory + 3) }

    /// See `UpdateRule`.
    public func updater<Scalar: Real>(of group: ParameterGroup<Scalar>) -> any Updater<Scalar> {
        StepwiseBFGSUpdater(self, group)
    }
}

private final class StepwiseBFGSUpdater<Scalar: Real>: Updater {
    private let rule: StepwiseBFGS
    private let group: ParameterGroup<Scalar>
    private let count: Int
    /// Pairs; the last gradient and the step that was taken along it.
    private let memory, last: Tensor<Scalar>
    private let pairs: CurvaturePairs<Scalar>
    private let direction: AlignedBuffer<Scalar>

    init(_ rule: StepwiseBFGS, _ group: ParameterGroup<Scalar>) {
        (self.rule, self.group) = (rule, group)
        count = group.parameters.reduce(0) { $0 + $1.value.count }
        let numbers = CurvaturePairs<Scalar>.memoryCount(of: count, capacity: rule.memory)
        let backend = group.parameters[0].value.backend
        memory = Tensor(repeating: 0, shape: [numbers], on: backend)
        last = Tensor(repeating: 0, shape: [2, count], on: backend)
        pairs = CurvaturePairs(count: count, capacity: rule.memory, in: memory.pointer)
        direction = AlignedBuffer(count: count)
    }

    var state: [NamedTensor<Scalar>] {
        [("l-bfgs.pairs/" + group.name, memory), ("l-bfgs.last/" + group.name, last)]
    }

    func update(_ gradients: [Tensor<Scalar>], _ step: UpdateStep) {
        let (gradient, move, direction) = (last.pointer, last.pointer + count, direction.pointer)
        forEachPart { start, _, index in
            direction.advanced(by: start).update(from: gradients[index].pointer, count: gradients[index].count)
        }
        if step.number > 1 {
            // The change goes where the last gradient was, which is not needed any more.
            for i in 0..<count { gradient[i] = direction[i] - gradient[i] }
            pairs.keep(step: move, change: gradient)
        }
        gradient.update(from: direction, count: count)
        let first = pairs.stored > 0 ? 1 : min(1, 1 / Double(Scalar.nrm2(count, direction)))
        pairs.apply(to: direction)
        var largest = Scalar.zero
        for i in 0..<count { largest = max(largest, abs(direction[i])) }
        let length = min(step.learningRate * first * step.gradientScale, rule.longestStep / Double(largest))
        for i in 0..<count { move[i] = Scalar(-length) * direction[i] }
        forEachPart { start, parameter, _ in
            let values = parameter.pointer
            for i in 0..<parameter.count { values[i] += move[start &+ i] }
        }
    }

    private func forEachPart(_ body: (_ start: Int, _ parameter: Tensor<Scalar>, _ index: Int) -> Void) {
        var start = 0
        for (index, parameter) in group.parameters.enumerated() {
            body(start, parameter.value, index)
            start += parameter.value.count
        }
    }
}
