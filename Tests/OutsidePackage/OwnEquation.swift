import PDEKit

/// Burgers' equation with a drag: u_t + u u_x = ν u_xx − μ u.
struct OwnEquation: NamedEquation {
    static let kind = "own-burgers"
    static let dimensions = 1...1
    static let coefficients = [
        Coefficient<Self>("viscosity", "ν", "in units of length times speed", at: \.viscosity),
        Coefficient("drag", "μ", "in units of speed over length", at: \.drag),
    ]
    var viscosity: Double
    var drag = 0.0

    init(viscosity: Double, drag: Double) { (self.viscosity, self.drag) = (viscosity, drag) }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        viscosity = try container.decode(.viscosity, in: .magnitude)
        try container.decode(.drag, into: &drag, in: .magnitudeOrZero)
    }

    func formula(dimensions: Int) -> String { "u_t + u u_x = ν u_xx − μ u" }

    func components(dimensions: Int) -> Int { 1 }

    func linearSymbol(_ wavevector: [Double], component: Int) -> ComplexNumber<Double> {
        ComplexNumber(-viscosity * wavevector[0] * wavevector[0] - drag)
    }

    func makeNonlinearTerm<Scalar: FloatingScalar>(in space: SpectralSpace<Scalar>) -> (any NonlinearTerm<Scalar>)? {
        ConservativeConvection(coefficient: 1, in: space)
    }
}
