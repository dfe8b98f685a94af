import PDECore

/// The Korteweg–de Vries equation in one dimension, periodic:
///
///     u_t + 6 u u_x + u_xxx = 0
///
/// - Behaviour: solitons u = (c/2) sech²(√c (x − ct)/2) that pass through one another unchanged; a smooth state breaks up
///   into a train of them. ∫u and ∫u² are conserved.
/// - Good values: length 20 on 256 points, time step 1e-3 with ETDRK4 for solitons of speed c ≤ 10.
/// - Signs of failure: ∫u² drifts: the step is too long.
/// - Reference: D. J. Korteweg & G. de Vries (1895); N. J. Zabusky & M. D. Kruskal (1965).
public struct KortewegDeVries: NamedEquation {
    /// Its name.
    public static let kind = "korteweg-de-vries"
    /// What else it is called.
    public static let aliases = ["kdv"]
    /// Lines.
    public static let dimensions = 1...1
    /// None.
    public static let coefficients: [Coefficient<Self>] = []

    /// The equation in its standard scaling, without parameters.
    public init() {}

    /// The equation as text.
    public func formula(dimensions: Int) -> String { "u_t + 6 u u_x + u_xxx = 0" }

    /// Number of unknown fields in a box of `dimensions` axes.
    public func components(dimensions: Int) -> Int { 1 }

    /// The symbol of the linear part.
    public func linearSymbol(_ wavevector: [Double], component: Int) -> Complex<Double> {
        Complex(0, wavevector[0] * wavevector[0] * wavevector[0])
    }

    /// The evaluation of the nonlinear term.
    public func makeNonlinearTerm<Scalar: Real>(
        in space: SpectralSpace<Scalar>
    ) -> (any NonlinearTerm<Scalar>)? {
        ConservativeConvection(coefficient: 6, in: space)
    }
}
