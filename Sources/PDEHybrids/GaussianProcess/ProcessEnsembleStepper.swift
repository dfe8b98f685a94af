import PDECore
import PDEOperators
import PDETensor
import PDETraining

/// Rollouts of a Gaussian process that differ by what it does not know: each member follows one operator drawn from the posterior.
///
/// The draw is exact, at the states that a member comes by: of a state u, given what the member's operator was at the states before, the
/// deviation from the mean is normal with the posterior's covariance (k(u, u′) − k(u, Z)A⁻¹k(Z, u′)) · c(y, y′). So an error that a
/// member makes it makes again where it comes by again, and uncertainty grows along a rollout as it does for an operator that is wrong in
/// one way and not in another one at each step. Deviations are as large as validation pairs ask for (`ProcessOperator.calibration`).
///
/// Deterministic: what is drawn depends on seed, trajectory, member and step alone. A step costs N² operations for each member and N
/// pairs; what it keeps grows by N numbers and a field for each member and step, up to `mostStates` of them.
public final class ProcessEnsembleStepper<Scalar: Real>: Stepper {
    /// The members' states, and what their operators were found to be so far.
    public struct State {
        fileprivate var states: Tensor<Scalar>
        fileprivate var conditions: Tensor<Scalar>?
        fileprivate var draws: [PosteriorDraw<Scalar>]
    }

    /// How many rollouts there are.
    public let members: Int
    /// The states that a draw is tied to; from there on what is new is drawn on its own.
    public static var mostStates: Int { 256 }
    private let stepper: NetworkStepper<Scalar>
    private let process: ProcessOperator<Scalar>
    private let noise: SeparableNoise<Scalar>
    private let seed: UInt64

    /// The rollouts of a stepper's network; nil where that is no process.
    ///
    /// - Throws: `LinearAlgebraError` for covariances that are not finite.
    public init?(_ stepper: NetworkStepper<Scalar>, members: Int, seed: UInt64) throws {
        precondition(members >= 2, "members: expected at least 2, got \(members)")
        guard let process = stepper.model.surrogate.network as? ProcessOperator<Scalar> else { return nil }
        (self.stepper, self.process, self.members, self.seed) = (stepper, process, members, seed)
        noise = try SeparableNoise(process)
    }

    /// The time of one step.
    public var timeStep: Double { stepper.timeStep }

    /// All members at one state.
    ///
    /// - Parameter trajectory: what is drawn depends on it.
    public func state(_ state: NetworkStepper<Scalar>.State, trajectory: Int) -> State {
        func repeated(_ one: Tensor<Scalar>) -> Tensor<Scalar> {
            .concatenated(Array(repeating: one, count: members), along: 0)
        }
        return State(
            states: repeated(state.states), conditions: state.conditions.map(repeated),
            draws: (0..<members).map { PosteriorDraw(seed: seed, trajectory: trajectory, member: $0) })
    }

    /// Goes on by one step.
    public func advance(_ state: inout State) {
        let surrogate = stepper.model.surrogate
        let x = surrogate.input(state.states, conditions: state.conditions)
        let said = process(x)
        let features = process.features(of: x)
        let whitened = process.whitened(features)
        let width = said.count / members
        for member in 0..<members {
            let field = state.draws[member].next(member, features, whitened, process, noise, most: Self.mostStates)
            Scalar.axpy(width, alpha: 1, x: field, y: said.pointer + member * width)
        }
        let next = surrogate.next(saying: said, after: state.states, conditions: state.conditions)
        state.states = surrogate.shifted(state.states, by: next)
    }

    /// One member's state, as the stepper reads it.
    public func read(_ state: State, member: Int, into frame: UnsafeMutablePointer<Float>) {
        let one = state.states.sliced(member..<member + 1, along: 0)
        stepper.read(NetworkStepper.State(states: one, conditions: nil), into: frame)
    }
}

