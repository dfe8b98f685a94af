import PDEConfig
import PDECore
import PDESolvers

/// The work of `burgers_exponax.py`: a batch of trajectories from random Fourier series of 5 modes, step 1e-3.
struct BurgersBench: Sendable {
    let resolution, dimensions: Int
    let method: ExponentialRungeKutta
    let batch, steps: Int
    let viscosity: Double
    let threads, repeats: Int

    /// Microseconds per step and trajectory, as the whole batch takes on all threads.
    func measure<Scalar: Real>(_: Scalar.Type) -> JSON {
        let grid = Grid.periodic(dimensions: dimensions, count: resolution, length: 1)
        let series = InitialState.fourier(modes: min(5, (resolution - 1) / 3))
        var members = (0..<batch).map { index in
            let stepper = SemilinearStepper<Scalar>(
                Burgers(viscosity: viscosity), on: grid, timeStep: 1e-3, method: method)
            let shape = series.field(on: grid, components: dimensions) {
                RandomStream(seed: 0, index: index, purpose: RandomStream.Purpose("bench \($0)"))
            }
            var field = Field<Scalar>(on: grid, components: dimensions)
            for (i, value) in shape.values.values.enumerated() { field.values[i] = Scalar(value) }
            return Member(stepper: stepper, state: stepper.state(of: field))
        }
        let team = ThreadTeam(threads: min(threads, batch))
        let clock = ContinuousClock()
        var times: [Double] = []
        // The first run warms caches and clocks and is not counted.
        for run in 0...repeats {
            let starts = members
            let time = members.withUnsafeMutableBufferPointer { members in
                let base = UnsafeMutablePointerBox(members.baseAddress!)
                return clock.measure {
                    team.forEach(0..<batch) { index, _ in
                        base.pointer[index].stepper.advance(&base.pointer[index].state, steps: steps)
                    }
                }
            }
            if run > 0 { times.append(time / .microseconds(1) / Double(batch) / Double(steps)) }
            members = starts
        }
        times.sort()
        return .object([
            ("bench", "burgers"), ("n", .number(resolution)), ("dimensions", .number(dimensions)),
            ("order", .number(method.rawValue)), ("batch", .number(batch)), ("steps", .number(steps)),
            ("precision", .string(Scalar.self == Float.self ? "float" : "double")), ("threads", .number(team.count)),
            ("us_per_step_and_trajectory", .number((times[0] * 1000).rounded() / 1000)),
            ("median_us", .number((times[times.count / 2] * 1000).rounded() / 1000)),
            ("version", .string("pdegen \(LibraryVersions.pdekit)")),
        ])
    }

    private struct Member<Scalar: Real> {
        let stepper: SemilinearStepper<Scalar>
        var state: SpectralField<Scalar>
    }
}

/// Memory that threads share although each works on members of its own.
private struct UnsafeMutablePointerBox<Value>: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<Value>

    init(_ pointer: UnsafeMutablePointer<Value>) { self.pointer = pointer }
}
