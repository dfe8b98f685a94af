import PDECore
import PDEOperators
import PDETensor

/// A penalty on how strongly a network answers to small changes of its input.
///
/// With the Jacobian J of the next state with respect to the last, both in units of the state's standard deviation, and a random
/// vector v of ±1 over all input values, r = (Jv)² has the mean Σ_y (∂f_x/∂u_y)² at every place x (a Rademacher probe of the
/// squared row norms). Kinds:
/// - `global`: mean r.
/// - `log`: mean log(r + ε), the limit of `jaws` with a free s at every place. It needs several probes: the mean logarithm of
///   (Jv)² is not that of the row's squared norm, and with a single probe it is smallest for rows whose entries cancel for some signs,
///   (1, 1) before (1, 0), although their norm is larger. `global` and `jaws` are linear in r, so that one probe is enough.
/// - `jaws`: mean [e⁻ˢ r + s], with s = log σ² from a small head that sees the state around x: the negative logarithm of a
///   normal density for Jv with a width that is learned. Where the network must answer strongly, at fronts, s grows and the penalty
///   relaxes. The prior (s − s₀)² / 2τ² keeps s from running away where r is near zero.
/// - `hinge`: max(0, ‖Jv‖ / ‖v‖ − 1)², sample by sample: only growth is penalised.
/// - `response`: mean (Jv − (S(u + εv) − S(u)) / ε)² with the classical solver's step S: the network shall answer as the
///   equation does.
///
/// Source: "JAWS: Enhancing Long-term Rollout of Neural Operators via Spatially-Adaptive Jacobian Regularization" (2026). Its text was
/// not at hand: the form of the density, the head and the prior are reconstructions from its title and summary.
public struct JacobianPenalty: Equatable, Sendable {
    /// Kind, weight and numbers.
    public let regularizer: Regularizer

    /// A penalty of this kind.
    public init(_ regularizer: Regularizer) { self.regularizer = regularizer }

    /// The penalty, weighted, or nil if there is none.
    ///
    /// - Parameters:
    ///   - prediction: the next state, recorded from `states`, [samples][grid…][channels].
    ///   - states: the input, a variable, [samples][grid…][history × channels].
    ///   - deviation: standard deviation of every channel of a state.
    ///   - head: what gives s; for `jaws` alone.
    ///   - solver: one step of the classical solver from states of one frame; for `response` alone.
    ///   - stream: where probes come from.
    package func callAsFunction<Scalar: Real>(
        _ prediction: Tensor<Scalar>, of states: Tensor<Scalar>, deviation: [Double], head: UncertaintyHead<Scalar>?,
        solver: ((Tensor<Scalar>) -> Tensor<Scalar>)? = nil, _ stream: inout RandomStream
    ) -> Tensor<Scalar>? {
        guard regularizer.kind != .none, regularizer.weight > 0 else { return nil }
        let backend = states.backend
        let history = states.shape.last! / deviation.count
        let inputScale = Tensor(
            (0..<history * deviation.count).map { Scalar(deviation[$0 % deviation.count]) },
            shape: [history * deviation.count], on: backend)
        let outputScale = Tensor(deviation.map { Scalar(1 / $0) }, shape: [deviation.count], on: backend)
        var squares: Tensor<Scalar>?
        for _ in 0..<regularizer.probes {
            let signs = Tensor<Scalar>(shape: states.shape, on: backend) { values in
                for index in values.indices { values[index] = stream.uniform() < 0.5 ? -1 : 1 }
            }
            let answer = prediction.tangent(along: [(states, signs * inputScale)], recording: true) * outputScale
            let miss =
                regularizer.kind == .response
                ? answer - response(states.detached, signs * inputScale, outputScale, solver) : answer
            squares = squares.map { $0 + miss.squared } ?? miss.squared
        }
        let r = squares! * Scalar(1 / Double(regularizer.probes))
        return (regularizer.kind == .response ? r.mean() : value(r, states, head)) * Scalar(regularizer.weight)
    }

