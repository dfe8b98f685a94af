import PDECore
import PDETensor

/// What a normalised channel is multiplied by and what is added: ones and zeros at first.
struct ChannelScale<Scalar: Real>: Module {
    var scale, shift: Tensor<Scalar>

    init(_ channels: Int, _ initialization: Initialization) {
        scale = initialization.constant([channels], 1)
        shift = initialization.constant([channels], 0)
    }

    mutating func visitParameters(_ path: String, _ visit: (String, inout Tensor<Scalar>) -> Void) {
        visit(path + "scale", &scale)
        visit(path + "shift", &shift)
    }
}

/// Normalisation of groups of channels over each sample's points, with the activation behind it (Wu & He 2018).
///
/// One group a channel is instance normalisation. As each sample stands for itself, training and evaluation are the same.
public struct GroupNormalization<Scalar: Real>: Module {
    private var channels: ChannelScale<Scalar>
    /// Number of groups, a divisor of the number of channels.
    public let groups: Int
    /// What the result goes through.
    public let activation: Activation

    /// Normalisation of `channels` channels in `groups` groups.
    public init(channels: Int, groups: Int, activation: Activation = .identity, _ initialization: Initialization) {
        precondition(
            groups >= 1 && channels % groups == 0, "groups: expected a divisor of \(channels) channels, got \(groups)")
        self.channels = ChannelScale(channels, initialization)
        self.groups = groups
        self.activation = activation
    }

    /// See `Module`.
    public mutating func visitParameters(_ path: String, _ visit: (String, inout Tensor<Scalar>) -> Void) {
        channels.visitParameters(path, visit)
    }

    /// The activated normalisation of [samples][grid…][channels].
    public func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
        x.groupNormalized(groups: groups, scale: channels.scale, shift: channels.shift, activation: activation)
    }
}

/// Normalisation of the channels at every point (Ba, Kiros & Hinton 2016).
public struct LayerNormalization<Scalar: Real>: Module {
    private var channels: ChannelScale<Scalar>

    /// Normalisation of `channels` channels.
    public init(channels: Int, _ initialization: Initialization) {
        self.channels = ChannelScale(channels, initialization)
    }

    /// See `Module`.
    public mutating func visitParameters(_ path: String, _ visit: (String, inout Tensor<Scalar>) -> Void) {
        channels.visitParameters(path, visit)
    }

    /// The normalisation of [...][channels].
    public func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
        x.layerNormalized(scale: channels.scale, shift: channels.shift)
    }
}

/// Normalisation of every channel over the whole batch (Ioffe & Szegedy 2015).
///
/// In training it goes by the batch's own mean and variance; in evaluation by their running means, which `observe` keeps.
/// Which of the two is said at every call.
public struct BatchNormalization<Scalar: Real>: Module {
    /// Whose mean and variance are meant.
    public enum Statistics: Sendable {
        /// Those of the batch: in training.
        case batch
        /// Those of all batches observed: in evaluation.
        case running
    }

    private var channels: ChannelScale<Scalar>
    /// Means over the batches observed so far, [channels]; no parameters.
    public private(set) var runningMean, runningVariance: Tensor<Scalar>
    /// How much of a running mean a new batch replaces.
    public let momentum: Double
    private let epsilon = 1e-5

    /// Normalisation of `channels` channels with running mean 0 and variance 1.
    public init(channels: Int, momentum: Double = 0.1, _ initialization: Initialization) {
        self.channels = ChannelScale(channels, initialization)
        runningMean = initialization.constant([channels], 0)
        runningVariance = initialization.constant([channels], 1)
        self.momentum = momentum
    }

    /// See `Module`.
    public mutating func visitParameters(_ path: String, _ visit: (String, inout Tensor<Scalar>) -> Void) {
        channels.visitParameters(path, visit)
    }

    /// The normalisation of [samples][grid…][channels].
    public func callAsFunction(_ x: Tensor<Scalar>, by statistics: Statistics) -> Tensor<Scalar> {
        switch statistics {
        case .batch:
            return x.batchNormalized(scale: channels.scale, shift: channels.shift, epsilon: epsilon)
        case .running:
            let factor = channels.scale / (runningVariance + Scalar(epsilon)).squareRoot
            return x * factor + (channels.shift - runningMean * factor)
        }
    }

    /// Lets a training batch move the running means; the variance is that of a sample of a larger whole, with count − 1.
    public mutating func observe(_ x: Tensor<Scalar>) {
        let x = x.detached
        let axes = Array(0..<x.rank - 1)
        let count = x.count / x.shape[x.rank - 1]
        precondition(count > 1, "observe: a variance needs two values a channel or more, got shape \(x.shape)")
        let mean = x.mean(along: axes)
        let variance = (x - mean).squared.sum(along: axes) / Scalar(count - 1)
        let weight = Scalar(momentum)
        runningMean = runningMean * (1 - weight) + mean * weight
        runningVariance = runningVariance * (1 - weight) + variance * weight
    }
}
