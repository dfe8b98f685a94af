import PDECore

/// An equation ∂_t u = Lu + N(u) on a periodic box whose linear part is diagonal in Fourier space.
///
/// An equation is a value: its name, its coefficients, the symbol of L and a recipe for N. It does not know how time is
/// stepped. To add one, write its file: documentation, symbol, nonlinear term.
public protocol SemilinearEquation: Sendable {
    /// Number of unknown fields in a box of `dimensions` axes.
    func components(dimensions: Int) -> Int

    /// The degree of N as a polynomial of u and its derivatives: products of so many factors must be free of aliasing.
    var degree: Int { get }

    /// The factor by which L multiplies the mode e^{ik·x} of a component.
    ///
    /// - Parameters:
    ///   - wavevector: k in radians per unit of length, one number an axis.
    ///   - component: which of the unknown fields.
    func linearSymbol(_ wavevector: [Double], component: Int) -> Complex<Double>

    /// The evaluation of N in a space, with a workspace of its own; nil where N = 0.
    func makeNonlinearTerm<Scalar: Real>(in space: SpectralSpace<Scalar>) -> (any NonlinearTerm<Scalar>)?
}

extension SemilinearEquation {
    /// Products of two.
    public var degree: Int { 2 }
}

/// N(u) of a semilinear equation, evaluated pseudo-spectrally. Owns its workspace; nothing is allocated after `init`.
public protocol NonlinearTerm<Scalar>: AnyObject {
    /// The precision.
    associatedtype Scalar: Real

    /// Writes the coefficients of N(u).
    ///
    /// - Parameters:
    ///   - coefficients: those of u, as in `SpectralField`.
    ///   - result: those of N(u), in the same layout.
    func evaluate(_ coefficients: UnsafeMutablePointer<Scalar>, into result: UnsafeMutablePointer<Scalar>)

    /// The largest characteristic speed |dN-flux/du| in the state that `evaluate` saw last, for the CFL number; 0 where nothing is
    /// carried along, as in reactions.
    var maximumSpeed: Double { get }
}
