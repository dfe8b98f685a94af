import PDEConfig
import PDECore
import PDEOperators
import PDETensor

/// A penalty on how strongly a network answers to small changes of its input.
///
/// With the Jacobian J of the next state with respect to the last, both in units of the state's standard deviation, and a random
/// vector v of ±1 over all input values, r = (Jv)² has the mean Σ_y (∂f_x/∂u_y)² at every place x (a Rademacher probe of the
/// squared row norms).
public protocol JacobianPenalty: Kind where Family == JacobianPenalties {
    /// λ, what the penalty is multiplied by.
    var weight: Double { get }
    /// Whether it asks one step of the classical solver.
    var asksSolver: Bool { get }

    /// Refuses a grid that the penalty cannot work on.
    func check(grid: [Int]) throws(GridMisfit)

    /// What of it is trained along with the network; nil for nothing.
    func part<Scalar: Real>(_ states: StateChannels, _ initialization: Initialization) -> (any Module<Scalar>)?

    /// The penalty without its weight.
    func value<Scalar: Real>(_ probes: inout JacobianProbes<Scalar>) -> Tensor<Scalar>
}

/// The penalties that an experiment can name as its regularizer.
public enum JacobianPenalties: KindFamily {
    /// A value of any of them.
    public typealias Member = any JacobianPenalty
    /// One line for each.
    public static let standard: [any Kind.Type] = [
        NoPenalty.self,
        GlobalPenalty.self,
        LogPenalty.self,
        JawsPenalty.self,
        HingePenalty.self,
        ResponsePenalty.self,
    ]
    /// As experiments of runs once had them.
    public static let formerKeys: Set = [
        "weight", "epsilon", "priorMean", "priorDeviation", "probes", "headHidden", "headReach",
    ]
}

extension JacobianPenalty {
    /// Other names of keys.
    public static var keyAliases: [String: String] {
        ["lambda": "weight", "samples": "probes", "eps": "epsilon"]
    }
    /// Nothing is asked.
    public var asksSolver: Bool { false }
    /// Every grid will do.
    public func check(grid: [Int]) throws(GridMisfit) {}
    /// Nothing is trained.
    public func part<Scalar: Real>(
        _ states: StateChannels, _ initialization: Initialization
    ) -> (any Module<Scalar>)? { nil }

    /// The penalty, weighted, or nil if it has no weight.
    public func callAsFunction<Scalar: Real>(_ probes: inout JacobianProbes<Scalar>) -> Tensor<Scalar>? {
        weight > 0 ? value(&probes) * Scalar(weight) : nil
    }
}

/// What the states are that a network goes on from.
public struct StateChannels: Sendable {
    /// Mean and standard deviation of every channel of a state.
    public var mean, deviation: [Double]
    /// States that go in.
    public var history: Int
    /// For every axis whether it is periodic.
    public var isPeriodic: [Bool]

    /// Channels of states.
    public init(mean: [Double], deviation: [Double], history: Int, isPeriodic: [Bool]) {
        (self.mean, self.deviation, self.history, self.isPeriodic) = (mean, deviation, history, isPeriodic)
    }
}

/// A network's answers to random changes of its input.
public struct JacobianProbes<Scalar: Real> {
    /// The input, a variable, [samples][grid…][history × channels].
    public let states: Tensor<Scalar>
    /// What of the penalty is trained along.
    public let part: (any Module<Scalar>)?
    /// One step of the classical solver from states of one frame; nil where nothing asks it.
    public let solver: ((Tensor<Scalar>) -> Tensor<Scalar>)?
    private let prediction, inputScale, outputScale: Tensor<Scalar>
    private var stream: RandomStream

    /// - Parameters:
    ///   - prediction: the next state, recorded from `states`, [samples][grid…][channels].
    ///   - deviation: standard deviation of every channel of a state.
    ///   - stream: where changes come from.
    public init(
        _ prediction: Tensor<Scalar>, of states: Tensor<Scalar>, deviation: [Double], part: (any Module<Scalar>)?,
        solver: ((Tensor<Scalar>) -> Tensor<Scalar>)? = nil, _ stream: RandomStream
    ) {
        (self.prediction, self.states, self.part, self.solver) = (prediction, states, part, solver)
        self.stream = stream
        let inputs = states.shape.last!
        inputScale = Tensor(
            (0..<inputs).map { Scalar(deviation[$0 % deviation.count]) }, shape: [inputs], on: states.backend)
        outputScale = Tensor(deviation.map { Scalar(1 / $0) }, shape: [deviation.count], on: states.backend)
    }

    /// The mean over so many changes of the squared answers r, [samples][grid…][channels].
    ///
    /// - Parameter expected: the answer to a change, both in physical units, that is no error; 0 if left out.
    public mutating func squares(
        _ count: Int, beyond expected: ((Tensor<Scalar>) -> Tensor<Scalar>)? = nil
    ) -> Tensor<Scalar> {
        var squares: Tensor<Scalar>?
        for _ in 0..<count {
            let signs = Tensor<Scalar>(shape: states.shape, on: states.backend) { values in
                for index in values.indices { values[index] = stream.uniform() < 0.5 ? -1 : 1 }
            }
            let answer = prediction.tangent(along: [(states, signs * inputScale)], recording: true) * outputScale
            let miss = expected.map { answer - $0(signs * inputScale) * outputScale } ?? answer
            squares = squares.map { $0 + miss.squared } ?? miss.squared
        }
        return squares! * Scalar(1 / Double(count))
    }
}
