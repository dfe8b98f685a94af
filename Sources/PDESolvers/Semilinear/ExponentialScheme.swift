import PDECore

/// The exponential Runge–Kutta methods on offer, by their order.
public enum ExponentialRungeKutta: Int, CaseIterable, Codable, Sendable {
    /// ETDRK2, two evaluations of the nonlinear term a step.
    case second = 2
    /// ETDRK4, four evaluations of the nonlinear term a step.
    case fourth = 4

    /// Evaluations of the nonlinear term a step.
    public var stages: Int { rawValue }

    func makeScheme<Scalar: Real>(
        symbol: [Complex<Double>], timeStep: Double, loops: ModeLoops<Scalar>
    ) -> any ExponentialScheme<Scalar> {
        switch self {
        case .second: ExponentialRungeKutta2(symbol: symbol, timeStep: timeStep, loops: loops)
        case .fourth: ExponentialRungeKutta4(symbol: symbol, timeStep: timeStep, loops: loops)
        }
    }
}

/// One step of u' = Lu + N(u) for a diagonal L and a given time step.
protocol ExponentialScheme<Scalar>: AnyObject {
    associatedtype Scalar: Real

    /// Replaces u_n by u_{n+1}.
    ///
    /// - Parameters:
    ///   - u: coefficients of the state.
    ///   - slope: N(u_n), already evaluated.
    ///   - nonlinear: N.
    ///   - stages: scratch memory.
    func advance(
        _ u: UnsafeMutablePointer<Scalar>, slope: UnsafeMutablePointer<Scalar>,
        _ nonlinear: any NonlinearTerm<Scalar>, _ stages: SchemeStages<Scalar>)
}

/// Memory for the inner stages of a scheme.
final class SchemeStages<Scalar: Real> {
    private let states, slopes: [AlignedBuffer<Scalar>]

    init(count: Int) {
        states = (0..<2).map { _ in AlignedBuffer(count: count) }
        slopes = (0..<3).map { _ in AlignedBuffer(count: count) }
    }

    func state(_ i: Int) -> UnsafeMutablePointer<Scalar> { states[i].pointer }
    func slope(_ i: Int) -> UnsafeMutablePointer<Scalar> { slopes[i].pointer }
}
