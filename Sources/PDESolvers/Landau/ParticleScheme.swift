/// Explicit Runge–Kutta methods for particles in which each stage uses only the slope before it.
public enum ParticleScheme: String, Codable, CaseIterable, Hashable, Sendable {
    /// Forward Euler: one evaluation, first order.
    case euler
    /// The midpoint rule: two evaluations, second order.
    case midpoint
    /// The classical Runge–Kutta method: four evaluations, fourth order.
    case rungeKutta4

    /// Order in time.
    public var order: Int {
        switch self {
        case .euler: 1
        case .midpoint: 2
        case .rungeKutta4: 4
        }
    }

    /// The real end of the stability region: what timeStep times the fastest rate of decay must not exceed.
    public var stabilityLimit: Double { self == .rungeKutta4 ? 2.785 : 2 }

    /// The time of each stage in steps, which is also the weight of the slope before it.
    var nodes: [Double] {
        switch self {
        case .euler: [0]
        case .midpoint: [0, 0.5]
        case .rungeKutta4: [0, 0.5, 0.5, 1]
        }
    }

    /// The weight of each stage's slope in the step.
    var weights: [Double] {
        switch self {
        case .euler: [1]
        case .midpoint: [0, 1]
        case .rungeKutta4: [1.0 / 6, 1.0 / 3, 1.0 / 3, 1.0 / 6]
        }
    }
}
