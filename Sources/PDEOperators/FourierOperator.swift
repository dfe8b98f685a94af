import PDECore
import PDETensor

/// The Fourier neural operator in one, two or three dimensions.
///
/// A pointwise lift to `width` channels, some layers h ↦ F⁻¹(R · F σ(h)) + σ(h) W + b that see the lowest `modes` of their input
/// as a whole and the rest point by point, and a pointwise perceptron down to the output. As only values on a grid go in and
/// the weights R belong to modes, the same network works on any grid that has the modes.
///
/// Domains that are not periodic are padded with zeros at the end of every axis. Coordinates in [0, 1) can join the input.
///
/// Source: Z. Li et al., "Fourier Neural Operator for Parametric Partial Differential Equations" (2021), with GELU as activation.
/// Good values: 12 to 16 modes, width 32 to 64, four layers. It cannot represent what lies above its modes but through the
/// pointwise part: fronts come out smeared before anything else fails.
public struct FourierOperator<Scalar: Real>: FieldOperator {
    /// Its size.
    public struct Configuration: Equatable, Sendable {
        /// Channels that go in and come out.
        public var inputChannels, outputChannels: Int
        /// Channels of the layers.
        public var width: Int
        /// Modes along each axis, which say how many axes there are.
        public var modes: [Int]
        /// Number of layers.
        public var layers: Int
        /// Channels between the last two pointwise layers.
        public var hidden: Int
        /// Points of zeros at the end of every axis, as a part of its length; 0 for periodic domains.
        public var padding: Double
        /// Whether coordinates join the input.
        public var coordinates: Bool
        /// The activation.
        public var activation: Activation

        /// A configuration; the defaults are those of the original for two-dimensional flows, with GELU.
        public init(
            inputChannels: Int, outputChannels: Int, width: Int = 32, modes: [Int], layers: Int = 4, hidden: Int = 128,
            padding: Double = 0, coordinates: Bool = true, activation: Activation = .gelu
        ) {
            self.inputChannels = inputChannels
            self.outputChannels = outputChannels
            self.width = width
            self.modes = modes
            self.layers = layers
            self.hidden = hidden
            self.padding = padding
            self.coordinates = coordinates
            self.activation = activation
        }

        /// Channels that the first layer sees.
        var liftedChannels: Int { inputChannels + (coordinates ? modes.count : 0) }
        /// Modes that are kept along each axis: of real fields, all along the last one.
        var extents: [Int] { modes.dropLast().map { 2 * $0 } + modes.suffix(1) }

        /// The parameters of such a network, before it is made.
        public var parameterCount: Double {
            let spectral = extents.reduce(2 * Double(width) * Double(width)) { $0 * Double($1) }
            let layer = spectral + Linear<Scalar>.parameterCount(inputs: width, outputs: width)
            return Linear<Scalar>.parameterCount(inputs: liftedChannels, outputs: width) + Double(layers) * layer
                + Linear<Scalar>.parameterCount(inputs: width, outputs: hidden)
                + Linear<Scalar>.parameterCount(inputs: hidden, outputs: outputChannels)
        }
    }

    /// One layer's weights.
    struct Layer: Module {
        var spectral: Tensor<Scalar>
        var local: Linear<Scalar>

        mutating func visitParameters(_ path: String, _ visit: (String, inout Tensor<Scalar>) -> Void) {
            visit(path + "spectral", &spectral)
            local.visitParameters(path + "local.", visit)
        }
    }

    /// Its size.
    public let configuration: Configuration
    private var lift: Linear<Scalar>
    private var layers: [Layer]
    private var projection: Perceptron<Scalar>

    /// A network with first values from `initialization`: spectral weights normal with deviation 1/(2·width), so
    /// that a layer's spectral part begins smaller than its pointwise one, the others as usual for linear layers.
    public init(_ configuration: Configuration, _ initialization: Initialization) {
        self.configuration = configuration
        let width = configuration.width
        let axes = configuration.modes.count
        precondition((1...3).contains(axes), "modes: expected one number for each of 1 to 3 axes, got \(axes)")
        lift = Linear("lift.", inputs: configuration.liftedChannels, outputs: width, initialization)
        layers = (0..<configuration.layers).map { index in
            Layer(
                spectral: initialization.normal(
                    "layers.\(index).spectral", configuration.extents + [2, width, width],
                    deviation: 0.5 / Double(width)),
                local: Linear("layers.\(index).local.", inputs: width, outputs: width, initialization))
        }
        projection = Perceptron(
            "projection.", inputs: width, hidden: configuration.hidden, outputs: configuration.outputChannels,
            activation: configuration.activation, initialization)
    }

    /// Channels that go in.
    public var inputChannels: Int { configuration.inputChannels }
    /// Channels that come out.
    public var outputChannels: Int { configuration.outputChannels }

    /// See `Module`.
    public mutating func visitParameters(_ path: String, _ visit: (String, inout Tensor<Scalar>) -> Void) {
        lift.visitParameters(path + "lift.", visit)
        for index in layers.indices { layers[index].visitParameters(path + "layers.\(index).", visit) }
        projection.visitParameters(path + "projection.", visit)
    }

    /// The result on the same grid; see `FieldOperator`.
    public func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
        let modes = configuration.modes
        precondition(
            x.rank == modes.count + 2 && x.shape.last == inputChannels,
            "FourierOperator: expected [samples][\(modes.count) axes][\(inputChannels)], got shape \(x.shape)")
        let grid = Array(x.shape[1..<x.rank - 1])
        var h = lift(configuration.coordinates ? x.appendingCoordinates : x)
        for axis in grid.indices where configuration.padding > 0 {
            h = h.padded(0, Int((configuration.padding * Double(grid[axis])).rounded(.up)), along: axis + 1)
        }
        for (index, layer) in layers.enumerated() {
            h = h.fourierLayer(
                spectral: layer.spectral, local: layer.local.weight, bias: layer.local.bias, modes: modes,
                activation: index == 0 ? .identity : configuration.activation)
        }
        for axis in grid.indices where configuration.padding > 0 {
            h = h.sliced(0..<grid[axis], along: axis + 1)
        }
        return projection(h)
    }
}

extension Tensor {
    /// Fields [samples][grid…][channels] with the coordinates j/n of every axis as further channels.
    public var appendingCoordinates: Tensor {
        let grid = Array(shape[1..<rank - 1])
        let strides = grid.rowMajorStrides
        let axes = grid.count
        let one = Tensor(shape: [1] + grid + [axes], on: backend) { values in
            for point in 0..<grid.product {
                for axis in 0..<axes {
                    let position = point / strides[axis] % grid[axis]
                    values[point * axes + axis] = Scalar(position) / Scalar(grid[axis])
                }
            }
        }
        return .concatenated([self, one.expanded(to: [shape[0]] + grid + [axes])], along: rank - 1)
    }
}
