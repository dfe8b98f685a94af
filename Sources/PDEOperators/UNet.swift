import PDEConfig
import PDECore
import PDETensor

/// A U-Net in one, two or three dimensions: convolutions on ever coarser grids and back, with what was there joined on the way up.
///
/// A level is some blocks of a convolution of 3 points an axis, group normalisation and an activation. Each level down has half
/// the points along every axis and twice the channels; on the way up the coarser level's result is repeated onto the finer grid
/// and joined to what the level gave on the way down. A pointwise layer makes the output.
///
/// Grids whose points 2^`levels` does not divide are continued at both ends of the axis and the result is cut out. What the network
/// learns belongs to the resolution that it saw.
///
/// Source: O. Ronneberger et al., "U-Net" (2015), in the form of current benchmarks: normalised, with padding, without dropout
/// (Gupta & Brandstetter, "Towards Multi-spatiotemporal-scale Generalized PDE Modeling", 2022). Good values: width 32 to 64, three
/// or four levels. Where it fails: long rollouts drift at the smallest scales, and other grids than the trained one.
public struct UNetArchitecture: Architecture {
    /// Its name.
    public static let kind = "u-net"
    /// Other names.
    public static let aliases = ["unet", "conv-unet"]
    /// Other names of keys.
    public static let keyAliases = [
        "channels": "width", "hiddenChannels": "width", "depth": "levels", "normalization": "normalized",
    ]

    /// How a level gets to the next coarser one.
    public enum Downsampling: String, Codable, CaseIterable, Sendable {
        /// Means of 2 points along every axis.
        case average
        /// A convolution of 2 points an axis with stride 2.
        case strided
    }

    /// Channels on the finest grid; each level down has twice as many.
    public var width: Int
    /// Steps down to coarser grids.
    public var levels: Int
    /// Convolutions a level, on the way down and on the way up.
    public var blocks: Int
    /// Whether groups of channels are normalised.
    public var normalized: Bool
    /// Whether coordinates join the input.
    public var coordinates: Bool
    /// The activation.
    public var activation: Activation
    /// Groups of channels that are normalised together; nil for as many as divide the channels, at most 8.
    public var groups: Int?
    /// How a level gets to the next coarser one.
    public var downsampling: Downsampling
    /// What lies beyond the ends; nil for the other end of periodic domains and else the outermost value.
    public var padding: Padding?

    /// A configuration; the defaults are for two-dimensional flows.
    public init(
        width: Int = 32, levels: Int = 3, blocks: Int = 2, normalized: Bool = true, coordinates: Bool = false,
        activation: Activation = .gelu, groups: Int? = nil, downsampling: Downsampling = .average,
        padding: Padding? = nil
    ) {
        (self.width, self.levels, self.blocks, self.normalized) = (width, levels, blocks, normalized)
        (self.coordinates, self.activation, self.groups) = (coordinates, activation, groups)
        (self.downsampling, self.padding) = (downsampling, padding)
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try container.decode(.width, into: &width, in: 1...4096)
        try container.decode(.levels, into: &levels, in: 1...10)
        try container.decode(.blocks, into: &blocks, in: 1...16)
        try container.decode(.normalized, into: &normalized)
        try container.decode(.coordinates, into: &coordinates)
        try container.decode(.activation, into: &activation)
        groups = try container.decodeIfPresent(.groups, in: Bounds.atLeast(1))
        guard groups.map({ width % $0 == 0 }) ?? true else {
            throw ConfigurationError.invalid(path: "groups", allowed: "a divisor of the width \(width)")
        }
        guard groups == nil || normalized else {
            throw ConfigurationError.combination(
                paths: ["groups", "normalized"], why: "without normalisation there are no groups",
                advice: "leave groups out")
        }
        try container.decode(.downsampling, into: &downsampling)
        padding = try container.decodeIfPresent(Padding.self, forKey: .padding)
    }

    /// See `Architecture`.
    public func check(grid: [Int]) throws(GridMisfit) { try GridMisfit.check(levels: levels, on: grid) }

    /// See `Architecture`.
    public func parameterCount(_ shape: OperatorShape) -> Double {
        let kernel = Array(repeating: 3, count: shape.axes)
        func level(_ inputs: Int, _ outputs: Int) -> Double {
            (0..<blocks).reduce(0) { count, block in
                count
                    + ConvolutionBlock<Double>.parameterCount(
                        inputs: block == 0 ? inputs : outputs, outputs: outputs, kernel: kernel,
                        isNormalized: normalized)
            }
        }
        var count = level(liftedChannels(shape), width)
        for (fine, coarse) in zip(widths, widths.dropFirst()) {
            count += level(fine, coarse) + level(fine + coarse, fine)
            if downsampling == .strided {
                count += Convolution<Double>.parameterCount(
                    inputs: fine, outputs: fine, kernel: Array(repeating: 2, count: shape.axes))
            }
        }
        return count + Linear<Double>.parameterCount(inputs: width, outputs: shape.outputs)
    }

