import PDEConfig
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
public struct FourierArchitecture: Architecture {
    /// Its name.
    public static let kind = "fourier"
    /// Other names.
    public static let aliases = ["fno", "fourier-operator"]
    /// Other names of keys.
    public static let keyAliases = [
        "channels": "width", "hiddenChannels": "width", "depth": "layers", "projection": "hidden",
    ]

    /// Channels of the layers.
    public var width: Int
    /// Modes along each axis, or one number for all.
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
        width: Int = 32, modes: [Int], layers: Int = 4, hidden: Int = 128, padding: Double = 0,
        coordinates: Bool = true, activation: Activation = .gelu
    ) {
        (self.width, self.modes, self.layers, self.hidden) = (width, modes, layers, hidden)
        (self.padding, self.coordinates, self.activation) = (padding, coordinates, activation)
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(modes: try FourierModes.decode(from: container, forKey: .modes))
        try container.decode(.width, into: &width, in: 1...4096)
        try container.decode(.layers, into: &layers, in: 1...64)
        try container.decode(.hidden, into: &hidden, in: 1...65536)
        try container.decode(.padding, into: &padding, in: 0...1)
        try container.decode(.coordinates, into: &coordinates)
        try container.decode(.activation, into: &activation)
    }

    /// See `Architecture`.
    public func check(grid: [Int]) throws(GridMisfit) {
        try FourierModes.check(modes, on: grid) { $0 + paddingPoints($0) }
    }

    /// See `Architecture`.
    public func parameterCount(_ shape: OperatorShape) -> Double {
        let spectral = extents(axes: shape.axes).reduce(2 * Double(width) * Double(width)) { $0 * Double($1) }
        let layer = spectral + Linear<Double>.parameterCount(inputs: width, outputs: width)
        return Linear<Double>.parameterCount(inputs: liftedChannels(shape), outputs: width) + Double(layers) * layer
            + Linear<Double>.parameterCount(inputs: width, outputs: hidden)
            + Linear<Double>.parameterCount(inputs: hidden, outputs: shape.outputs)
    }

    /// See `Architecture`.
    public func network<Scalar: Real>(
        _ shape: OperatorShape, _ initialization: Initialization
    ) -> any FieldOperator<Scalar> {
        FourierOperator<Scalar>(self, shape, initialization)
    }

    /// Modes along each of so many axes.
    func modes(axes: Int) -> [Int] { FourierModes.along(axes: axes, modes) }
    /// Modes that are kept along each axis.
    func extents(axes: Int) -> [Int] { FourierModes.extents(axes: axes, modes) }
    /// Channels that the first layer sees.
    func liftedChannels(_ shape: OperatorShape) -> Int { shape.inputs + (coordinates ? shape.axes : 0) }
    /// Zeros at the end of an axis of `n` points.
    func paddingPoints(_ n: Int) -> Int { Int((padding * Double(n)).rounded(.up)) }
}

/// The network of a `FourierArchitecture`.
public struct FourierOperator<Scalar: Real>: FieldOperator {
    /// One layer's weights.
    struct Layer: Module {
        var spectral: Tensor<Scalar>
        var local: Linear<Scalar>

        mutating func visitParameters(_ path: String, _ visit: (String, inout Tensor<Scalar>) -> Void) {
            visit(path + "spectral", &spectral)
            local.visitParameters(path + "local.", visit)
        }
    }

    /// Its hyperparameters.
    public let architecture: FourierArchitecture
    /// What it maps.
    public let shape: OperatorShape
    private var lift: Linear<Scalar>
    private var layers: [Layer]
    private var projection: Perceptron<Scalar>

    /// A network with initial values from `initialization`: spectral weights normal with deviation 1/(2·width), so
    /// that a layer's spectral part begins smaller than its pointwise one, the others as usual for linear layers.
    public init(_ architecture: FourierArchitecture, _ shape: OperatorShape, _ initialization: Initialization) {
        self.architecture = architecture
        self.shape = shape
        let (width, modes) = (architecture.width, architecture.modes)
        precondition(
            (1...3).contains(shape.axes) && (modes.count == 1 || modes.count == shape.axes),
            "modes: expected one number, or one for each of 1 to 3 axes, got \(modes) for \(shape.axes) axes")
        lift = Linear("lift.", inputs: architecture.liftedChannels(shape), outputs: width, initialization)
        layers = (0..<architecture.layers).map { index in
            Layer(
                spectral: initialization.normal(
                    "layers.\(index).spectral", architecture.extents(axes: shape.axes) + [2, width, width],
                    deviation: 0.5 / Double(width)),
                local: Linear("layers.\(index).local.", inputs: width, outputs: width, initialization))
        }
        projection = Perceptron(
            "projection.", inputs: width, hidden: architecture.hidden, outputs: shape.outputs,
            activation: architecture.activation, initialization)
    }

    /// Channels that go in.
    public var inputChannels: Int { shape.inputs }
    /// Channels that come out.
    public var outputChannels: Int { shape.outputs }

    /// See `Module`.
    public mutating func visitParameters(_ path: String, _ visit: (String, inout Tensor<Scalar>) -> Void) {
        lift.visitParameters(path + "lift.", visit)
        for index in layers.indices { layers[index].visitParameters(path + "layers.\(index).", visit) }
        projection.visitParameters(path + "projection.", visit)
    }

    /// The weights of the modes are complex.
    public var parameterForms: [String: ParameterForm] {
        Dictionary(uniqueKeysWithValues: layers.indices.map { ("layers.\($0).spectral", .complexMatrices) })
    }

    /// The result on the same grid; see `FieldOperator`.
    public func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
        let modes = architecture.modes(axes: shape.axes)
        precondition(
            x.rank == modes.count + 2 && x.shape.last == inputChannels,
            "FourierOperator: expected [samples][\(modes.count) axes][\(inputChannels)], got shape \(x.shape)")
        let grid = Array(x.shape[1..<x.rank - 1])
        var h = lift(architecture.coordinates ? x.appendingCoordinates : x)
        for axis in grid.indices where architecture.padding > 0 {
            h = h.padded(0, architecture.paddingPoints(grid[axis]), along: axis + 1)
        }
        for (index, layer) in layers.enumerated() {
            h = h.fourierLayer(
                spectral: layer.spectral, local: layer.local.weight, bias: layer.local.bias, modes: modes,
                activation: index == 0 ? .identity : architecture.activation)
        }
        for axis in grid.indices where architecture.padding > 0 {
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
