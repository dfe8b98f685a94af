import Glibc
import PDEConfig
import PDECore
import PDETensor

/// A time step with a learned generator, in one, two or three periodic dimensions: an exponential integrator whose coefficients are learned.
///
///     û ← e^{Λ(k)/n} û + φ₁(Λ(k)/n)/n · N̂(u, …),  n times a step,  φ₁(z) = (e^z − 1)/z
///
/// Λ is real and negative, for each channel of the state and each of the lowest `modes`, and for each channel one number for all waves
/// beyond them: without the correction N no field's L² norm ever grows, whatever has been learned. Numbers that the network is told, such
/// as a viscosity, multiply Λ by powers of theirs. N is gated and mixes channels within each mode, see `GeneratorStage`; it is the same
/// in all n stages, as in an integrator, and sees earlier states and all that the network is told beside the state.
///
/// It acts on the state's own channels, in the units of the normalised state, and says the state that comes. Whether `task.predict` is
/// the change or the state makes no difference to it: either way the backbone carries the state on.
///
/// Source: after J. Li et al., "Spectral Generator Neural Operator" (2026), whose generators act on hidden channels of several different
/// blocks between a lift and a projection; here they act on the state itself, so that the bound holds for what is rolled out. Good values:
/// as many modes as the grid has where fronts form, half of them for smooth fields, two to four stages, SOAP or AdamW at rates around 1e-2, as
/// there are few parameters. Where it fails: waves that only turn, as in advection, are the correction's, which has no bound.
public struct SpectralGeneratorArchitecture: Architecture {
    /// Its name.
    public static let kind = "spectral-generator"
    /// Other names.
    public static let aliases = ["sgno", "spectral-generator-operator"]
    /// Other names of keys.
    public static let keyAliases = [
        "channels": "width", "hiddenChannels": "width", "hidden": "width", "layers": "stages", "depth": "stages",
        "blocks": "stages", "nBlocks": "stages", "substeps": "stages", "activation": "gate", "mask": "filter",
    ]

    /// Channels of the gated layer.
    public var width: Int
    /// Modes along each axis, or one number for all.
    public var modes: [Int]
    /// Exponential updates a step.
    public var stages: Int
    /// Fields that are made of the state for the correction, and forces that it is made of.
    public var fields: Int
    /// What the gate goes through.
    public var gate: Activation
    /// The order p of the mask exp(−36 |κ|ᵖ) on the correction, with κ the wavenumber over the largest that is kept; nil for none.
    public var filter: Int?

    /// A configuration.
    public init(
        width: Int = 32, modes: [Int], stages: Int = 4, fields: Int = 8, gate: Activation = .gelu, filter: Int? = nil
    ) {
        (self.width, self.modes, self.stages, self.fields) = (width, modes, stages, fields)
        (self.gate, self.filter) = (gate, filter)
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(modes: try FourierModes.decode(from: container, forKey: .modes))
        try container.decode(.width, into: &width, in: 1...4096)
        try container.decode(.stages, into: &stages, in: 1...256)
        try container.decode(.fields, into: &fields, in: 1...4096)
        try container.decode(.gate, into: &gate)
        filter = try container.decodeIfPresent(.filter, in: Bounds.between(1, 64))
    }

    /// A state is carried on: see `Architecture`.
    public var carriesState: Bool { true }

    /// See `Architecture`.
    public func check(_ shape: OperatorShape) throws(GridMisfit) {
        guard shape.state != nil else {
            throw GridMisfit(
                key: "kind",
                problem: "a \(Self.kind) network carries a state on in time, and what comes out here is none",
                remedy: "Name another network, or a task from state to state.")
        }
        guard let axis = shape.isPeriodic.firstIndex(of: false) else { return }
        throw GridMisfit(
            key: "kind", problem: "a \(Self.kind) network needs periodic axes, and axis \(axis) is not",
            remedy: "Name another network, such as u-net or latent-spectral.")
    }

    /// See `Architecture`.
    public func check(grid: [Int]) throws(GridMisfit) { try FourierModes.check(modes, on: grid) }

    /// See `Architecture`.
    public func parameterCount(_ shape: OperatorShape) -> Double {
        let count = FourierModes.extents(axes: shape.axes, modes).reduce(1) { $0 * Double($1) }
        return Double(1 + conditions(shape)) * (count + 1) * Double(shape.outputs)
            + GeneratorStage<Double>.parameterCount(
                state: shape.outputs, inputs: shape.inputs, width: width, fields: fields, modes: count)
    }

    /// See `Architecture`.
    public func network<Scalar: Real>(
        _ shape: OperatorShape, _ initialization: Initialization
    ) -> any FieldOperator<Scalar> {
        SpectralGeneratorOperator<Scalar>(self, shape, initialization)
    }

    /// Channels behind the state.
    func conditions(_ shape: OperatorShape) -> Int { shape.inputs - (shape.state?.upperBound ?? shape.inputs) }
}

/// The network of a `SpectralGeneratorArchitecture`.
public struct SpectralGeneratorOperator<Scalar: Real>: FieldOperator {
    /// Its hyperparameters.
    public let architecture: SpectralGeneratorArchitecture
    /// What it maps.
    public let shape: OperatorShape
    /// A part of the logarithms of −Λ, [modes + 1][state], those of waves beyond the modes last; and what a unit of each number that the
    /// network is told adds, [conditions][(modes + 1) state].
    private var rates: Tensor<Scalar>
    private var response: Tensor<Scalar>?
    private var stage: GeneratorStage<Scalar>
    private let state: Range<Int>
    /// The mask, [modes][1].
    private let filter: Tensor<Scalar>?

