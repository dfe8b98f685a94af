import PDEConfig
import PDECore
import PDETensor

/// A network by kind and hyperparameters, before it is known what goes in and comes out.
public protocol Architecture: Kind where Family == Architectures {
    /// Channels of the layers on the finest grid: training keeps no less than so many values a point.
    var width: Int { get }

    /// Refuses a grid that the network cannot work on.
    func check(grid: [Int]) throws(GridMisfit)

    /// Refuses what it cannot map; nothing if left out.
    func check(_ shape: OperatorShape) throws(GridMisfit)

    /// Whether it needs a state that it carries on (`OperatorShape.state`): what comes out is then the next one, in the units of the
    /// last, whatever the task has the network predict; not if left out.
    var carriesState: Bool { get }

    /// The parameters of the network, before it is made. A floating-point number, as networks that fit in no memory have a size, too.
    func parameterCount(_ shape: OperatorShape) -> Double

    /// The network with initial values from `initialization`.
    func network<Scalar: Real>(_ shape: OperatorShape, _ initialization: Initialization) -> any FieldOperator<Scalar>
}

extension Architecture {
    /// Maps all.
    public func check(_ shape: OperatorShape) throws(GridMisfit) {}
    /// Needs none.
    public var carriesState: Bool { false }
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
        LinearAttentionArchitecture.self,
        SpectralGeneratorArchitecture.self,
        StencilCycleArchitecture.self,
        ConjugateDirectionArchitecture.self,
        GaussianProcessArchitecture.self,
        NoNetwork.self,
    ]
}

/// What a network maps: channels in and out, on grids with these axes.
public struct OperatorShape: Equatable, Sendable {
    /// Channels that go in and come out.
    public var inputs, outputs: Int
    /// For every axis whether it is periodic.
    public var isPeriodic: [Bool]
    /// The inputs that are the state before the one that comes out; earlier states stand in front of them, what does not change with
    /// time behind. Nil where what comes out is no later state.
    public var state: Range<Int>?
    /// Points along each axis; nil where they do not matter.
    public var grid: [Int]?
    /// What of the training a network in closed form is as large as; nil for others.
    public var closedForm: ClosedFormShape?

    /// Channels on grids with an axis for each entry of `isPeriodic`.
    public init(inputs: Int, outputs: Int, isPeriodic: [Bool], state: Range<Int>? = nil) {
        (self.inputs, self.outputs, self.isPeriodic, self.state) = (inputs, outputs, isPeriodic, state)
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

    /// Whether every axis can be halved so often and has points left to convolve.
    static func check(levels: Int, on grid: [Int]) throws(GridMisfit) {
        guard grid.allSatisfy({ $0 > 1 << levels }) else {
            throw GridMisfit(
                key: "levels", problem: "\(levels) levels on a grid of \(grid) points",
                remedy: "Every axis needs more than \(1 << levels) points; lower model.levels.")
        }
    }
}
