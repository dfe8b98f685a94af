import PDECore
import PDEHybrids
import PDESolvers

/// The Fourier method from a task's initial state.
final class FourierRun {
    /// What it is, with its points.
    let name: String
    private(set) var density: Field<Double>
    private let stepper: LandauFourierStepper

    init(_ task: LandauParticles, points: Int, threads: Int) {
        let density = task.density
        stepper = LandauFourierStepper(
            task.kernel, dimensions: task.dimensions, points: points,
            halfWidth: Self.halfWidth(task, points), threads: threads)
        name = "Fourier method, \(points)\(task.dimensions == 2 ? "²" : "³") points"
        self.density = VelocityGrid.field(on: stepper.grid) { density.value(at: $0) }
    }

    private static func halfWidth(_ task: LandauParticles, _ points: Int) -> Double {
        LandauFourierStepper.halfWidth(
            points: points, coldest: task.density.coldest, hottest: max(1, task.temperatures.max() ?? 1))
    }

    /// Whether less than a millionth of the density's height lies beyond the box that so many points can resolve.
    static func holds(_ task: LandauParticles, points: Int) -> Bool {
        task.density.tail(at: halfWidth(task, points)) > 14
    }

    func advance(over interval: Double, while goesOn: (Double) -> Bool = { _ in true }) throws(LandauStepError) {
        try stepper.advance(&density, over: interval, while: goesOn)
    }
}
