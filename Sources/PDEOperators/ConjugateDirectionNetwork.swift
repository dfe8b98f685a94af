import PDEConfig
import PDECore
import PDETensor

/// The convolutional network of the deep conjugate direction method: from a residual to a search direction.
///
/// A convolution up to `width` channels and two residual blocks h ← h + σ(C σ(C h)) on the grid; then, on cells 2ᵏ times as wide for k from 1
/// to `levels`, three such blocks each, whose result is repeated onto the finer grid and added there; two blocks more, and a pointwise
/// layer down to the direction. Beyond the ends there is zero. With one level, in space and with the residual as its only channel
/// it has the 97,457 parameters of the original, with two its 139,025.
///
/// - Channels: as of every network of the task; the original sees the residual alone and is trained for one system, this one sees
///   what the system is (`StencilCycleArchitecture`) and serves all.
/// - Where it fails: an application takes hundreds of times the operations of a cycle of multigrid a cell, and sees no farther
///   than its coarsest blocks; in the tests of the documentation residuals fall to some percent and then stay. It is there to be
///   compared with.
/// - Source: A. Kaneda et al., "A Deep Conjugate Direction Method for Iteratively Solving Linear Systems" (ICML 2023), section 4.
public struct ConjugateDirectionArchitecture: Architecture {
    /// Its name.
    public static let kind = "conjugate-direction"
    /// Other names.
    public static let aliases = ["dcdm", "deep-conjugate-direction"]
    /// Other names of keys.
    public static let keyAliases = ["channels": "width", "hiddenChannels": "width", "depth": "levels"]

    /// Channels of the hidden layers.
    public var width: Int
    /// Steps down to coarser grids.
    public var levels: Int
    /// The activation.
    public var activation: Activation

    /// A configuration; the defaults are the original's for 64 cells along an axis.
    public init(width: Int = 16, levels: Int = 1, activation: Activation = .relu) {
        (self.width, self.levels, self.activation) = (width, levels, activation)
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try container.decode(.width, into: &width, in: 1...4096)
        try container.decode(.levels, into: &levels, in: 1...10)
        try container.decode(.activation, into: &activation)
    }

    /// See `Architecture`.
    public func check(grid: [Int]) throws(GridMisfit) { try GridMisfit.check(levels: levels, on: grid) }

    /// See `Architecture`.
    public func parameterCount(_ shape: OperatorShape) -> Double {
        func convolution(_ inputs: Int) -> Double {
            Convolution<Double>.parameterCount(
                inputs: inputs, outputs: width, kernel: Array(repeating: 3, count: shape.axes))
        }
        return convolution(shape.inputs) + Double(2 * blockCounts.reduce(0, +)) * convolution(width)
            + Linear<Double>.parameterCount(inputs: width, outputs: shape.outputs)
    }

    /// See `Architecture`.
    public func network<Scalar: Real>(
        _ shape: OperatorShape, _ initialization: Initialization
    ) -> any FieldOperator<Scalar> {
        ConjugateDirectionNetwork<Scalar>(self, shape, initialization)
    }

    /// Residual blocks: on the grid before, on ever wider cells, and on the grid after.
    var blockCounts: [Int] { [2] + Array(repeating: 3, count: levels) + [2] }
}

/// The network of a `ConjugateDirectionArchitecture`.
public struct ConjugateDirectionNetwork<Scalar: Real>: FieldOperator {
    /// Its hyperparameters.
    public let architecture: ConjugateDirectionArchitecture
    /// What it maps.
    public let shape: OperatorShape
    private var lift: Convolution<Scalar>
    /// [stage][block][convolution], stages as in `blockCounts`.
    private var stages: [[[Convolution<Scalar>]]]
    private var output: Linear<Scalar>

    /// A network with initial values from `initialization`, as usual for convolutions and linear layers.
    public init(
        _ architecture: ConjugateDirectionArchitecture, _ shape: OperatorShape, _ initialization: Initialization
    ) {
        self.architecture = architecture
        self.shape = shape
        precondition((1...3).contains(shape.axes), "axes: expected 1 to 3, got \(shape.axes)")
        func convolution(_ name: String, _ inputs: Int) -> Convolution<Scalar> {
            Convolution(
                name, inputs: inputs, outputs: architecture.width, kernel: Array(repeating: 3, count: shape.axes),
                padding: .zero, initialization)
        }
        lift = convolution("lift.", shape.inputs)
        stages = architecture.blockCounts.enumerated().map { stage, count in
            (0..<count).map { block in
                (0..<2).map { convolution("stages.\(stage).\(block).\($0).", architecture.width) }
            }
        }
        output = Linear("output.", inputs: architecture.width, outputs: shape.outputs, initialization)
    }

    /// Channels that go in.
    public var inputChannels: Int { shape.inputs }
    /// Channels that come out.
    public var outputChannels: Int { shape.outputs }

    /// See `Module`.
    public mutating func visitParameters(_ path: String, _ visit: (String, inout Tensor<Scalar>) -> Void) {
        lift.visitParameters(path + "lift.", visit)
        for stage in stages.indices {
            for block in stages[stage].indices {
                for place in 0..<2 {
                    stages[stage][block][place].visitParameters(path + "stages.\(stage).\(block).\(place).", visit)
                }
            }
        }
        output.visitParameters(path + "output.", visit)
    }

    /// The result on the same grid; see `FieldOperator`.
    public func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
        precondition(
            x.rank == shape.axes + 2 && x.shape.last == inputChannels,
            "ConjugateDirectionNetwork: expected [samples][\(shape.axes) axes][\(inputChannels)], got shape \(x.shape)")
        let whole = x.continued(toMultiplesOf: 1 << architecture.levels, with: .zero)
        var h = through(stages[0], lift(whole))
        h = h + coarser(h, stages.dropFirst().dropLast())
        return output(through(stages.last!, h).cut(to: Array(x.shape[1...shape.axes])))
    }

    /// What the stages on wider cells make of h, on the grid of h.
    private func coarser(_ h: Tensor<Scalar>, _ stages: ArraySlice<[[Convolution<Scalar>]]>) -> Tensor<Scalar> {
        let coarse = through(stages.first!, h.averagePooled(2))
        let rest = stages.dropFirst()
        return (rest.isEmpty ? coarse : coarse + coarser(coarse, rest)).upsampled(by: 2)
    }

    private func through(_ blocks: [[Convolution<Scalar>]], _ h: Tensor<Scalar>) -> Tensor<Scalar> {
        blocks.reduce(h) { h, block in h + block.reduce(h) { $1($0).activated(architecture.activation) } }
    }
}