    /// See `Architecture`.
    public func network<Scalar: Real>(
        _ shape: OperatorShape, _ initialization: Initialization
    ) -> any FieldOperator<Scalar> {
        UNet<Scalar>(self, shape, initialization)
    }

    /// Channels that the first level sees.
    func liftedChannels(_ shape: OperatorShape) -> Int { shape.inputs + (coordinates ? shape.axes : 0) }
    /// Channels of the levels, finest first.
    var widths: [Int] { (0...levels).map { width << $0 } }
    /// Groups that are normalised; nil for none.
    var normalizedGroups: Int? { normalized ? groups ?? (1...8).last { width % $0 == 0 } : nil }
}

/// The network of a `UNetArchitecture`.
public struct UNet<Scalar: Real>: FieldOperator {
    /// Its hyperparameters.
    public let architecture: UNetArchitecture
    /// What it maps.
    public let shape: OperatorShape
    /// Levels on the way down, finest first, and on the way up, coarsest first.
    private var down, up: [[ConvolutionBlock<Scalar>]]
    private var reductions: [Convolution<Scalar>]
    private var output: Linear<Scalar>

    /// A network with initial values from `initialization`, as usual for convolutions and linear layers.
    public init(_ architecture: UNetArchitecture, _ shape: OperatorShape, _ initialization: Initialization) {
        self.architecture = architecture
        self.shape = shape
        let (axes, levels, blocks) = (shape.axes, architecture.levels, architecture.blocks)
        precondition((1...3).contains(axes), "axes: expected 1 to 3, got \(axes)")
        precondition(levels >= 1 && blocks >= 1, "levels, blocks: expected 1 or more, got \(levels) and \(blocks)")
        let widths = architecture.widths
        func level(_ name: String, _ inputs: Int, _ outputs: Int) -> [ConvolutionBlock<Scalar>] {
            (0..<blocks).map { index in
                ConvolutionBlock(
                    "\(name).\(index).", inputs: index == 0 ? inputs : outputs, outputs: outputs,
                    kernel: Array(repeating: 3, count: axes),
                    groups: architecture.normalizedGroups, activation: architecture.activation, initialization)
            }
        }
        down = widths.enumerated().map {
            level("down.\($0)", $0 == 0 ? architecture.liftedChannels(shape) : widths[$0 - 1], $1)
        }
        up = (0..<levels).map { index in
            let width = widths[levels - 1 - index]
            return level("up.\(index)", 3 * width, width)
        }
        reductions =
            architecture.downsampling == .average
            ? []
            : widths.dropLast().enumerated().map { index, width in
                Convolution(
                    "reductions.\(index).", inputs: width, outputs: width, kernel: Array(repeating: 2, count: axes),
                    stride: 2, padding: nil, initialization)
            }
        output = Linear("output.", inputs: architecture.width, outputs: shape.outputs, initialization)
    }

    /// Channels that go in.
    public var inputChannels: Int { shape.inputs }
    /// Channels that come out.
    public var outputChannels: Int { shape.outputs }

    /// See `Module`.
    public mutating func visitParameters(_ path: String, _ visit: (String, inout Tensor<Scalar>) -> Void) {
        for level in down.indices {
            for block in down[level].indices {
                down[level][block].visitParameters(path + "down.\(level).\(block).", visit)
            }
        }
        for level in reductions.indices { reductions[level].visitParameters(path + "reductions.\(level).", visit) }
        for level in up.indices {
            for block in up[level].indices {
                up[level][block].visitParameters(path + "up.\(level).\(block).", visit)
            }
        }
        output.visitParameters(path + "output.", visit)
    }

    /// The result on the same grid; see `FieldOperator`.
    public func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
        let (axes, factor) = (shape.axes, 1 << architecture.levels)
        precondition(
            x.rank == axes + 2 && x.shape.last == inputChannels,
            "UNet: expected [samples][\(axes) axes][\(inputChannels)], got shape \(x.shape)")
        precondition(
            x.shape[1...axes].allSatisfy { $0 >= factor },
            "UNet: expected at least 2^\(architecture.levels) = \(factor) points along every axis, got shape \(x.shape)"
        )
        let beyond = architecture.padding ?? shape.padding
        let ends = beyond.beyond(continued: x.shape[1...axes], toMultiplesOf: factor)
        var h = (architecture.coordinates ? x.appendingCoordinates : x).continued(toMultiplesOf: factor, with: beyond)
        var passed: [Tensor<Scalar>] = []
        for (level, blocks) in down.enumerated() {
            if level > 0 { h = reductions.isEmpty ? h.averagePooled(2) : reductions[level - 1](h) }
            for block in blocks { h = block(h, padding: ends) }
            passed.append(h)
        }
        passed.removeLast()
        for blocks in up {
            h = blocks[0](upsampling: h, joining: passed.removeLast(), padding: ends)
            for block in blocks.dropFirst() { h = block(h, padding: ends) }
        }
        return output(h.cut(to: Array(x.shape[1...axes])))
    }
}
