import Foundation
import PDECore
import PDESolvers
import Testing

@Suite struct KortewegDeVriesTests {
    private func soliton(_ grid: Grid, speed c: Double, at time: Double) -> Field<Double> {
        field(on: grid) { _, x in
            let distance = (x[0] - c * time).remainder(dividingBy: grid.axes[0].length)
            return c / 2 / pow(cosh(c.squareRoot() / 2 * distance), 2)
        }
    }

    @Test func carriesASoliton() {
        let grid = Grid.periodic(dimensions: 1, count: 384, length: 40, from: -20)
        let found = solve(KortewegDeVries(), from: soliton(grid, speed: 4, at: 0), until: 1, steps: 4000)
        #expect(relativeError(found, soliton(grid, speed: 4, at: 1)) < 1e-8)
    }

    @Test func conservesMassAndEnergy() {
        let grid = Grid.periodic(dimensions: 1, count: 128, length: 20)
        let initial: Field<Double> = field(on: grid) { _, x in cos(2 * .pi * x[0] / 20) }
        let stepper = SemilinearStepper<Double>(KortewegDeVries(), on: grid, timeStep: 1e-3)
        var state = stepper.state(of: initial)
        let start = stepper.budget(of: state)
        stepper.advance(&state, steps: 1000)
        let end = stepper.budget(of: state)
        #expect(abs(end.energy - start.energy) < 1e-9)
        #expect(abs(state.coefficients[0]) < 1e-15)
    }
}

@Suite struct AdvectionDiffusionTests {
    /// Exact for any step, in one to three dimensions.
    @Test(arguments: [1, 2, 3])
    func isExact(_ dimensions: Int) {
        let grid = Grid.periodic(dimensions: dimensions, count: 16, length: 1)
        let velocity = [0.7, -0.4, 0.3].prefix(dimensions)
        func exact(_ t: Double) -> Field<Double> {
            field(on: grid) { _, x in
                let phase = zip(x, velocity).reduce(0) { $0 + 2 * .pi * ($1.0 - $1.1 * t) }
                return exp(-0.01 * 4 * .pi * .pi * Double(dimensions) * t) * cos(phase)
            }
        }
        let equation = AdvectionDiffusion(velocity: Array(velocity), diffusivity: 0.01)
        #expect(relativeError(solve(equation, from: exact(0), until: 3, steps: 2), exact(3)) < 1e-13)
    }
}

@Suite struct KuramotoSivashinskyTests {
    private let grid = Grid.periodic(dimensions: 1, count: 256, length: 32 * .pi)

    private var initial: Field<Double> {
        field(on: grid) { _, x in cos(x[0] / 16) * (1 + sin(x[0] / 16)) }
    }

    /// Small waves grow or decay at the rate k² − k⁴.
    @Test(arguments: [4, 11, 20])
    func smallWavesFollowTheLinearTheory(_ wave: Int) {
        let k = 2 * Double.pi * Double(wave) / (32 * .pi)
        let start: Field<Double> = field(on: grid) { _, x in 1e-9 * cos(k * x[0]) }
        let expected: Field<Double> = field(on: grid) { _, x in 1e-9 * exp((k * k - k * k * k * k) * 2) * cos(k * x[0])
        }
        #expect(relativeError(solve(KuramotoSivashinsky(), from: start, until: 2, steps: 20), expected) < 1e-7)
    }

    @Test func convergesAtFourthOrder() {
        let fine = solve(KuramotoSivashinsky(), from: initial, until: 10, steps: 12800)
        let errors = [400, 800, 1600].map {
            relativeError(solve(KuramotoSivashinsky(), from: initial, until: 10, steps: $0), fine)
        }
        for slope in slopes(errors) { #expect(slope > 3.5 && slope < 4.6) }
        #expect(errors[2] < 1e-6)
    }

    /// The attractor is bounded, the mean is kept, and the energy changes by what the linear part feeds and takes.
    @Test func staysOnItsAttractor() {
        let stepper = SemilinearStepper<Double>(KuramotoSivashinsky(), on: grid, timeStep: 0.1)
        stepper.keepsBudget = true
        var state = stepper.state(of: initial)
        var largest = 0.0
        for _ in 0..<3000 {
            stepper.advance(&state)
            largest = max(largest, stepper.budget.maximumSpeed)
            #expect(abs(stepper.budget.nonlinearRate) < 1e-11)
        }
        #expect(largest > 2 && largest < 5)
        #expect(abs(state.coefficients[0]) < 1e-14)
    }
}

@Suite struct EnergyBudgetTests {
    /// The rule is exact for a mode that decays by any factor in a step, and for one that does not.
    @Test(arguments: [1e-9, 1e-3, 0.09, 0.11, 1, 20, 1000])
    func budgetsOfDecayAreExact(_ decay: Double) {
        let grid = Grid.periodic(dimensions: 1, count: 16, length: 2 * .pi)
        let step = 0.1
        // e^{−Dt} for the mode k = 1, whose energy falls like e^{−2Dt}.
        let equation = AdvectionDiffusion(velocity: [1], diffusivity: decay / (2 * step))
        let stepper = SemilinearStepper<Double>(equation, on: grid, timeStep: step)
        stepper.keepsBudget = true
        var state = stepper.state(of: field(on: grid) { _, x in sin(x[0]) })
        let start = stepper.budget(of: state)
        stepper.advance(&state)
        let first = stepper.budget
        stepper.advance(&state)
        let second = stepper.budget
        let end = stepper.budget(of: state)
        let gained = step * (first.rateAtEnds + second.rateInMiddle + end.rateAtEnds)
        #expect(abs(end.energy - start.energy - gained) < 1e-14 * start.energy + 1e-12 * abs(gained))
    }
}
