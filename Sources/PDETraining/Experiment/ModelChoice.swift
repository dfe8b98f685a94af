import PDECore
import PDEOperators
import PDETensor

/// A network by kind and size, before it is known how many channels go in and out.
public enum ModelChoice: Equatable, Sendable {
    /// A Fourier neural operator.
    case fourier(FourierChoice)
    /// A U-Net.
    case uNet(UNetChoice)
    /// A dilated residual network.
    case dilatedResidual(DilatedChoice)

    /// The size of a U-Net; see `UNet.Configuration`.
    public struct UNetChoice: Equatable, Sendable {
        /// Channels on the finest grid.
        public var width: Int
        /// Steps down to coarser grids.
        public var levels: Int
        /// Convolutions a level.
        public var blocks: Int
        /// Whether groups of channels are normalised.
        public var normalized: Bool
        /// Whether coordinates join the input.
        public var coordinates: Bool
        /// The activation.
        public var activation: Activation
    }

    /// The size of a dilated residual network; see `DilatedResidualNetwork.Configuration`.
    public struct DilatedChoice: Equatable, Sendable {
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
    }

    /// The size of a Fourier operator; see `FourierOperator.Configuration`.
    public struct FourierChoice: Equatable, Sendable {
        /// Channels of the layers.
        public var width: Int
        /// Modes along each axis, or one number for all.
        public var modes: [Int]
        /// Number of layers.
        public var layers: Int
        /// Channels between the last two pointwise layers.
        public var hidden: Int
        /// Zeros at the end of every axis, as a part of its length.
        public var padding: Double
        /// Whether coordinates join the input.
        public var coordinates: Bool
        /// The activation.
        public var activation: Activation
    }

    /// The network for a grid.
    ///
    /// - Parameter admit: is told how many parameters the network will have before any is made, and throws for too many.
    /// - Throws: `TrainingError.grid` when it does not fit on the grid; what `admit` throws.
    func network<Scalar: Real>(
        grid: [Int], isPeriodic: [Bool], inputs: Int, outputs: Int, _ initialization: Initialization,
        admit: (_ parameters: Double) throws(TrainingError) -> Void
    ) throws(TrainingError) -> Network<Scalar> {
        let padding: Padding = isPeriodic.allSatisfy { $0 } ? .periodic : .replicate
        switch self {
        case .uNet(let choice):
            let factor = 1 << choice.levels
            guard grid.allSatisfy({ $0 % factor == 0 && $0 / factor >= 2 }) else {
                throw .grid(
                    key: "model.levels", problem: "\(choice.levels) levels on a grid of \(grid) points",
                    remedy: "Every axis needs a multiple of \(factor) points, and twice that; lower model.levels.")
            }
            let configuration = UNet<Scalar>.Configuration(
                inputChannels: inputs, outputChannels: outputs, axes: grid.count, width: choice.width,
                levels: choice.levels, blocks: choice.blocks, padding: padding, activation: choice.activation,
                groups: choice.normalized ? ModelChoice.groups(of: choice.width) : nil,
                coordinates: choice.coordinates)
            try admit(configuration.parameterCount)
            return .uNet(UNet(configuration, initialization))
        case .dilatedResidual(let choice):
            guard grid.allSatisfy({ $0 >= choice.dilations.max()! }) else {
                throw .grid(
                    key: "model.dilations",
                    problem: "a dilation of \(choice.dilations.max()!) on a grid of \(grid) points",
                    remedy: "Lower model.dilations or data.stride.")
            }
            let configuration = DilatedResidualNetwork<Scalar>.Configuration(
                inputChannels: inputs, outputChannels: outputs, axes: grid.count, width: choice.width,
                blocks: choice.blocks, dilations: choice.dilations, padding: padding, activation: choice.activation,
                coordinates: choice.coordinates)
            try admit(configuration.parameterCount)
            return .dilatedResidual(DilatedResidualNetwork(configuration, initialization))
        case .fourier(let choice):
            let modes = choice.modes.count == 1 ? grid.map { _ in choice.modes[0] } : choice.modes
            guard modes.count == grid.count else {
                throw .grid(
                    key: "model.modes", problem: "\(modes.count) numbers for a grid of \(grid.count) axes",
                    remedy: "Give one number, or one for each axis.")
            }
            for (axis, (n, m)) in zip(grid, modes).enumerated() {
                let padded = n + Int((choice.padding * Double(n)).rounded(.up))
                let most = axis == grid.count - 1 ? padded / 2 + 1 : padded / 2
                guard m <= most else {
                    throw .grid(
                        key: "model.modes", problem: "\(m) modes along axis \(axis), which has \(n) points",
                        remedy: "At most \(most) fit; lower model.modes or data.stride.")
                }
            }
            let configuration = FourierOperator<Scalar>.Configuration(
                inputChannels: inputs, outputChannels: outputs, width: choice.width, modes: modes,
                layers: choice.layers, hidden: choice.hidden, padding: choice.padding, coordinates: choice.coordinates,
                activation: choice.activation)
            try admit(configuration.parameterCount)
            return .fourier(FourierOperator(configuration, initialization))
        }
    }

    /// At most 8 groups that divide the channels.
    private static func groups(of width: Int) -> Int { (1...8).last { width % $0 == 0 }! }
}
