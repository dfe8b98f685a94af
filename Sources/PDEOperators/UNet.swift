import PDECore
import PDETensor

/// A U-Net in one, two or three dimensions: convolutions on ever coarser grids and back, with what was there joined on the way up.
///
/// A level is some blocks of a convolution of 3 points an axis, group normalisation and an activation. Each level down has half
/// the points along every axis and twice the channels; on the way up the coarser level's result is repeated onto the finer grid
/// and joined to what the level gave on the way down. A pointwise layer makes the output.
///
/// Every axis must have a multiple of 2^`levels` points, and what the network learns belongs to the resolution that it saw.
///
/// Source: O. Ronneberger et al., "U-Net" (2015), in the form of current benchmarks: normalised, with padding, without dropout
/// (Gupta & Brandstetter, "Towards Multi-spatiotemporal-scale Generalized PDE Modeling", 2022). Good values: width 32 to 64, three
/// or four levels. Where it fails: long rollouts drift at the smallest scales, and other grids than the trained one.
public struct UNet<Scalar: Real>: FieldOperator {
    /// How a level gets to the next coarser one.
    public enum Downsampling: String, Codable, CaseIterable, Sendable {
        /// Means of 2 points along every axis.
        case average
        /// A convolution of 2 points an axis with stride 2.
        case strided
    }

    /// Its size.
    public struct Configuration: Equatable, Sendable {
        /// Channels that go in and come out.
        public var inputChannels, outputChannels: Int
        /// Number of axes, one to three.
        public var axes: Int
        /// Channels on the finest grid; each level down has twice as many.
        public var width: Int
        /// Steps down to coarser grids.
        public var levels: Int
        /// Convolutions a level, on the way down and on the way up.
        public var blocks: Int
        /// What lies beyond the ends.
        public var padding: Padding
        /// The activation.
        public var activation: Activation
        /// Groups of channels that are normalised together, or nil for no normalisation.
        public var groups: Int?
        /// How a level gets to the next coarser one.
        public var downsampling: Downsampling
        /// Whether coordinates join the input.
        public var coordinates: Bool

        /// A configuration; the defaults are for periodic two-dimensional flows.
        public init(
            inputChannels: Int, outputChannels: Int, axes: Int = 2, width: Int = 32, levels: Int = 3, blocks: Int = 2,
            padding: Padding = .periodic, activation: Activation = .gelu, groups: Int? = 8,
            downsampling: Downsampling = .average, coordinates: Bool = false
        ) {
            self.inputChannels = inputChannels
            self.outputChannels = outputChannels
            self.axes = axes
            self.width = width
            self.levels = levels
            self.blocks = blocks
            self.padding = padding
            self.activation = activation
            self.groups = groups
            self.downsampling = downsampling
            self.coordinates = coordinates
        }

        /// Channels that the first level sees.
        var liftedChannels: Int { inputChannels + (coordinates ? axes : 0) }
        /// Channels of the levels, finest first.
        var widths: [Int] { (0...levels).map { width << $0 } }

        /// The parameters of such a network, before it is made.
        public var parameterCount: Double {
            let kernel = Array(repeating: 3, count: axes)
            func level(_ inputs: Int, _ outputs: Int) -> Double {
                (0..<blocks).reduce(0) { count, block in
                    count
                        + ConvolutionBlock<Scalar>.parameterCount(
                            inputs: block == 0 ? inputs : outputs, outputs: outputs, kernel: kernel,
                            isNormalized: groups != nil)
                }
            }
            var count = level(liftedChannels, width)
            for (fine, coarse) in zip(widths, widths.dropFirst()) {
                count += level(fine, coarse) + level(fine + coarse, fine)
                if downsampling == .strided {
                    count += Convolution<Scalar>.parameterCount(
                        inputs: fine, outputs: fine, kernel: Array(repeating: 2, count: axes))
                }
            }
            return count + Linear<Scalar>.parameterCount(inputs: width, outputs: outputChannels)
        }
    }

    /// Its size.
    public let configuration: Configuration
    /// Levels on the way down, finest first, and on the way up, coarsest first.
    private var down, up: [[ConvolutionBlock<Scalar>]]
    private var reductions: [Convolution<Scalar>]
    private var output: Linear<Scalar>

    /// A network with first values from `initialization`, as usual for convolutions and linear layers.
    public init(_ configuration: Configuration, _ initialization: Initialization) {
        self.configuration = configuration
        let (axes, levels, blocks) = (configuration.axes, configuration.levels, configuration.blocks)
        precondition((1...3).contains(axes), "axes: expected 1 to 3, got \(axes)")
        precondition(levels >= 1 && blocks >= 1, "levels, blocks: expected 1 or more, got \(levels) and \(blocks)")
        let widths = configuration.widths
        func level(_ name: String, _ inputs: Int, _ outputs: Int) -> [ConvolutionBlock<Scalar>] {
            (0..<blocks).map { index in
                ConvolutionBlock(
                    "\(name).\(index).", inputs: index == 0 ? inputs : outputs, outputs: outputs,
                    kernel: Array(repeating: 3, count: axes), padding: configuration.padding,
                    groups: configuration.groups, activation: configuration.activation, initialization)
            }
        }
        down = widths.enumerated().map {
            level("down.\($0)", $0 == 0 ? configuration.liftedChannels : widths[$0 - 1], $1)
        }
        up = (0..<levels).map { index in
            let width = widths[levels - 1 - index]
            return level("up.\(index)", 3 * width, width)
        }
        reductions =
            configuration.downsampling == .average
            ? []
            : widths.dropLast().enumerated().map { index, width in
                Convolution(
                    "reductions.\(index).", inputs: width, outputs: width, kernel: Array(repeating: 2, count: axes),
                    stride: 2, padding: nil, initialization)
            }
        output = Linear("output.", inputs: configuration.width, outputs: configuration.outputChannels, initialization)
    }

    /// Channels that go in.
    public var inputChannels: Int { configuration.inputChannels }
    /// Channels that come out.
    public var outputChannels: Int { configuration.outputChannels }

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
        let (axes, factor) = (configuration.axes, 1 << configuration.levels)
        precondition(
            x.rank == axes + 2 && x.shape.last == inputChannels,
            "UNet: expected [samples][\(axes) axes][\(inputChannels)], got shape \(x.shape)")
        precondition(
            x.shape[1...axes].allSatisfy { $0 % factor == 0 },
            "UNet: expected a grid of multiples of 2^\(configuration.levels) = \(factor) points, got shape \(x.shape)")
        var h = configuration.coordinates ? x.appendingCoordinates : x
        var passed: [Tensor<Scalar>] = []
        for (level, blocks) in down.enumerated() {
            if level > 0 { h = reductions.isEmpty ? h.averagePooled(2) : reductions[level - 1](h) }
            for block in blocks { h = block(h) }
            passed.append(h)
        }
        passed.removeLast()
        for blocks in up {
            h = blocks[0](upsampling: h, joining: passed.removeLast())
            for block in blocks.dropFirst() { h = block(h) }
        }
        return output(h)
    }
}
