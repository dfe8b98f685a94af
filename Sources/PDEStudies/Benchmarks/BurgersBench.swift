import PDEConfig
import PDECore
import PDESolvers

/// The work of `burgers_exponax.py`: a batch of trajectories from random Fourier series of 5 modes, step 1e-3.
package struct BurgersBench: Sendable {
    let resolution, dimensions: Int
    let method: ExponentialRungeKutta
    let batch, steps: Int
    let viscosity: Double
    let threads, repeats: Int

    /// What is measured.
    package init(
        resolution: Int, dimensions: Int, method: ExponentialRungeKutta, batch: Int, steps: Int, viscosity: Double,
        threads: Int, repeats: Int
    ) {
        (
            self.resolution, self.dimensions, self.method, self.batch, self.steps, self.viscosity, self.threads,
            self.repeats
        ) = (resolution, dimensions, method, batch, steps, viscosity, threads, repeats)
    }

    /// Microseconds per step and trajectory, as the whole batch takes on all threads.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    package func measure<Scalar: Real>(_: Scalar.Type) -> JSON {
        let grid = Grid.periodic(dimensions: dimensions, count: resolution, length: 1)
        let series = FourierSeries(modes: min(5, (resolution - 1) / 3))
        let steppers = (0..<batch).map { _ in
            SemilinearStepper<Scalar>(Burgers(viscosity: viscosity), on: grid, timeStep: 1e-3, method: method)
        }
        let initial = steppers.enumerated().map { index, stepper in
            let shape = series.field(on: grid, components: dimensions) {
                RandomStream(seed: 0, index: index, purpose: RandomStream.Purpose("bench \($0)"))
            }
            var field = Field<Scalar>(on: grid, components: dimensions)
            for (i, value) in shape.values.values.enumerated() { field.values[i] = Scalar(value) }
            return stepper.state(of: field)
        }
        let ensemble = Ensemble(steppers, threads: threads)
        let clock = ContinuousClock()
        var times: [Double] = []
        // The first run warms caches and clocks and is not counted.
        for run in 0...repeats {
            var states = initial
            let time = clock.measure { ensemble.advance(&states, steps: steps) }
            if run > 0 { times.append(time / .microseconds(1) / Double(batch) / Double(steps)) }
        }
        times.sort()
        return .object([
            ("bench", "burgers"), ("n", .number(resolution)), ("dimensions", .number(dimensions)),
            ("order", .number(method.rawValue)), ("batch", .number(batch)), ("steps", .number(steps)),
            ("precision", .string(Scalar.self == Float.self ? "float" : "double")),
            ("threads", .number(ensemble.threads)),
            ("us_per_step_and_trajectory", .number((times[0] * 1000).rounded() / 1000)),
            ("median_us", .number((times[times.count / 2] * 1000).rounded() / 1000)),
            ("version", .string("pdegen \(LibraryVersions.pdekit)")),
        ])
    }
}
