import PDEConfig
import PDECore
import PDETensor

/// The linear attention neural operator in one, two or three dimensions: a transformer whose points speak to each other through slices.
///
/// A pointwise perceptron lifts the inputs, with coordinates, to `width` channels; in every block each point is assigned to `slices`
/// learned slices a head, takes from them what they have gathered from all points, and passes a perceptron; normalised channels go
/// through one more pointwise map to the output. The cost grows with the points and not with their square. As a slice gathers by weights
/// that add up to one over the grid, whichever it is, the same network works on every grid.
///
/// Source: W. Hu et al., "Transolver is a Linear Transformer" (2025), which shows that the attention between slices in H. Wu et al.,
/// "Transolver" (2024) can be left out, and gives points and slices weights of their own. Kept from the latter: 8 layers, width 128, 8
/// heads, 64 slices, a hidden layer as wide as the others, the lift by a perceptron of twice the width. Left out: its convolutions of
/// 3 × 3 points in front of the attention and distances to a lattice in place of coordinates, as both tie it to one grid; the temperature
/// of the softmax, which the matrices behind it can have. Where it fails: where neighbours matter that look alike, as at fronts: points
/// know their place by the coordinates alone.
public struct LinearAttentionArchitecture: Architecture {
    /// Its name.
    public static let kind = "linear-attention"
    /// Other names.
    public static let aliases = ["linear-no", "linearno", "linear-attention-operator"]
    /// Other names of keys.
    public static let keyAliases = [
        "channels": "width", "hiddenChannels": "width", "nHidden": "width", "dModel": "width", "depth": "layers",
        "nLayers": "layers", "blocks": "layers", "nHead": "heads", "nHeads": "heads", "numHeads": "heads",
        "sliceNum": "slices", "numSlices": "slices", "projection": "hidden",
    ]

    /// Channels of the blocks.
    public var width: Int
    /// Number of blocks.
    public var layers: Int
    /// Parts of the channels that attend by themselves, a divisor of `width`.
    public var heads: Int
    /// Slices of each head.
    public var slices: Int
    /// Channels between the two layers of a block's perceptron; nil for `width`.
    public var hidden: Int?
    /// Whether coordinates join the input.
    public var coordinates: Bool
    /// The activation.
    public var activation: Activation

    /// A configuration; the defaults are those of the original for Darcy's equation and for flows.
    public init(
        width: Int = 128, layers: Int = 8, heads: Int = 8, slices: Int = 64, hidden: Int? = nil,
        coordinates: Bool = true, activation: Activation = .gelu
    ) {
        (self.width, self.layers, self.heads, self.slices) = (width, layers, heads, slices)
        (self.hidden, self.coordinates, self.activation) = (hidden, coordinates, activation)
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try container.decode(.width, into: &width, in: 1...4096)
        try container.decode(.layers, into: &layers, in: 1...64)
        try container.decode(.heads, into: &heads, in: 1...256)
        guard width % heads == 0 else {
            throw ConfigurationError.invalid(path: "heads", allowed: "a divisor of the width \(width)")
        }
        try container.decode(.slices, into: &slices, in: 1...4096)
        hidden = try container.decodeIfPresent(.hidden, in: Bounds.between(1, 65536))
        try container.decode(.coordinates, into: &coordinates)
        try container.decode(.activation, into: &activation)
    }

    /// Works on all grids; see `Architecture`.
    public func check(grid: [Int]) throws(GridMisfit) {}

    /// See `Architecture`.
    public func parameterCount(_ shape: OperatorShape) -> Double {
        let linear = Linear<Double>.parameterCount
        return linear(liftedChannels(shape), 2 * width) + linear(2 * width, width) + 2 * Double(width)
            + linear(width, shape.outputs) + Double(layers)
            * LinearAttentionBlock<Double>.parameterCount(width: width, slices: slices, hidden: hidden ?? width)
    }

    /// See `Architecture`.
    public func network<Scalar: Real>(
        _ shape: OperatorShape, _ initialization: Initialization
    ) -> any FieldOperator<Scalar> {
        LinearAttentionOperator<Scalar>(self, shape, initialization)
    }

    /// Channels that the lift sees.
    func liftedChannels(_ shape: OperatorShape) -> Int { shape.inputs + (coordinates ? shape.axes : 0) }
}

/// The network of a `LinearAttentionArchitecture`.
public struct LinearAttentionOperator<Scalar: Real>: FieldOperator {
    /// Its hyperparameters.
    public let architecture: LinearAttentionArchitecture
    /// What it maps.
    public let shape: OperatorShape
    private var lift: Perceptron<Scalar>
    private var blocks: [LinearAttentionBlock<Scalar>]
    private var normalization: LayerNormalization<Scalar>
    private var projection: Linear<Scalar>

    /// A network with initial values from `initialization`, as usual for linear layers.
    public init(_ architecture: LinearAttentionArchitecture, _ shape: OperatorShape, _ initialization: Initialization) {
        self.architecture = architecture
        self.shape = shape
        let width = architecture.width
        precondition((1...3).contains(shape.axes), "axes: expected 1 to 3, got \(shape.axes)")
        precondition(
            width % architecture.heads == 0,
            "heads: expected a divisor of the width \(width), got \(architecture.heads)")
        lift = Perceptron(
            "lift.", inputs: architecture.liftedChannels(shape), hidden: 2 * width, outputs: width,
            activation: architecture.activation, initialization)
        blocks = (0..<architecture.layers).map { index in
            LinearAttentionBlock(
                "blocks.\(index).", width: width, heads: architecture.heads, slices: architecture.slices,
                hidden: architecture.hidden ?? width, activation: architecture.activation, initialization)
        }
        normalization = LayerNormalization(channels: width, initialization)
        projection = Linear("projection.", inputs: width, outputs: shape.outputs, initialization)
    }

    /// Channels that go in.
    public var inputChannels: Int { shape.inputs }
    /// Channels that come out.
    public var outputChannels: Int { shape.outputs }

    /// See `Module`.
    public mutating func visitParameters(_ path: String, _ visit: (String, inout Tensor<Scalar>) -> Void) {
        lift.visitParameters(path + "lift.", visit)
        for index in blocks.indices { blocks[index].visitParameters(path + "blocks.\(index).", visit) }
        normalization.visitParameters(path + "normalization.", visit)
        projection.visitParameters(path + "projection.", visit)
    }

    /// Those of the blocks.
    public var parameterForms: [String: ParameterForm] {
        blocks.indices.reduce(into: [:]) { forms, index in
            for (name, form) in blocks[index].parameterForms { forms["blocks.\(index).\(name)"] = form }
        }
    }

    /// The result on the same grid; see `FieldOperator`.
    public func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
        precondition(
            x.rank == shape.axes + 2 && x.shape.last == inputChannels,
            "LinearAttentionOperator: expected [samples][\(shape.axes) axes][\(inputChannels)], got shape \(x.shape)")
        let lifted = lift(architecture.coordinates ? x.appendingCoordinates : x)
        return projection(normalization(blocks.reduce(lifted) { $1($0) }))
    }
}
