import Foundation
import PDECore
import PDESolvers
import Testing

@Suite struct BurgersTests {
    /// Cole–Hopf: a state with three waves and a mean, past the time at which fronts have formed.
    @Test func matchesTheExactSolution() {
        let grid = Grid.periodic(dimensions: 1, count: 1024, length: 1)
        let initial: Field<Double> = field(on: grid) { _, x in
            0.3 + 0.5 * sin(2 * .pi * x[0]) + 0.3 * cos(4 * .pi * x[0]) - 0.2 * sin(6 * .pi * x[0] + 1)
        }
        let viscosity = 0.01
        let exact = ColeHopfSolution(from: initial, viscosity: viscosity).field(at: 0.5)
        let found = solve(Burgers(viscosity: viscosity), from: initial, until: 0.5, steps: 1000)
        #expect(relativeError(found, exact) <= 1e-8)
    }

    /// The exact solution is itself checked by the closed form for φ = 1 + a e^{−νk²t} cos kx.
    @Test func exactSolutionHasTheClosedForm() {
        let grid = Grid.periodic(dimensions: 1, count: 128, length: 2)
        let (viscosity, a, k) = (0.05, 0.6, Double.pi)
        func closed(_ t: Double) -> Field<Double> {
            field(on: grid) { _, x in
                let decay = a * exp(-viscosity * k * k * t)
                return 2 * viscosity * k * decay * sin(k * x[0]) / (1 + decay * cos(k * x[0]))
            }
        }
        let solution = ColeHopfSolution(from: closed(0), viscosity: viscosity)
        #expect(relativeError(solution.field(at: 0), closed(0)) < 1e-13)
        #expect(relativeError(solution.field(at: 0.7), closed(0.7)) < 1e-13)
    }

    /// Basdevant et al. 1986: u0 = −sin πx, ν = 0.01/π, steepest slope 152.00516 at πt = 1.6037.
    @Test func reachesTheBasdevantSlope() {
        let grid = Grid.periodic(dimensions: 1, count: 4096, length: 2, from: -1)
        let initial: Field<Double> = field(on: grid) { _, x in -sin(.pi * x[0]) }
        let steps = 400
        let end = 1.7 / Double.pi
        let stepper = SemilinearStepper<Double>(
            Burgers(viscosity: 0.01 / .pi), on: grid, timeStep: end / Double(steps))
        var state = stepper.state(of: initial)
        var history: [Double] = []
        stepper.rollout(&state, frames: steps) { _, state in
            history.append(slopeAtOrigin(state, in: stepper.space))
            return true
        }
        let peak = history.indices.max { history[$0] < history[$1] }!
        let (a, b, c) = (history[peak - 1], history[peak], history[peak + 1])
        let offset = 0.5 * (a - c) / (a - 2 * b + c)
        let slope = b - 0.25 * (a - c) * offset
        let time = (Double(peak + 1) + offset) * stepper.timeStep
        #expect(abs(slope / 152.00516 - 1) <= 1e-4)
        #expect(abs(time * .pi - 1.6037) < 2e-4)
    }

    /// |u_x| at x = 0 by summing the modes; the origin is half a period from the grid's first point.
    private func slopeAtOrigin(_ state: SpectralField<Double>, in space: SpectralSpace<Double>) -> Double {
        var sum = 0.0
        for mode in 1..<space.modeCount {
            let sign = mode % 2 == 0 ? 1.0 : -1.0
            sum += 2 * sign * -(.pi * Double(mode)) * state.coefficients[2 * mode + 1]
        }
        return abs(sum)
    }

