import PDECore
import PDEData
import PDEOperators
import PDETensor

/// A network with what surrounds it: from states in physical units to the next state in physical units.
///
/// With the last `history` states u₁ … u_h, the input is (u − mean) / deviation of each, beside the conditions: parameters,
/// mask, signed distance, constant over the grid or not. The network's output n gives `base + outputMean + outputDeviation × n`,
/// where the base is u_h for residual prediction and zero else. Where the network is told the mask, solids hold zero.
public struct Surrogate<Scalar: Real>: Module {
    /// The network, whose input has `history` × channels + conditions channels.
    public var network: any FieldOperator<Scalar>
    /// The numbers in the formula.
    public let normalization: Normalization
    /// States that go in.
    public let history: Int
    /// Whether the network says what changes rather than what comes.
    public let predictsChange: Bool
    /// The channel of the conditions that is 1 in solids; nil where there are none.
    public let maskChannel: Int?

    private let inverseDeviation, stateMean, outputDeviation, inverseOutputDeviation, outputMean: Tensor<Scalar>

    /// A surrogate around a network.
    public init(
        _ network: any FieldOperator<Scalar>, _ normalization: Normalization, history: Int, predictsChange: Bool,
        maskChannel: Int? = nil, on backend: any Backend
    ) {
        self.maskChannel = maskChannel
        self.network = network
        self.normalization = normalization
        self.history = history
        self.predictsChange = predictsChange
        func constant(_ values: [Double]) -> Tensor<Scalar> {
            Tensor(values.map { Scalar($0) }, shape: [values.count], on: backend)
        }
        let (mean, deviation) = (normalization.stateMean, normalization.stateDeviation)
        let repeated = (0..<history).flatMap { _ in mean.indices }
        inverseDeviation = constant(repeated.map { 1 / deviation[$0] })
        stateMean = constant(repeated.map { mean[$0] })
        outputDeviation = constant(normalization.outputDeviation)
        inverseOutputDeviation = constant(normalization.outputDeviation.map { 1 / $0 })
        outputMean = constant(normalization.outputMean)
    }

    /// Channels of a state.
    public var channels: Int { normalization.stateMean.count }

    /// See `Module`.
    public mutating func visitParameters(_ path: String, _ visit: (String, inout Tensor<Scalar>) -> Void) {
        network.visitParameters(path, visit)
    }

    /// See `Module`.
    public var parameterForms: [String: ParameterForm] { network.parameterForms }

    /// The state that follows.
    ///
    /// - Parameters:
    ///   - states: the last `history` states, the oldest first: [samples][grid…][history × channels].
    ///   - conditions: [samples][grid…][conditions], as the network was made for.
    /// - Returns: [samples][grid…][channels].
    public func callAsFunction(_ states: Tensor<Scalar>, conditions: Tensor<Scalar>?) -> Tensor<Scalar> {
        next(saying: network(input(states, conditions: conditions)), after: states, conditions: conditions)
    }

    /// The state that follows where the network says something, [samples][grid…][channels].
    package func next(
        saying said: Tensor<Scalar>, after states: Tensor<Scalar>, conditions: Tensor<Scalar>?
    ) -> Tensor<Scalar> {
        let output = said * outputDeviation + outputMean
        let last = states.rank - 1
        let next =
            predictsChange
            ? output + states.sliced((history - 1) * channels..<history * channels, along: last) : output
        guard let maskChannel, let conditions else { return next }
        return next * (1 - conditions.sliced(maskChannel..<maskChannel + 1, along: last))
    }

    /// What the network should say for `next` to follow states, without what solids hold: the inverse of `callAsFunction`.
    func target(_ next: Tensor<Scalar>, after states: Tensor<Scalar>) -> Tensor<Scalar> {
        let last = states.rank - 1
        let output =
            predictsChange ? next - states.sliced((history - 1) * channels..<history * channels, along: last) : next
        return (output - outputMean) * inverseOutputDeviation
    }

    /// What the network sees of states and conditions: [samples][grid…][history × channels + conditions].
    package func input(_ states: Tensor<Scalar>, conditions: Tensor<Scalar>?) -> Tensor<Scalar> {
        let last = states.rank - 1
        precondition(
            states.shape[last] == history * channels,
            "states: expected \(history) × \(channels) channels, got shape \(states.shape)")
        // The difference first: u/σ − μ/σ would cancel where the mean is large against the deviation.
        let input = (states - stateMean) * inverseDeviation
        return conditions.map { .concatenated([input, $0], along: last) } ?? input
    }

    /// What the network sees of states and conditions, and what it says, both normalised, as `input` and `output`.
    func example(_ states: Tensor<Scalar>, conditions: Tensor<Scalar>?) -> SafetensorsFile {
        let input = input(states, conditions: conditions)
        return SafetensorsFile(
            [("input", input), ("output", network(input))].map { name, value in
                SafetensorsEntry(name, shape: value.shape, value.exported)
            }, metadata: ["format": "pdekit"])
    }

    /// The states that go into the next step once a new one is there.
    public func shifted(_ states: Tensor<Scalar>, by next: Tensor<Scalar>) -> Tensor<Scalar> {
        if history == 1 { return next }
        let last = states.rank - 1
        return .concatenated([states.sliced(channels..<history * channels, along: last), next], along: last)
    }
}
