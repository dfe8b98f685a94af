import PDEConfig
import PDECore

/// A covariance kernel of an axis by kind and hyperparameters, before it is known how long the axis is.
public protocol KernelChoice: Kind where Family == KernelChoices {
    /// The length scale as a part of the axis.
    var lengthScale: Double { get }

    /// Of a mixture of waves the kernel of their amplitudes; nil for other kernels, and if left out.
    var envelope: (any ScaledKernel.Type)? { get }

    /// The kernel with which learning begins.
    ///
    /// - Parameters:
    ///   - length: of the axis, by which length scales are measured.
    ///   - frequencies: angular frequencies that are visible in what is known of the functions; kernels without waves ignore them.
    func kernel(length: Double, frequencies: [Double]) -> any StationaryKernel
}

extension KernelChoice {
    /// No mixture.
    public var envelope: (any ScaledKernel.Type)? { nil }

    /// The kernel with which learning begins, of an axis of length 1 without waves.
    public var kernel: any StationaryKernel { kernel(length: 1, frequencies: []) }
}

/// The kernels that an experiment can name.
public enum KernelChoices: KindFamily {
    /// A value of any of them.
    public typealias Member = any KernelChoice
    /// One line for each.
    public static let standard: [any Kind.Type] = [
        SquaredExponentialChoice.self,
        Matern32Choice.self,
        Matern52Choice.self,
        GaussianMixtureChoice.self,
        StudentMixtureChoice.self,
        PeriodicChoice.self,
    ]
}
