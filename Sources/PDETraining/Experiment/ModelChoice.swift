import PDECore
import PDEOperators
import PDETensor

/// A network by kind and size, before it is known how many channels go in and out.
public enum ModelChoice: Equatable, Sendable {
    /// A Fourier neural operator.
    case fourier(FourierChoice)

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
    /// - Throws: `TrainingError.grid` when it does not fit on the grid.
    func network<Scalar: Real>(
        grid: [Int], inputs: Int, outputs: Int, _ initialization: Initialization
    ) throws(TrainingError) -> Network<Scalar> {
        switch self {
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
            return .fourier(FourierOperator(configuration, initialization))
        }
    }
}
