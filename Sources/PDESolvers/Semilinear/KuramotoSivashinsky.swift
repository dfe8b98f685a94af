import PDECore

/// The Kuramoto–Sivashinsky equation in one dimension, periodic:
///
///     u_t + u u_x + u_xx + u_xxxx = 0
///
/// - Behaviour: long waves grow, short waves decay, convection passes energy from one to the other: chaos in space and
///   time for lengths beyond about 22, with a largest Lyapunov exponent near 0.09 at large lengths. ∫u is conserved.
/// - Good values: length 64 on 256 points, time step 0.1 or less with ETDRK4.
/// - Signs of failure: growth beyond |u| ≈ 4: the step is too long.
/// - Reference: Y. Kuramoto & T. Tsuzuki (1976); G. I. Sivashinsky (1977); A.-K. Kassam & L. N. Trefethen (2005).
public struct KuramotoSivashinsky: NamedEquation {
    /// Its name.
    public static let kind = "kuramoto-sivashinsky"
    /// What else it is called.
    public static let aliases = ["ks"]
    /// Lines.
    public static let dimensions = 1...1
    /// None.
    public static let coefficients: [Coefficient<Self>] = []

    /// The equation has no parameter; the length of the box takes that part.
    public init() {}

    /// The equation as text.
    public func formula(dimensions: Int) -> String { "u_t + u u_x + u_xx + u_xxxx = 0" }

    /// Number of unknown fields in a box of `dimensions` axes.
    public func components(dimensions: Int) -> Int { 1 }

    /// The symbol of the linear part.
    public func linearSymbol(_ wavevector: [Double], component: Int) -> Complex<Double> {
        let square = wavevector[0] * wavevector[0]
        return Complex(square - square * square)
    }

    /// The spectrum falls off exponentially beyond k = 1; at k = 4 it has lost six decades.
    public var demands: ResolutionDemands {
        var demands = ResolutionDemands()
        demands.wavenumber = 4
        return demands
    }

    /// The evaluation of the nonlinear term.
    public func makeNonlinearTerm<Scalar: Real>(
        in space: SpectralSpace<Scalar>
    ) -> (any NonlinearTerm<Scalar>)? {
        ConservativeConvection(coefficient: 1, in: space)
    }
}