/// One operator of the posterior, as far as it is known: its deviations from the mean at the states that were asked for.
private struct PosteriorDraw<Scalar: Real> {
    private var stream: RandomStream
    /// Of each state its features, L⁻¹k(Z, z), its row of the covariance's Cholesky factor, and the noise drawn for it.
    private var features: [Scalar] = []
    private var whitened: [[Scalar]] = []
    private var rows: [[Scalar]] = []
    private var fields: [[Scalar]] = []

    init(seed: UInt64, trajectory: Int, member: Int) {
        stream = RandomStream(seed: seed, index: trajectory, purpose: "posterior", attempt: member)
    }

    /// The deviation at the next state.
    mutating func next(
        _ member: Int, _ features: Tensor<Scalar>, _ whitened: Tensor<Scalar>, _ process: ProcessOperator<Scalar>,
        _ noise: SeparableNoise<Scalar>, most: Int
    ) -> [Scalar] {
        let (members, pairs, count) = (features.shape[0], whitened.shape[0], features.shape[1])
        let own = (0..<pairs).map { whitened.pointer[$0 * members + member] }
        let z = features.pointer + member * count
        var row = [Scalar](repeating: 0, count: rows.count)
        if !rows.isEmpty {
            row.withUnsafeMutableBufferPointer {
                process.architecture.radius.values(
                    z, rows: 1, self.features, columns: rows.count, features: count, into: $0.baseAddress!)
            }
        }
        var rest = 1 - Scalar.dot(pairs, own, own)
        let variance = max(rest, 0)
        for i in rows.indices {
            let known = row[i] - Scalar.dot(pairs, own, self.whitened[i]) - Scalar.dot(i, row, rows[i])
            row[i] = known / rows[i][i]
            rest -= row[i] * row[i]
        }
        let root = max(rest, 0).squareRoot()
        let fresh = noise.draw(&stream)
        var field = fresh.map { root * $0 }
        for i in rows.indices { Scalar.axpy(field.count, alpha: row[i], x: fields[i], y: &field) }
        // A state whose deviation the earlier ones nearly tell adds nothing but round-off.
        if rest > 1e-3 * variance, rows.count < most {
            self.features.append(contentsOf: UnsafeBufferPointer(start: z, count: count))
            self.whitened.append(own)
            rows.append(row + [root])
            fields.append(fresh)
        }
        return field
    }
}

/// Normal numbers with the covariance c of a process between points and channels, calibrated.
private struct SeparableNoise<Scalar: Real> {
    /// Square roots of the factors of c.
    private let roots: [Matrix<Scalar>]
    private let scale: Scalar
    private let count: Int

    init(_ process: ProcessOperator<Scalar>) throws(LinearAlgebraError) {
        var roots: [Matrix<Scalar>] = []
        for factor in process.covariances {
            let order = factor.shape[0]
            let decomposition = try SymmetricEigendecomposition(
                Matrix(rows: order, columns: order, storage: factor.values))
            let values = decomposition.values.map { max($0, 0).squareRoot() }
            roots.append(
                decomposition.vectors.product(
                    .transposed,
                    with: Matrix(rows: order, columns: order) { values[$0] * decomposition.vectors[$0, $1] }))
        }
        self.roots = roots
        scale = Scalar(process.calibration)
        count = roots.reduce(1) { $0 * $1.rows }
    }

    /// A field, [grid…][channels].
    func draw(_ stream: inout RandomStream) -> [Scalar] {
        var field = (0..<count).map { _ in scale * Scalar(stream.normal()) }
        var (before, after) = (1, count)
        for root in roots {
            let order = root.rows
            after /= order
            var turned = field
            for part in 0..<before {
                let place = part * order * after
                turned.withUnsafeMutableBufferPointer { turned in
                    field.withUnsafeBufferPointer { field in
                        root.storage.withUnsafeBufferPointer { root in
                            Scalar.gemm(
                                .plain, .plain, rows: order, columns: after, inner: order, alpha: 1,
                                a: root.baseAddress!, aStride: order, b: field.baseAddress! + place, bStride: after,
                                beta: 0, c: turned.baseAddress! + place, cStride: after)
                        }
                    }
                }
            }
            field = turned
            before *= order
        }
        return field
    }
}