    @Test(arguments: ExponentialRungeKutta.allCases)
    func convergesWithItsOrder(_ method: ExponentialRungeKutta) {
        let grid = Grid.periodic(dimensions: 1, count: 256, length: 1)
        let initial: Field<Double> = field(on: grid) { _, x in sin(2 * .pi * x[0]) + 0.5 * cos(4 * .pi * x[0]) }
        let exact = ColeHopfSolution(from: initial, viscosity: 0.02).field(at: 0.25)
        let errors = [40, 80, 160, 320].map { steps in
            relativeError(
                solve(Burgers(viscosity: 0.02), from: initial, until: 0.25, steps: steps, method: method), exact)
        }
        for slope in slopes(errors) { #expect(abs(slope - Double(method.rawValue)) < 0.25) }
    }

    /// d/dt ½∫u² = −ν∫u_x²: the dissipation, integrated in time, is what the energy lost.
    @Test func balancesItsEnergy() {
        let grid = Grid.periodic(dimensions: 1, count: 1024, length: 1)
        let initial: Field<Double> = field(on: grid) { _, x in sin(2 * .pi * x[0]) }
        let stepper = SemilinearStepper<Double>(Burgers(viscosity: 5e-3), on: grid, timeStep: 5e-4)
        stepper.keepsBudget = true
        var state = stepper.state(of: initial)
        let start = stepper.budget(of: state)
        var dissipated = 0.0
        let steps = 1000
        for step in 0..<steps {
            stepper.advance(&state)
            #expect(abs(stepper.budget.nonlinearRate) < 1e-13)
            let budget = stepper.budget
            dissipated += step % 2 == 1 ? budget.rateInMiddle : (step == 0 ? 1 : 2) * budget.rateAtEnds
        }
        let end = stepper.budget(of: state)
        dissipated = (dissipated + end.rateAtEnds) * stepper.timeStep
        #expect(abs(end.energy - start.energy - dissipated) <= 1e-6 * start.energy)
        #expect(end.energy < 0.5 * start.energy)
    }

    /// The budget's rates against sums over the grid.
    @Test func budgetIsThatOfTheField() {
        let grid = Grid.periodic(dimensions: 1, count: 64, length: 2)
        let initial: Field<Double> = field(on: grid) { _, x in 0.2 + sin(.pi * x[0]) - 0.3 * cos(3 * .pi * x[0]) }
        let stepper = SemilinearStepper<Double>(Burgers(viscosity: 0.1), on: grid, timeStep: 1e-3)
        let budget = stepper.budget(of: stepper.state(of: initial))
        let energy = initial.values.values.reduce(0) { $0 + $1 * $1 } / 2 / 64
        let dissipation = (0..<64).reduce(0.0) { sum, j in
            let x = grid.axes[0].coordinates[j]
            let slope = .pi * cos(.pi * x) + 0.9 * .pi * sin(3 * .pi * x)
            return sum + 0.1 * slope * slope / 64
        }
        #expect(abs(budget.energy - energy) < 1e-14)
        #expect(abs(budget.linearRate + dissipation) < 1e-13)
        #expect(abs(budget.maximumSpeed - initial.values.values.map(abs).max()!) < 1e-14)
    }

    /// In d dimensions u = −2ν∇φ/φ with φ = 3 + e^{−dνt} Π cos x_i is exact.
    @Test(arguments: [2, 3])
    func matchesTheExactSolutionInMoreDimensions(_ dimensions: Int) {
        let grid = Grid.periodic(dimensions: dimensions, count: dimensions == 2 ? 48 : 32, length: 2 * .pi)
        let viscosity = 0.4
        func exact(_ t: Double) -> Field<Double> {
            field(on: grid, components: dimensions) { component, x in
                let decay = exp(-Double(dimensions) * viscosity * t)
                let phi = 3 + decay * x.reduce(1) { $0 * cos($1) }
                let slope = x.enumerated().reduce(-decay) {
                    $0 * ($1.offset == component ? sin($1.element) : cos($1.element))
                }
                return -2 * viscosity * slope / phi
            }
        }
        let found = solve(Burgers(viscosity: viscosity), from: exact(0), until: 0.5, steps: 50)
        #expect(relativeError(found, exact(0.5)) < 1e-8)
    }

    /// A plane wave along any axis of a box is the one-dimensional solution.
    @Test(arguments: [0, 1])
    func planeWavesStayPlane(_ axis: Int) {
        let line = Grid.periodic(dimensions: 1, count: 64, length: 1)
        let box = Grid.periodic(dimensions: 2, count: 64, length: 1)
        let alone: Field<Double> = solve(
            Burgers(viscosity: 0.02), from: field(on: line) { _, x in sin(2 * .pi * x[0]) }, until: 0.2, steps: 100)
        let inBox: Field<Double> = solve(
            Burgers(viscosity: 0.02),
            from: field(on: box, components: 2) { c, x in c == axis ? sin(2 * .pi * x[axis]) : 0 }, until: 0.2,
            steps: 100)
        for point in 0..<box.count {
            let j = axis == 0 ? point / 64 : point % 64
            #expect(abs(inBox[axis, point] - alone[0, j]) < 1e-12)
        }
    }
}
