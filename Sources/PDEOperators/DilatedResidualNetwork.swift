import PDEConfig
import PDECore
import PDETensor

/// The dilated residual network: convolutions that look ever further and back, added to what went in.
///
/// A convolution up to `width` channels; `blocks` blocks h ← h + D₁D₂D₄D₈D₄D₂D₁ h, where D_k is a convolution of 3 points an axis
/// with dilation k and an activation; a convolution down to the output. All on the grid of the input, so that fine structure is
/// kept, at the cost of a full grid of work in every layer.
///
/// Source: K. Stachenfeld et al., "Learned Coarse Models for Efficient Turbulence Simulation" (2022), section 3: width 48, four
/// blocks, ReLU. Where it fails: as other autoregressive networks it drifts over long rollouts unless noise is added in training.
public struct DilatedResidualArchitecture: Architecture {
    /// Its name.
    public static let kind = "dilated-residual"
    /// Other names.
    public static let aliases = ["drn", "dilated-resnet", "dil-resnet"]
    /// Other names of keys.
    public static let keyAliases = ["channels": "width", "hiddenChannels": "width", "depth": "blocks"]

    /// Channels of the layers.
    public var width: Int
    /// Number of blocks.
    public var blocks: Int
    /// The dilations within a block.
    public var dilations: [Int]
    /// Whether coordinates join the input.
    public var coordinates: Bool
    /// The activation.
    public var activation: Activation
    /// What lies beyond the ends; nil for the other end of periodic domains and else the outermost value. A periodic grid needs as
    /// many points as the largest dilation.
    public var padding: Padding?

    /// A configuration; the defaults are those of the original.
    public init(
        width: Int = 48, blocks: Int = 4, dilations: [Int] = [1, 2, 4, 8, 4, 2, 1], coordinates: Bool = false,
        activation: Activation = .relu, padding: Padding? = nil
    ) {
        (self.width, self.blocks, self.dilations) = (width, blocks, dilations)
        (self.coordinates, self.activation, self.padding) = (coordinates, activation, padding)
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try container.decode(.width, into: &width, in: 1...4096)
        try container.decode(.blocks, into: &blocks, in: 1...64)
        try container.decode(.dilations, into: &dilations)
        guard !dilations.isEmpty, dilations.allSatisfy({ (1...1024).contains($0) }) else {
            throw ConfigurationError.invalid(path: "dilations", allowed: "numbers between 1 and 1024")
        }
        try container.decode(.coordinates, into: &coordinates)
        try container.decode(.activation, into: &activation)
        padding = try container.decodeIfPresent(Padding.self, forKey: .padding)
    }

    /// See `Architecture`.
    public func check(grid: [Int]) throws(GridMisfit) {
        let largest = dilations.max()!
        guard grid.allSatisfy({ $0 >= largest }) else {
            throw GridMisfit(
                key: "dilations", problem: "a dilation of \(largest) on a grid of \(grid) points",
                remedy: "Lower model.dilations or data.stride.")
        }
    }

    /// See `Architecture`.
    public func parameterCount(_ shape: OperatorShape) -> Double {
        func convolution(_ inputs: Int, _ outputs: Int) -> Double {
            Convolution<Double>.parameterCount(
                inputs: inputs, outputs: outputs, kernel: Array(repeating: 3, count: shape.axes))
        }
        return convolution(liftedChannels(shape), width) + convolution(width, shape.outputs)
            + Double(blocks * dilations.count) * convolution(width, width)
    }

    /// See `Architecture`.
    public func network<Scalar: Real>(
        _ shape: OperatorShape, _ initialization: Initialization
    ) -> any FieldOperator<Scalar> {
        DilatedResidualNetwork<Scalar>(self, shape, initialization)
    }

    /// Channels that the first convolution sees.
    func liftedChannels(_ shape: OperatorShape) -> Int { shape.inputs + (coordinates ? shape.axes : 0) }
}

/// The network of a `DilatedResidualArchitecture`.
public struct DilatedResidualNetwork<Scalar: Real>: FieldOperator {
    /// Its hyperparameters.
    public let architecture: DilatedResidualArchitecture
    /// What it maps.
    public let shape: OperatorShape
    private var encoder, decoder: Convolution<Scalar>
    private var blocks: [[Convolution<Scalar>]]

    /// A network with initial values from `initialization`, as usual for convolutions.
    public init(
        _ architecture: DilatedResidualArchitecture, _ shape: OperatorShape, _ initialization: Initialization
    ) {
        self.architecture = architecture
        self.shape = shape
        precondition((1...3).contains(shape.axes), "axes: expected 1 to 3, got \(shape.axes)")
        func convolution(_ name: String, _ inputs: Int, _ outputs: Int, _ dilation: Int = 1) -> Convolution<Scalar> {
            Convolution(
                name, inputs: inputs, outputs: outputs, kernel: Array(repeating: 3, count: shape.axes),
                dilation: dilation, padding: architecture.padding ?? shape.padding, initialization)
        }
        let width = architecture.width
        encoder = convolution("encoder.", architecture.liftedChannels(shape), width)
        blocks = (0..<architecture.blocks).map { block in
            architecture.dilations.enumerated().map { convolution("blocks.\(block).\($0).", width, width, $1) }
        }
        decoder = convolution("decoder.", width, shape.outputs)
    }

    /// Channels that go in.
    public var inputChannels: Int { shape.inputs }
    /// Channels that come out.
    public var outputChannels: Int { shape.outputs }

    /// See `Module`.
    public mutating func visitParameters(_ path: String, _ visit: (String, inout Tensor<Scalar>) -> Void) {
        encoder.visitParameters(path + "encoder.", visit)
        for block in blocks.indices {
            for layer in blocks[block].indices {
                blocks[block][layer].visitParameters(path + "blocks.\(block).\(layer).", visit)
            }
        }
        decoder.visitParameters(path + "decoder.", visit)
    }

    /// The result on the same grid; see `FieldOperator`.
    public func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
        precondition(
            x.rank == shape.axes + 2 && x.shape.last == inputChannels,
            "DilatedResidualNetwork: expected [samples][\(shape.axes) axes][\(inputChannels)], got shape "
                + "\(x.shape)")
        var h = encoder(architecture.coordinates ? x.appendingCoordinates : x)
        for layers in blocks {
            h = h + layers.reduce(h) { $1($0).activated(architecture.activation) }
        }
        return decoder(h)
    }
}
