import PDEConfig
import PDECore
import PDETensor

/// A network by kind and hyperparameters, before it is known what goes in and comes out.
public protocol Architecture: Kind where Family == Architectures {
    /// Channels of the layers on the finest grid: training keeps no less than so many values a point.
    var width: Int { get }

    /// Refuses a grid that the network cannot work on.
    func check(grid: [Int]) throws(GridMisfit)

    /// The parameters of the network, before it is made. A floating-point number, as networks that fit in no memory have a size, too.
    func parameterCount(_ shape: OperatorShape) -> Double

    /// The network with initial values from `initialization`.
    func network<Scalar: Real>(_ shape: OperatorShape, _ initialization: Initialization) -> any FieldOperator<Scalar>
}

/// The networks that an experiment can name.
public enum Architectures: KindFamily {
    /// A value of any of them.
    public typealias Member = any Architecture
    /// One line for each.
    public static let standard: [any Kind.Type] = [
        FourierArchitecture.self,
        UNetArchitecture.self,
        DilatedResidualArchitecture.self,
        LatentSpectralArchitecture.self,
    ]
}

/// What a network maps: channels in and out, on grids with these axes.
public struct OperatorShape: Equatable, Sendable {
    /// Channels that go in and come out.
    public var inputs, outputs: Int
    /// For every axis whether it is periodic.
    public var isPeriodic: [Bool]

    /// Channels on grids with an axis for each entry of `isPeriodic`.
    public init(inputs: Int, outputs: Int, isPeriodic: [Bool]) {
        (self.inputs, self.outputs, self.isPeriodic) = (inputs, outputs, isPeriodic)
    }

    /// Channels on grids with so many periodic axes.
    public init(inputs: Int, outputs: Int, axes: Int) {
        self.init(inputs: inputs, outputs: outputs, isPeriodic: Array(repeating: true, count: axes))
    }

    /// Number of axes.
    public var axes: Int { isPeriodic.count }
    /// What convolutions see beyond the ends.
    var padding: Padding { isPeriodic.allSatisfy { $0 } ? .periodic : .replicate }
}

/// Why a network cannot work on a grid: the key of its configuration that says so, and what to do.
public struct GridMisfit: Error, Equatable {
    /// The key.
    public let key: String
    /// What does not fit, and what to do about it.
    public let problem, remedy: String

    /// A misfit.
    public init(key: String, problem: String, remedy: String) {
        (self.key, self.problem, self.remedy) = (key, problem, remedy)
    }
}
