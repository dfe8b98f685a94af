import PDEConfig
import PDECore
import PDETensor

/// The latent spectral model in one, two or three dimensions: a U-Net whose levels each solve in the space of a few latent tokens.
///
/// A pointwise lift; double convolutions of 3 points an axis on ever coarser grids, by largest values of 2 points; what every level
/// gives passes a `NeuralSpectralBlock`; on the way up the coarser level is interpolated linearly, joined to it and convolved twice;
/// a pointwise perceptron makes the output. Channels double from level to level up to `growth` times the width.
///
/// The coarsest grid has `patches` patches along every axis, each finer one twice as many, so that a patch has as many cells on all
/// of them. On another grid than the trained one the patches stay as many and so the same parts of the domain, with more cells each.
/// Grids that the patches do not divide are continued at both ends of the axis and the result is cut out.
///
/// Source: H. Wu et al., "Solving High-Dimensional PDEs with Latent Spectral Models" (2023): four levels, 4 tokens, 8 heads, 12 terms,
/// ReLU, width 64. It normalises over the batch, and was scored by the statistics of its test batches; here groups of each sample's
/// channels are. Good values: width 16 to 64. Where it fails: as other U-Nets, on much finer grids than the trained one.
public struct LatentSpectralArchitecture: Architecture {
    /// Its name.
    public static let kind = "latent-spectral"
    /// Other names.
    public static let aliases = ["lsm", "latent-spectral-model"]
    /// Other names of keys.
    public static let keyAliases = [
        "channels": "width", "hiddenChannels": "width", "dModel": "width", "depth": "levels", "numTokens": "tokens",
        "numBasis": "basis", "numHeads": "heads", "norm": "normalization", "projection": "hidden",
    ]

    /// What is brought to mean 0 and variance 1 behind every convolution, sample by sample.
    public enum Normalization: String, Codable, CaseIterable, Sendable {
        /// Groups of neighbouring channels.
        case group
        /// Every channel.
        case instance
    }

    /// Channels on the finest grid.
    public var width: Int
    /// Steps down to coarser grids.
    public var levels: Int
    /// The most channels of a level, as a multiple of `width`; nil for 8, and on lines, where deep levels cost most, 2.
    public var growth: Int?
    /// Patches along every axis of the coarsest grid.
    public var patches: Int
    /// Latent tokens of a patch.
    public var tokens: Int
    /// Parts of the channels that attend by themselves, a divisor of `width`.
    public var heads: Int
    /// Terms of the sines and cosines.
    public var basis: Int
    /// Channels between the last two pointwise layers.
    public var hidden: Int
    /// What is normalised.
    public var normalization: Normalization
    /// Groups of channels that are normalised together; nil for as many as divide the width, at most 8.
    public var groups: Int?
    /// Whether coordinates join the input.
    public var coordinates: Bool
    /// The activation between convolutions.
    public var activation: Activation
    /// What lies beyond the ends; nil for the other end of periodic domains and else the outermost value.
    public var padding: Padding?

    /// A configuration; the defaults are those of the original, at half its width.
    public init(
        width: Int = 32, levels: Int = 4, growth: Int? = nil, patches: Int = 1, tokens: Int = 4, heads: Int = 8,
        basis: Int = 12, hidden: Int = 128, normalization: Normalization = .group, groups: Int? = nil,
        coordinates: Bool = true, activation: Activation = .relu, padding: Padding? = nil
    ) {
        (self.width, self.levels, self.growth, self.patches) = (width, levels, growth, patches)
        (self.tokens, self.heads, self.basis, self.hidden) = (tokens, heads, basis, hidden)
        (self.normalization, self.groups, self.coordinates) = (normalization, groups, coordinates)
        (self.activation, self.padding) = (activation, padding)
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try container.decode(.width, into: &width, in: 1...4096)
        try container.decode(.levels, into: &levels, in: 1...10)
        growth = try container.decodeIfPresent(.growth, in: Bounds.between(1, 1024))
        try container.decode(.patches, into: &patches, in: 1...1024)
        try container.decode(.tokens, into: &tokens, in: 1...256)
        try container.decode(.heads, into: &heads, in: 1...256)
        guard width % heads == 0 else {
            throw ConfigurationError.invalid(path: "heads", allowed: "a divisor of the width \(width)")
        }
        try container.decode(.basis, into: &basis, in: 2...256)
        try container.decode(.hidden, into: &hidden, in: 1...65536)
        try container.decode(.normalization, into: &normalization)
        groups = try container.decodeIfPresent(.groups, in: Bounds.atLeast(1))
        guard groups.map({ width % $0 == 0 }) ?? true else {
            throw ConfigurationError.invalid(path: "groups", allowed: "a divisor of the width \(width)")
        }
        guard groups == nil || normalization == .group else {
            throw ConfigurationError.combination(
                paths: ["groups", "normalization"], why: "every channel is normalised by itself",
                advice: "leave groups out")
        }
        try container.decode(.coordinates, into: &coordinates)
        try container.decode(.activation, into: &activation)
        padding = try container.decodeIfPresent(Padding.self, forKey: .padding)
    }

