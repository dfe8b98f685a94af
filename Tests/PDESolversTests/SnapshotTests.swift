import PDECore
import PDEGeometry
import PDESolvers
import Testing

/// A state that is written down and restored, into a state of another stepper, goes on bit for bit.
@Suite struct SnapshotTests {
    /// k steps, a snapshot that goes into another stepper's first state, the other steps.
    private func goesOn<S: Stepper>(_ make: () throws -> (stepper: S, state: S.State)) throws
    where S.State: Restorable & Equatable {
        var (stepper, whole) = try make()
        stepper.advance(&whole, steps: 3)
        let snapshot = whole.snapshot
        stepper.advance(&whole, steps: 2)
        var (other, parts) = try make()
        try parts.restore(snapshot)
        other.advance(&parts, steps: 2)
        #expect(parts == whole)
        #expect(parts.snapshot == whole.snapshot)
        var broken = snapshot
        let name = try #require(broken.arrays.keys.min())
        broken.arrays[name]?.append(0)
        let error = #expect(throws: SnapshotError.self) { try parts.restore(broken) }
        #expect(error?.name == name)
    }

    @Test func spectralFields() throws {
        let space = SpectralSpace<Float>(.periodic(dimensions: 2, count: 32, length: 1))
        try goesOn {
            let state = SineWave(waves: 2).field(on: space.grid, components: 2) { _ in
                RandomStream(seed: 1, index: 0, purpose: "state")
            }
            var field = Field<Float>(on: space.grid, components: 2)
            for place in 0..<field.values.count { field.values[place] = Float(state.values[place]) }
            return (
                SemilinearStepper(Burgers(viscosity: 0.05), in: space, timeStep: 1e-3), SpectralField(field, in: space)
            )
        }
    }

    @Test func flows() throws {
        let grid = Grid([.init(count: 48, to: 3, placement: .cells), .init(count: 16, placement: .cells)])
        let square = Geometry(
            [.rectangle(Rectangle(center: Point2(1, 0.5), size: Point2(0.25, 0.25)))], on: grid)
        try goesOn {
            let stepper = FlowStepper<Double>(.channel(), in: square, reynolds: 100)
            stepper.timeStep = 5e-3
            return (stepper, stepper.restingState())
        }
    }

    @Test func temperatures() throws {
        let system = try PoissonSystem<Double>(PoissonCases.grid([12, 10]))
        try goesOn {
            let stepper = HeatStepper(
                solver: ConjugateGradients(system, preconditioner: .incompleteCholesky, tolerance: 1e-10),
                timeStep: 0.01, diffusivity: { 0.1 * (1 + $0) })
            return (stepper, stepper.state { p in p.x * (1 - p.x) })
        }
    }

    @Test func particles() throws {
        let velocities = Grid(
            Array(repeating: Grid.Axis(count: 16, from: -4, to: 4, placement: .cells), count: 2))
        try goesOn {
            let stepper = ParticleStepper(
                .maxwell(strength: 1), score: BlobScore(on: velocities), count: 40, dimensions: 2, timeStep: 0.01,
                threads: 1)
            var stream = RandomStream(seed: 4, index: 0, purpose: "cloud")
            let cloud = ParticleCloud(count: 40, dimensions: 2) { _ in (1 / 40, [stream.normal(), stream.normal()]) }
            return (stepper, cloud)
        }
    }

    @Test func ensembles() throws {
        struct Decay: Stepper {
            let rate: Double
            let timeStep = 0.1
            func advance(_ state: inout Field<Double>) {
                for place in 0..<state.values.count { state.values[place] *= 1 - rate * timeStep }
            }
        }
        try goesOn {
            var field = Field<Double>(on: .periodic(dimensions: 1, count: 8, length: 1))
            for place in 0..<8 { field.values[place] = Double(place) }
            return (Ensemble([Decay(rate: 1), Decay(rate: 2)], threads: 2), [field, field])
        }
    }
}
