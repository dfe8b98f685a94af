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
public struct DilatedResidualNetwork<Scalar: Real>: FieldOperator {
    /// Its size.
    public struct Configuration: Equatable, Sendable {
        /// Channels that go in and come out.
        public var inputChannels, outputChannels: Int
        /// Number of axes, one to three.
        public var axes: Int
        /// Channels of the layers.
        public var width: Int
        /// Number of blocks.
        public var blocks: Int
        /// The dilations within a block.
        public var dilations: [Int]
        /// What lies beyond the ends. A periodic grid needs as many points as the largest dilation.
        public var padding: Padding
        /// The activation.
        public var activation: Activation
        /// Whether coordinates join the input.
        public var coordinates: Bool

        /// A configuration; the defaults are those of the original.
        public init(
            inputChannels: Int, outputChannels: Int, axes: Int = 2, width: Int = 48, blocks: Int = 4,
            dilations: [Int] = [1, 2, 4, 8, 4, 2, 1], padding: Padding = .periodic, activation: Activation = .relu,
            coordinates: Bool = false
        ) {
            self.inputChannels = inputChannels
            self.outputChannels = outputChannels
            self.axes = axes
            self.width = width
            self.blocks = blocks
            self.dilations = dilations
            self.padding = padding
            self.activation = activation
            self.coordinates = coordinates
        }

        /// Channels that the first convolution sees.
        var liftedChannels: Int { inputChannels + (coordinates ? axes : 0) }

        /// The parameters of such a network, before it is made.
        public var parameterCount: Double {
            func convolution(_ inputs: Int, _ outputs: Int) -> Double {
                Convolution<Scalar>.parameterCount(
                    inputs: inputs, outputs: outputs, kernel: Array(repeating: 3, count: axes))
            }
            return convolution(liftedChannels, width) + convolution(width, outputChannels)
                + Double(blocks * dilations.count) * convolution(width, width)
        }
    }

    /// Its size.
    public let configuration: Configuration
    private var encoder, decoder: Convolution<Scalar>
    private var blocks: [[Convolution<Scalar>]]

    /// A network with first values from `initialization`, as usual for convolutions.
    public init(_ configuration: Configuration, _ initialization: Initialization) {
        self.configuration = configuration
        let axes = configuration.axes
        precondition((1...3).contains(axes), "axes: expected 1 to 3, got \(axes)")
        func convolution(_ name: String, _ inputs: Int, _ outputs: Int, _ dilation: Int = 1) -> Convolution<Scalar> {
            Convolution(
                name, inputs: inputs, outputs: outputs, kernel: Array(repeating: 3, count: axes), dilation: dilation,
                padding: configuration.padding, initialization)
        }
        let width = configuration.width
        encoder = convolution("encoder.", configuration.liftedChannels, width)
        blocks = (0..<configuration.blocks).map { block in
            configuration.dilations.enumerated().map { convolution("blocks.\(block).\($0).", width, width, $1) }
        }
        decoder = convolution("decoder.", width, configuration.outputChannels)
    }

    /// Channels that go in.
    public var inputChannels: Int { configuration.inputChannels }
    /// Channels that come out.
    public var outputChannels: Int { configuration.outputChannels }

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
            x.rank == configuration.axes + 2 && x.shape.last == inputChannels,
            "DilatedResidualNetwork: expected [samples][\(configuration.axes) axes][\(inputChannels)], got shape "
                + "\(x.shape)")
        var h = encoder(configuration.coordinates ? x.appendingCoordinates : x)
        for layers in blocks {
            h = h + layers.reduce(h) { $1($0).activated(configuration.activation) }
        }
        return decoder(h)
    }
}