    /// See `Architecture`.
    public func check(grid: [Int]) throws(GridMisfit) {
        let most = grid.min()! - 1
        guard most >= divisor else {
            let deepest = (0...levels).last { patches << $0 <= most } ?? 0
            throw GridMisfit(
                key: "levels", problem: "\(levels) levels on a grid of \(grid) points",
                remedy: "Every axis needs more than \(divisor) points, so that the \(divisor) patches of the finest "
                    + "grid have two cells; lower model.levels\(deepest > 0 ? " to \(deepest)" : "")"
                    + "\(patches > 1 ? " or model.patches" : "").")
        }
    }

    /// See `Architecture`.
    public func parameterCount(_ shape: OperatorShape) -> Double {
        let kernel = Array(repeating: 3, count: shape.axes)
        func twice(_ inputs: Int, _ middle: Int, _ outputs: Int) -> Double {
            [(inputs, middle), (middle, outputs)].reduce(0) {
                $0
                    + ConvolutionBlock<Double>.parameterCount(
                        inputs: $1.0, outputs: $1.1, kernel: kernel, isNormalized: true)
            }
        }
        let widths = widths(axes: shape.axes)
        var count = Linear<Double>.parameterCount(inputs: liftedChannels(shape), outputs: width)
        for level in 0...levels {
            count += twice(widths[max(level - 1, 0)], widths[level], widths[level])
            count += NeuralSpectralBlock<Double>.parameterCount(channels: widths[level], tokens: tokens, basis: basis)
            guard level < levels else { continue }
            count += twice(joined(level, widths), widths[level], widths[max(level - 1, 0)])
        }
        return count + Linear<Double>.parameterCount(inputs: width, outputs: hidden)
            + Linear<Double>.parameterCount(inputs: hidden, outputs: shape.outputs)
    }

    /// See `Architecture`.
    public func network<Scalar: Real>(
        _ shape: OperatorShape, _ initialization: Initialization
    ) -> any FieldOperator<Scalar> {
        LatentSpectralOperator<Scalar>(self, shape, initialization)
    }

    /// Channels that the lift sees.
    func liftedChannels(_ shape: OperatorShape) -> Int { shape.inputs + (coordinates ? shape.axes : 0) }
    /// Channels of the levels, finest first.
    func widths(axes: Int) -> [Int] { (0...levels).map { width * min(1 << $0, growth ?? (axes == 1 ? 2 : 8)) } }
    /// Channels that come together on the way up, of the level and of the coarser one as it comes there.
    func joined(_ level: Int, _ widths: [Int]) -> Int {
        widths[level] + (level == levels - 1 ? widths[levels] : widths[level])
    }
    /// Groups of so many channels that are normalised.
    func groups(of channels: Int) -> Int {
        normalization == .instance ? channels : groups ?? (1...8).last { width % $0 == 0 }!
    }
    /// What divides the points of the grids that it works on without continuing them: the patches on the finest one.
    var divisor: Int { patches << levels }
}

/// The network of a `LatentSpectralArchitecture`.
public struct LatentSpectralOperator<Scalar: Real>: FieldOperator {
    /// What a level has, on its grid: blocks of convolutions on the way down and up, and the solve between them.
    private struct Level: Module {
        var down, up: [ConvolutionBlock<Scalar>]
        var solve: NeuralSpectralBlock<Scalar>

        mutating func visitParameters(_ path: String, _ visit: (String, inout Tensor<Scalar>) -> Void) {
            for index in down.indices { down[index].visitParameters(path + "down.\(index).", visit) }
            solve.visitParameters(path + "solve.", visit)
            for index in up.indices { up[index].visitParameters(path + "up.\(index).", visit) }
        }
    }

