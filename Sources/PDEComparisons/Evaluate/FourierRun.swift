import PDECore
import PDEHybrids
import PDESolvers

/// The Fourier method from an initial state.
final class FourierRun {
    /// What it is, with its points.
    let name: String
    private(set) var density: Field<Double>
    private let stepper: LandauFourierStepper

    init(_ system: LandauParticles, points: Int, threads: Int) {
        let density = system.density
        stepper = LandauFourierStepper(
            system.kernel, dimensions: system.dimensions, points: points,
            halfWidth: Self.halfWidth(system, points), threads: threads)
        name = "Fourier method, \(points)\(system.dimensions == 2 ? "²" : "³") points"
        self.density = VelocityGrid.field(on: stepper.grid) { density.value(at: $0) }
    }

    private static func halfWidth(_ system: LandauParticles, _ points: Int) -> Double {
        LandauFourierStepper.halfWidth(
            points: points, coldest: system.density.coldest, hottest: max(1, system.temperatures.max() ?? 1))
    }

    /// Whether less than a millionth of the density's height lies beyond the box that so many points can resolve.
    static func holds(_ system: LandauParticles, points: Int) -> Bool {
        system.density.tail(at: halfWidth(system, points)) > 14
    }

    func advance(over interval: Double, while goesOn: (Double) -> Bool = { _ in true }) throws(LandauStepError) {
        try stepper.advance(&density, over: interval, while: goesOn)
    }
}
