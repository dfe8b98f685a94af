import PDECore

/// ETDRK2 (Cox & Matthews 2002, eqs. 20–22): second order, two evaluations of N. With z = hL,
///
///     a       = e^z u_n + h φ_1(z) N(u_n)
///     u_{n+1} = a + h φ_2(z) (N(a) − N(u_n))
final class ExponentialRungeKutta2<Scalar: Real>: ExponentialScheme {
    private let loops: ModeLoops<Scalar>
    private let e, f1, f2: DiagonalOperator<Scalar>

    init(symbol: [Complex<Double>], timeStep h: Double, loops: ModeLoops<Scalar>) {
        let phi = symbol.map { PhiFunctions(h * $0) }
        self.loops = loops
        e = loops.diagonal(phi.map(\.exponential))
        f1 = loops.diagonal(phi.map { h * $0.phi1 })
        f2 = loops.diagonal(phi.map { h * $0.phi2 })
    }

    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    func advance(
        _ u: UnsafeMutablePointer<Scalar>, slope: UnsafeMutablePointer<Scalar>,
        _ nonlinear: any NonlinearTerm<Scalar>, _ stages: SchemeStages<Scalar>
    ) {
        step(u, slope, nonlinear, stages)
    }

    @inline(never)
    private func step(
        _ u: UnsafeMutablePointer<Scalar>, _ n: UnsafeMutablePointer<Scalar>,
        _ nonlinear: any NonlinearTerm<Scalar>, _ stages: SchemeStages<Scalar>
    ) {
        let (a, na) = (stages.state(0), stages.slope(0))
        loops.combine(into: a, e, u, f1, n)
        nonlinear.evaluate(a, into: na)
        loops.correct(into: u, a, f2, na, minus: n)
    }
}