    /// Its hyperparameters.
    public let architecture: LatentSpectralArchitecture
    /// What it maps.
    public let shape: OperatorShape
    private var lift: Linear<Scalar>
    /// Finest first; the coarsest has no way up.
    private var levels: [Level]
    private var projection: Perceptron<Scalar>

    /// A network with initial values from `initialization`, as usual for convolutions and linear layers; see `NeuralSpectralBlock`.
    public init(
        _ architecture: LatentSpectralArchitecture, _ shape: OperatorShape, _ initialization: Initialization
    ) {
        self.architecture = architecture
        self.shape = shape
        precondition((1...3).contains(shape.axes), "axes: expected 1 to 3, got \(shape.axes)")
        precondition(
            architecture.width % architecture.heads == 0 && architecture.levels >= 1 && architecture.basis >= 2,
            "width, levels, basis: expected heads that divide the width, a level and two terms, got \(architecture)")
        let widths = architecture.widths(axes: shape.axes)
        func twice(_ name: String, _ channels: [Int]) -> [ConvolutionBlock<Scalar>] {
            zip(channels, channels.dropFirst()).enumerated().map { index, channels in
                ConvolutionBlock(
                    "\(name)\(index).", inputs: channels.0, outputs: channels.1,
                    kernel: Array(repeating: 3, count: shape.axes),
                    groups: architecture.groups(of: channels.1), activation: architecture.activation, initialization)
            }
        }
        lift = Linear(
            "lift.", inputs: architecture.liftedChannels(shape), outputs: architecture.width, initialization)
        levels = widths.indices.map { level in
            let (width, finer) = (widths[level], widths[max(level - 1, 0)])
            let isCoarsest = level == architecture.levels
            return Level(
                down: twice("levels.\(level).down.", [finer, width, width]),
                up: isCoarsest
                    ? [] : twice("levels.\(level).up.", [architecture.joined(level, widths), width, finer]),
                solve: NeuralSpectralBlock(
                    "levels.\(level).solve.", channels: width, tokens: architecture.tokens, heads: architecture.heads,
                    basis: architecture.basis, patches: architecture.divisor >> level, initialization))
        }
        projection = Perceptron(
            "projection.", inputs: architecture.width, hidden: architecture.hidden, outputs: shape.outputs,
            activation: .gelu, initialization)
    }

    /// Channels that go in.
    public var inputChannels: Int { shape.inputs }
    /// Channels that come out.
    public var outputChannels: Int { shape.outputs }

    /// See `Module`.
    public mutating func visitParameters(_ path: String, _ visit: (String, inout Tensor<Scalar>) -> Void) {
        lift.visitParameters(path + "lift.", visit)
        for level in levels.indices { levels[level].visitParameters(path + "levels.\(level).", visit) }
        projection.visitParameters(path + "projection.", visit)
    }

    /// Tokens and series are tables, not maps.
    public var parameterForms: [String: ParameterForm] {
        let tables = levels.indices.flatMap { level in
            ["tokens", "sines", "cosines"].map { "levels.\(level).solve.\($0)" }
        }
        return Dictionary(uniqueKeysWithValues: tables.map { ($0, .numbers) })
    }

    /// The result on the same grid; see `FieldOperator`.
    public func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
        let axes = shape.axes
        precondition(
            x.rank == axes + 2 && x.shape.last == inputChannels,
            "LatentSpectralOperator: expected [samples][\(axes) axes][\(inputChannels)], got shape \(x.shape)")
        let (grid, divisor) = (Array(x.shape[1...axes]), architecture.divisor)
        precondition(
            grid.allSatisfy { $0 > divisor },
            "LatentSpectralOperator: expected more than \(divisor) points along every axis, got shape \(x.shape)")
        let beyond = architecture.padding ?? shape.padding
        let ends = beyond.beyond(continued: grid, toMultiplesOf: divisor)
        var h = lift(architecture.coordinates ? x.appendingCoordinates : x)
            .continued(toMultiplesOf: divisor, with: beyond)
        var solved: [Tensor<Scalar>] = []
        for (index, level) in levels.enumerated() {
            if index > 0 { h = h.maximumPooled(2) }
            for block in level.down { h = block(h, padding: ends) }
            solved.append(level.solve(h))
        }
        h = solved.removeLast()
        for level in levels.dropLast().reversed() {
            h = level.up[0](h.upsampled(by: 2, .linear, ends: ends), joining: solved.removeLast(), padding: ends)
            for block in level.up.dropFirst() { h = block(h, padding: ends) }
        }
        return projection(h.cut(to: grid))
    }
}
