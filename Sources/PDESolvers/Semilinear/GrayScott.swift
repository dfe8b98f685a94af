import PDEConfig
import PDECore

/// The Gray–Scott model, periodic, in one to three dimensions: a substance u that is fed and one, v, that it turns into and that turns
/// more of it.
///
///     u_t = D_u ∇²u − u v² + F (1 − u),   v_t = D_v ∇²v + u v² − (F + k) v
///
/// - Behaviour: u = 1, v = 0 is stable; where v is sown, spots grow and divide, stripes, waves or chaos follow, by F and k.
/// - Good values: D_u = 2e-5, D_v = 1e-5, F of 0.02…0.06, k of 0.05…0.065 in a box of side 2.5 on 256², steps of 1 with ETDRK4, frames
///   some tens of units of time apart; begin with `spots`.
/// - Signs of failure: spots of one or two points, which stick to the grid.
/// - Reference: P. Gray & S. K. Scott, Chem. Eng. Sci. 39 (1984); J. E. Pearson, "Complex patterns in a simple system", Science 261
///   (1993).
public struct GrayScott: NamedEquation {
    /// Its name.
    public static let kind = "gray-scott"
    /// What else it is called.
    public static let aliases = ["reaction-diffusion"]
    /// Boxes, or lines.
    public static let dimensions = 1...3
    /// D_u, D_v, F and k.
    public static let coefficients = [
        Coefficient<Self>("diffusivityU", "D_u", "in units of length times speed", at: \.diffusivityU),
        Coefficient("diffusivityV", "D_v", "in units of length times speed", at: \.diffusivityV),
        Coefficient("feed", "F", "rate at which u is fed and both are washed out", at: \.feed),
        Coefficient("kill", "k", "rate at which v is taken out beside", at: \.kill),
    ]
    /// Other names of keys.
    public static let keyAliases = ["F": "feed", "k": "kill", "Du": "diffusivityU", "Dv": "diffusivityV"]

    /// D_u and D_v, in units of length² / time; positive.
    public var diffusivityU, diffusivityV: Double
    /// F and k, in units of 1/time.
    public var feed, kill: Double

    /// The model with diffusivities of u and v, feed rate F and kill rate k.
    public init(diffusivityU: Double = 2e-5, diffusivityV: Double = 1e-5, feed: Double, kill: Double) {
        precondition(diffusivityU > 0 && diffusivityV > 0, "diffusivityU, diffusivityV: expected more than 0")
        (self.diffusivityU, self.diffusivityV, self.feed, self.kill) = (diffusivityU, diffusivityV, feed, kill)
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        diffusivityU = try container.decode(.diffusivityU, in: .magnitude, default: 2e-5)
        diffusivityV = try container.decode(.diffusivityV, in: .magnitude, default: 1e-5)
        feed = try container.decode(.feed, in: 0...1)
        kill = try container.decode(.kill, in: 0...1)
    }

    /// The equation as text.
    public func formula(dimensions: Int) -> String {
        "u_t = D_u ∇²u − u v² + F (1 − u), v_t = D_v ∇²v + u v² − (F + k) v"
    }

    /// u and v.
    public func fields(dimensions: Int) -> [SolutionField] { [SolutionField("u"), SolutionField("v")] }

    /// A grid spacing in the distance that v spreads before it is taken out, and steps of 1: u v² changes at a rate below 1.
    public var demands: ResolutionDemands {
        var demands = ResolutionDemands()
        let thickness = (diffusivityV / max(feed + kill, 1e-6)).squareRoot()
        demands.layer = { _ in ThinLayer("spots", thickness: thickness, spacings: 1, by: ("diffusivityV", power: 0.5)) }
        demands.longestStep = 1
        return demands
    }

    /// Products of three.
    public var degree: Int { 3 }

    /// Number of unknown fields in a box of `dimensions` axes.
    public func components(dimensions: Int) -> Int { 2 }

    /// The symbol of the linear part of u or of v.
    public func linearSymbol(_ wavevector: [Double], component: Int) -> Complex<Double> {
        let square = wavevector.reduce(0) { $0 + $1 * $1 }
        return Complex(component == 0 ? -diffusivityU * square - feed : -diffusivityV * square - feed - kill)
    }

    /// The evaluation of (F − u v², u v²).
    public func makeNonlinearTerm<Scalar: Real>(
        in space: SpectralSpace<Scalar>
    ) -> (any NonlinearTerm<Scalar>)? {
        GrayScottReaction(feed: feed, in: space)
    }
}

/// N(u, v) = (F − u v², u v²).
private final class GrayScottReaction<Scalar: Real>: NonlinearTerm {
    private let feed: Scalar
    private let space: SpectralSpace<Scalar>
    private let u, v: AlignedBuffer<Scalar>

    init(feed: Double, in space: SpectralSpace<Scalar>) {
        self.feed = Scalar(feed)
        self.space = space
        u = AlignedBuffer(count: space.grid.count)
        v = AlignedBuffer(count: space.grid.count)
    }

    /// Nothing is carried along.
    var maximumSpeed: Double { 0 }

    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    func evaluate(_ coefficients: UnsafeMutablePointer<Scalar>, into result: UnsafeMutablePointer<Scalar>) {
        react(coefficients, result)
    }

    @inline(never)
    private func react(_ coefficients: UnsafeMutablePointer<Scalar>, _ result: UnsafeMutablePointer<Scalar>) {
        let stride = space.componentStride
        space.transform.inverse(coefficients, into: u.pointer)
        space.transform.inverse(coefficients + stride, into: v.pointer)
        let (first, second) = (MutableVectorView(u.pointer), VectorView(v.pointer))
        for i in 0..<(u.count &+ 7) / 8 { first[i] = first[i] * second[i] * second[i] }
        let ofV = result + stride
        space.forward(u.pointer, into: ofV)
        for i in 0..<stride { result[i] = -ofV[i] }
        // The mode without waves is the mean.
        result[0] += feed
    }
}
