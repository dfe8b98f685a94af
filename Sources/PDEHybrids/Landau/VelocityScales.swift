import Glibc
import PDECore
import PDESolvers

/// Scales of the velocities along the axes, in which networks that know the time see them: the roots of the temperatures of Maxwell molecules
/// over time, by their exact law, so that the covariance stays 1; of others those at the start.
struct VelocityScales: Sendable {
    private let start, end: [Double]
    /// The rate at which temperatures along the axes near their mean; 0 where no law gives it.
    private let rate: Double

    init(_ system: LandauParticles) {
        let covariance = system.density.covariance
        let temperatures = (0..<system.dimensions).map { covariance[$0, $0] }
        let mean = temperatures.reduce(0, +) / Double(system.dimensions)
        start = temperatures
        end = temperatures.map { _ in mean }
        let law = CovarianceRelaxation(from: covariance, strength: system.kernel.strength)
        rate = system.gamma == 0 ? law.rate : 0
    }

    /// The scales at a time since the start.
    func values(at time: Double) -> [Double] {
        let left = exp(-rate * time)
        return zip(start, end).map { (left * $0 + (1 - left) * $1).squareRoot() }
    }

    /// The derivatives of their logarithms with respect to time.
    func growth(at time: Double) -> [Double] {
        let left = exp(-rate * time)
        return zip(start, end).map { rate * left * ($1 - $0) / (2 * (left * $0 + (1 - left) * $1)) }
    }
}
