import PDECore

/// ETDRK4 (Cox & Matthews 2002, eqs. 26–29): fourth order, four evaluations of N. With z = hL,
///
///     a       = e^{z/2} u_n + (h/2) φ_1(z/2) N(u_n)
///     b       = e^{z/2} u_n + (h/2) φ_1(z/2) N(a)
///     c       = e^{z/2} a   + (h/2) φ_1(z/2) (2N(b) − N(u_n))
///     u_{n+1} = e^z u_n + h (φ_1 − 3φ_2 + 4φ_3) N(u_n) + h (2φ_2 − 4φ_3) (N(a) + N(b)) + h (4φ_3 − φ_2) N(c)
///
/// where the φ of the last line are taken at z.
final class ExponentialRungeKutta4<Scalar: Real>: ExponentialScheme {
    private let loops: ModeLoops<Scalar>
    private let e, half, q, f1, f2, f3: DiagonalOperator<Scalar>

    init(symbol: [Complex<Double>], timeStep h: Double, loops: ModeLoops<Scalar>) {
        let phi = symbol.map { PhiFunctions(h * $0) }
        let phiHalf = symbol.map { PhiFunctions(h / 2 * $0) }
        self.loops = loops
        e = loops.diagonal(phi.map(\.exponential))
        half = loops.diagonal(phiHalf.map(\.exponential))
        q = loops.diagonal(phiHalf.map { h / 2 * $0.phi1 })
        f1 = loops.diagonal(phi.map { h * ($0.phi1 - 3 * $0.phi2 + 4 * $0.phi3) })
        f2 = loops.diagonal(phi.map { h * (2 * $0.phi2 - 4 * $0.phi3) })
        f3 = loops.diagonal(phi.map { h * (4 * $0.phi3 - $0.phi2) })
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
        let (a, b) = (stages.state(0), stages.state(1))
        let (na, nb, nc) = (stages.slope(0), stages.slope(1), stages.slope(2))
        loops.combine(into: a, half, u, q, n)
        nonlinear.evaluate(a, into: na)
        loops.combine(into: b, half, u, q, na)
        nonlinear.evaluate(b, into: nb)
        let c = b
        loops.extrapolate(into: c, half, a, q, nb, minus: n)
        nonlinear.evaluate(c, into: nc)
        loops.finish(u, e, f1, n, f2, na, nb, f3, nc)
    }
}