    /// The classical solver's answer to a change of its state, by a one-sided difference.
    private func response<Scalar: Real>(
        _ states: Tensor<Scalar>, _ change: Tensor<Scalar>, _ outputScale: Tensor<Scalar>,
        _ solver: ((Tensor<Scalar>) -> Tensor<Scalar>)?
    ) -> Tensor<Scalar> {
        guard let solver else { preconditionFailure("response needs a solver") }
        let epsilon = Scalar(regularizer.epsilon)
        return (solver(states + change * epsilon) - solver(states)) * (1 / epsilon) * outputScale
    }

    /// The penalty without its weight for squared answers r, [samples][grid…][channels].
    private func value<Scalar: Real>(
        _ r: Tensor<Scalar>, _ states: Tensor<Scalar>, _ head: UncertaintyHead<Scalar>?
    ) -> Tensor<Scalar> {
        switch regularizer.kind {
        case .none, .response: preconditionFailure("\(regularizer.kind) is no penalty on the size of the answer")
        case .global: return r.mean()
        case .log: return (r + Scalar(regularizer.epsilon)).logarithm.mean()
        case .hinge:
            let growth = (r.mean(along: Array(1..<r.rank)) + Scalar.leastNormalMagnitude).squareRoot - 1
            return growth.mapped(.relu).squared.mean()
        case .jaws:
            guard let head else { preconditionFailure("jaws needs a head") }
            let s = head(states.detached)
            let deviation = s - Scalar(regularizer.priorMean)
            let prior = deviation.squared * Scalar(0.5 / (regularizer.priorDeviation * regularizer.priorDeviation))
            return ((-s).exponential * r + s + prior).mean()
        }
    }
}

/// The head of `jaws`: s = log σ² at every place from the state at the points around it along each axis.
public struct UncertaintyHead<Scalar: Real>: Module {
    private var perceptron: Perceptron<Scalar>
    private let offset, factor: Tensor<Scalar>
    private let isPeriodic: [Bool]
    private let reach: Int

    /// A head for states of `channels` × `history` values a point with the given mean and deviation of every channel.
    ///
    /// - Parameters:
    ///   - hidden: hidden values of its perceptron.
    ///   - reach: how many points it sees to either side along each axis; at most as many as the grid has.
    package init(
        mean: [Double], deviation: [Double], history: Int, isPeriodic: [Bool], hidden: Int = 32, reach: Int = 2,
        _ initialization: Initialization
    ) {
        let channels = mean.count
        let inputs = history * channels
        let points = 1 + 2 * reach * isPeriodic.count
        perceptron = Perceptron(
            "head.", inputs: inputs * points, hidden: hidden, outputs: channels, activation: .gelu, initialization)
        factor = Tensor(
            (0..<inputs).map { Scalar(1 / deviation[$0 % channels]) }, shape: [inputs], on: initialization.backend)
        offset = Tensor(
            (0..<inputs).map { Scalar(-mean[$0 % channels] / deviation[$0 % channels]) }, shape: [inputs],
            on: initialization.backend)
        self.isPeriodic = isPeriodic
        self.reach = reach
    }

    /// See `Module`.
    public mutating func visitParameters(_ path: String, _ visit: (String, inout Tensor<Scalar>) -> Void) {
        perceptron.visitParameters(path, visit)
    }

    /// s, [samples][grid…][channels].
    package func callAsFunction(_ states: Tensor<Scalar>) -> Tensor<Scalar> {
        let u = states * factor + offset
        var neighbours = [u]
        for (index, isPeriodic) in isPeriodic.enumerated() {
            let axis = index + 1
            let n = u.shape[axis]
            let wide = u.padded(reach, reach, along: axis, with: isPeriodic ? .periodic : .replicate)
            for shift in 0...2 * reach where shift != reach {
                neighbours.append(wide.sliced(shift..<shift + n, along: axis))
            }
        }
        return perceptron(.concatenated(neighbours, along: u.rank - 1))
    }
}