    /// What the logarithms are of: optimisers move all parameters by about as much, and rates must get over powers of ten.
    private static var gain: Scalar { 8 }
    /// Rates a step, as logarithms: what dies out less is not seen in single precision, and of what dies out more nothing is left.
    private static var exponents: ClosedRange<Scalar> { -20...4.6 }

    /// A network whose generator begins as a diffusion that takes the shortest waves in a step, and the correction small: see
    /// `GeneratorStage`.
    ///
    /// - Precondition: the shape has a state with as many channels as come out.
    public init(
        _ architecture: SpectralGeneratorArchitecture, _ shape: OperatorShape, _ initialization: Initialization
    ) {
        self.architecture = architecture
        self.shape = shape
        let modes = architecture.modes
        precondition(
            (1...3).contains(shape.axes) && (modes.count == 1 || modes.count == shape.axes),
            "modes: expected one number, or one for each of 1 to 3 axes, got \(modes) for \(shape.axes) axes")
        guard let state = shape.state, state.count == shape.outputs, state.upperBound <= shape.inputs else {
            preconditionFailure(
                "state: expected \(shape.outputs) of \(shape.inputs) channels, got \(String(describing: shape.state))")
        }
        self.state = state
        let waves = TruncatedTransform.waves(FourierModes.along(axes: shape.axes, modes))
        let squares = waves.map { $0.reduce(0) { $0 + $1 * $1 } } + [1]
        let (channels, conditions) = (state.count, architecture.conditions(shape))
        rates = Tensor(shape: [squares.count, channels], on: initialization.backend) { values in
            for index in values.indices {
                values[index] = Scalar(log(max(squares[index / channels], 1e-6))) / Self.gain
            }
        }
        response = conditions > 0 ? initialization.constant([conditions, squares.count * channels], 0) : nil
        stage = GeneratorStage(
            "stage.", state: channels, inputs: shape.inputs, width: architecture.width, fields: architecture.fields,
            modes: FourierModes.along(axes: shape.axes, modes), gate: architecture.gate, initialization)
        filter = architecture.filter.map { order in
            Tensor(shape: [waves.count, 1], on: initialization.backend) { values in
                for index in values.indices {
                    values[index] = Scalar(exp(-36 * pow(squares[index], 0.5 * Double(order))))
                }
            }
        }
    }

    /// Channels that go in.
    public var inputChannels: Int { shape.inputs }
    /// Channels that come out.
    public var outputChannels: Int { shape.outputs }

    /// See `Module`.
    public mutating func visitParameters(_ path: String, _ visit: (String, inout Tensor<Scalar>) -> Void) {
        visit(path + "rates", &rates)
        if var response {
            visit(path + "response", &response)
            self.response = response
        }
        stage.visitParameters(path + "stage.", visit)
    }

    /// Rates are tables, and the stage's are its own.
    public var parameterForms: [String: ParameterForm] {
        stage.parameterForms.reduce(into: ["rates": .numbers, "response": .numbers]) {
            $0["stage." + $1.key] = $1.value
        }
    }

    /// The next state on the same grid; see `FieldOperator`.
    public func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
        precondition(
            x.rank == shape.axes + 2 && x.shape.last == inputChannels,
            "SpectralGeneratorOperator: expected [samples][\(shape.axes) axes][\(inputChannels)], got shape \(x.shape)")
        let last = x.rank - 1
        let others = [0..<state.lowerBound, state.upperBound..<shape.inputs].filter { !$0.isEmpty }
            .map { x.sliced($0, along: last) }
        let propagator = propagator(x)
        var u = x.sliced(state, along: last)
        for _ in 0..<architecture.stages { u = stage(u, others, propagator) }
        return u
    }

    /// What a stage's state and correction are multiplied by, sample by sample where the network is told numbers.
    private func propagator(_ x: Tensor<Scalar>) -> GeneratorStage<Scalar>.Propagator {
        var exponents = rates.reshaped([1] + rates.shape)
        if let response {
            let numbers = x.sliced(state.upperBound..<shape.inputs, along: x.rank - 1)
                .mean(along: Array(1..<x.rank - 1))
            exponents = exponents + numbers.product(response).reshaped([x.shape[0]] + rates.shape)
        }
        let range = Self.exponents
        let rates = (exponents * Self.gain).maximum(x.number(range.lowerBound)).minimum(x.number(range.upperBound))
            .exponential
        let stages = Scalar(architecture.stages)
        let half = rates * (0.5 / stages)
        // (1 − e^{−2h}) / 2h without cancellation.
        let tangent = half.mapped(.tanh)
        var weight = tangent / half / (1 + tangent) * (1 / stages)
        let (samples, modes, channels) = (rates.shape[0], rates.shape[1] - 1, rates.shape[2])
        weight = weight.sliced(0..<modes, along: 1)
        if let filter { weight = weight * filter }
        let decay = (half * -2).exponential
        return GeneratorStage.Propagator(
            decay: decay.sliced(0..<modes, along: 1).reshaped([samples, 1, modes, channels]),
            decayBeyond: decay.part(modes, along: 1), weight: weight.reshaped([samples, 1, modes, channels]))
    }
}
