/// The names of the equations, as a recipe writes them.
public enum EquationName: String, Codable, CaseIterable, Sendable {
    case burgers
    case kuramotoSivashinsky = "kuramoto-sivashinsky"
    case kortewegDeVries = "korteweg-de-vries"
    case advectionDiffusion = "advection-diffusion"
    case vorticityTransport = "vorticity-transport"
    case navierStokes = "navier-stokes"
    case poisson
    case darcy
    case multiscale
    case landau

    /// The equations of periodic boxes whose stiff part is linear.
    static let semilinear: [EquationName] = [
        .burgers, .kuramotoSivashinsky, .kortewegDeVries, .advectionDiffusion, .vorticityTransport,
    ]
}
