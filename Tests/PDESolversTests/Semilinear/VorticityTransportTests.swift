import Foundation
import PDECore
import PDESolvers
import Testing

@Suite struct VorticityTransportTests {
    private func box(_ count: Int) -> Grid { .periodic(dimensions: 2, count: count, length: 2 * .pi) }

    private func random(on grid: Grid, wavenumber: Double = 3, index: Int = 0) -> Field<Double> {
        RandomVorticity(wavenumber: wavenumber, energy: 0.5).field(
            on: grid, from: RandomStream(seed: 7, index: index, purpose: "vorticity"))
    }

    /// A sum of waves with few periods, the same function on every grid.
    private func smooth(on grid: Grid) -> Field<Double> {
        field(on: grid) { _, x in
            sin(x[0] + 2 * x[1]) + 0.7 * cos(2 * x[0] - x[1] + 1) + 0.5 * sin(3 * x[0]) - 0.8 * cos(x[1] + 0.3)
        }
    }

    // MARK: Exact solutions

    /// u = cos x sin y e^{−2νt}, v = −sin x cos y e^{−2νt}, in both directions between velocity and vorticity.
    @Test func taylorGreenVortexDecays() {
        let grid = box(32)
        let (viscosity, time) = (0.05, 2.0)
        func velocity(_ t: Double) -> Field<Double> {
            field(on: grid, components: 2) { component, x in
                let decay = exp(-2 * viscosity * t)
                return component == 0 ? cos(x[0]) * sin(x[1]) * decay : -sin(x[0]) * cos(x[1]) * decay
            }
        }
        let stepper = SemilinearStepper<Double>(
            VorticityTransport(viscosity: viscosity), on: grid, timeStep: time / 20)
        var state = VorticityTransport.vorticity(of: velocity(0), in: stepper.space)
        let expected: Field<Double> = field(on: grid) { _, x in -2 * cos(x[0]) * cos(x[1]) }
        #expect(relativeError(stepper.field(of: state), expected) < 1e-14)
        stepper.advance(&state, steps: 20)
        let found = VorticityTransport.velocity(of: state, in: stepper.space)
        #expect(relativeError(found, velocity(time)) < 1e-13)
        let energy = VorticityTransport.kineticEnergy(of: state, in: stepper.space)
        #expect(abs(energy - 0.25 * exp(-4 * viscosity * time)) < 1e-14)
        #expect(abs(stepper.budget(of: state).maximumSpeed - 2 * exp(-2 * viscosity * time)) < 1e-12)
    }

    /// Waves of one length, whatever their directions, feel no convection: here the nonlinear terms cancel in sum only.
    @Test func wavesOfOneLengthOnlyDecay() {
        let grid = box(32)
        func exact(_ t: Double) -> Field<Double> {
            field(on: grid) { _, x in
                let (x, y) = (x[0], x[1])
                let waves =
                    sin(5 * x + 0.3) + 0.6 * cos(3 * x + 4 * y) - 0.8 * sin(4 * x - 3 * y + 1) + 0.5 * cos(5 * y - 2)
                return exp(-(0.02 * 25 + 0.1) * t) * waves
            }
        }
        let found = solve(VorticityTransport(viscosity: 0.02, drag: 0.1), from: exact(0), until: 1, steps: 50)
        #expect(relativeError(found, exact(1)) < 1e-13)
    }

    /// The laminar profile of Kolmogorov flow is steady, on a grid that does not begin at zero too.
    @Test(arguments: [0, 0.4])
    func laminarKolmogorovFlowIsSteady(_ lower: Double) {
        let grid = Grid.periodic(dimensions: 2, count: 32, length: 3, from: lower)
        let (viscosity, drag, amplitude, waves) = (0.2, 0.3, 1.7, 2)
        let k = 2 * Double.pi * Double(waves) / 3
        let speed = amplitude / (viscosity * k * k + drag)
        let laminar: Field<Double> = field(on: grid, components: 2) { component, x in
            component == 0 ? speed * sin(k * x[1]) : 0
        }
        let equation = VorticityTransport(
            viscosity: viscosity, drag: drag, forcing: .kolmogorov(waves: waves, amplitude: amplitude))
        let stepper = SemilinearStepper<Double>(equation, on: grid, timeStep: 0.05)
        var state = VorticityTransport.vorticity(of: laminar, in: stepper.space)
        stepper.advance(&state, steps: 400)
        #expect(relativeError(VorticityTransport.velocity(of: state, in: stepper.space), laminar) < 1e-13)
    }

    /// From rest the forced wave alone grows to the laminar profile, exactly for any step.
    @Test func forcingSpinsUpTheLaminarFlow() {
        let grid = box(16)
        let equation = VorticityTransport(viscosity: 0.1, drag: 0.05, forcing: .kolmogorov(waves: 3, amplitude: 0.8))
        let rate = 0.1 * 9 + 0.05
        let expected: Field<Double> = field(on: grid) { _, x in
            -0.8 * 3 * (1 - exp(-rate * 1.5)) / rate * cos(3 * x[1])
        }
        let rest = Field<Double>(on: grid)
        #expect(relativeError(solve(equation, from: rest, until: 1.5, steps: 3), expected) < 1e-14)
    }

    /// Meshalkin & Sinai 1961: long waves see the viscosity ν(1 − R²/2), R = U/(νk), so that √2 is critical.
    @Test(arguments: [1.2, 2])
    func longWavesDestroyTheLaminarFlowBeyondRootTwo(_ reynolds: Double) {
        let grid = Grid([Grid.Axis(count: 48, to: 32 * .pi), Grid.Axis(count: 16, to: 2 * .pi)])
        let (viscosity, alpha) = (1 / reynolds, 1.0 / 16)
        let equation = VorticityTransport(
            viscosity: viscosity, forcing: .kolmogorov(waves: 1, amplitude: viscosity))
        let stepper = SemilinearStepper<Double>(equation, on: grid, timeStep: 0.2)
        var state = stepper.state(of: field(on: grid) { _, x in -cos(x[1]) + 1e-6 * cos(alpha * x[0]) })
        // The mode of one wave along x, once its transient is over.
        func amplitude() -> Double {
            let mode = 2 * stepper.space.transform.keptModes
            return (pow(state.coefficients[mode], 2) + pow(state.coefficients[mode + 1], 2)).squareRoot()
        }
        stepper.advance(&state, steps: 250)
        let start = amplitude()
        stepper.advance(&state, steps: 500)
        let rate = log(amplitude() / start) / 100
        let expected = viscosity * alpha * alpha * (reynolds * reynolds / 2 - 1)
        #expect(abs(rate / expected - 1) < 0.1, "found \(rate), expected \(expected)")
    }

    // MARK: Convergence

    @Test(arguments: ExponentialRungeKutta.allCases)
    func convergesWithItsOrder(_ method: ExponentialRungeKutta) {
        let equation = VorticityTransport(viscosity: 5e-3, drag: 0.1, forcing: .kolmogorov(waves: 2, amplitude: 1))
        let initial = random(on: box(48))
        let fine = solve(equation, from: initial, until: 1, steps: 1280)
        let errors = [40, 80, 160].map {
            relativeError(solve(equation, from: initial, until: 1, steps: $0, method: method), fine)
        }
        for slope in slopes(errors) { #expect(abs(slope - Double(method.rawValue)) < 0.25, "\(errors)") }
    }

    /// The error falls faster than any power of the grid spacing: the order that two grids show grows.
    @Test func convergesSpectrallyInSpace() {
        func run(_ count: Int) -> Field<Double> {
            solve(VorticityTransport(viscosity: 0.1), from: smooth(on: box(count)), until: 0.5, steps: 100)
        }
        let fine = run(96)
        let counts = [16, 24, 32, 48]
        let errors = counts.map { count -> Double in
            let (found, step) = (run(count), 96 / count)
            return (0..<found.grid.count).map { point in
                abs(found[0, point] - fine[0, point / count * step * 96 + point % count * step])
            }.max()!
        }
        let orders = (1..<4).map { i -> Double in
            let refinement = Double(counts[i]) / Double(counts[i - 1])
            return log(errors[i - 1] / errors[i]) / log(refinement)
        }
        #expect(orders[0] > 5 && orders[1] > orders[0] + 2 && orders[2] > orders[1], "\(errors), orders \(orders)")
        #expect(errors[3] < 2e-8, "\(errors)")
    }

    // MARK: Conservation

    /// N(ω) against −∇·(uω), with its five transforms.
    @Test func convectionIsTheFluxOfVorticity() {
        let grid = Grid([Grid.Axis(count: 40, to: 3), Grid.Axis(count: 32, to: 2)])
        let space = SpectralSpace<Double>(grid)
        let omega = SpectralField(random(on: grid, wavenumber: 8), in: space)
        var found = SpectralField<Double>(in: space)
        let term = VorticityTransport(viscosity: 1).makeNonlinearTerm(in: space)!
        var input = omega
        input.coefficients.withUnsafeMutablePointer { input in
            found.coefficients.withUnsafeMutablePointer { term.evaluate(input, into: $0) }
        }
        let (values, velocity) = (omega.field(in: space), VorticityTransport.velocity(of: omega, in: space))
        var flux = velocity
        for component in 0..<2 {
            for point in 0..<grid.count { flux[component, point] *= values[0, point] }
        }
        let modes = SpectralField(flux, in: space)
        var expected = SpectralField<Double>(in: space)
        let part = AlignedBuffer<Double>(count: space.componentStride)
        modes.coefficients.withUnsafePointer { modes in
            for axis in 0..<2 {
                space.differentiate(modes + axis * space.componentStride, axis: axis, into: part.pointer)
                for i in 0..<part.count { expected.coefficients[i] -= part.pointer[i] }
            }
        }
        #expect(relativeError(found.field(in: space), expected.field(in: space)) < 1e-13)
        let speed = [0, 1].map { c in (0..<grid.count).map { abs(velocity[c, $0]) }.max()! }
        #expect(abs(term.maximumSpeed - speed[0] - speed[1]) < 1e-13)
        #expect(input == omega)
    }

    /// Without viscosity to speak of, energy and enstrophy are lost only by the time step, at its order or faster.
    @Test func conservesEnergyAndEnstrophy() {
        let initial = random(on: box(32))
        var (energies, enstrophies): ([Double], [Double]) = ([], [])
        for steps in [20, 40, 80] {
            let stepper = SemilinearStepper<Double>(
                VorticityTransport(viscosity: 1e-16), on: initial.grid, timeStep: 1 / Double(steps))
            var state = stepper.state(of: initial)
            let energy = VorticityTransport.kineticEnergy(of: state, in: stepper.space)
            let enstrophy = stepper.budget(of: state).energy
            stepper.advance(&state, steps: steps)
            energies.append(abs(VorticityTransport.kineticEnergy(of: state, in: stepper.space) / energy - 1))
            enstrophies.append(abs(stepper.budget(of: state).energy / enstrophy - 1))
            #expect(abs(stepper.budget(of: state).nonlinearRate) < 1e-13 * enstrophy)
        }
        for slope in slopes(energies) + slopes(enstrophies) { #expect(slope > 3.7, "\(energies) \(enstrophies)") }
        #expect(energies[2] < 1e-7 && enstrophies[2] < 1e-6, "\(energies) \(enstrophies)")
    }

    /// What the forcing puts in and friction takes out, integrated in time, is what the enstrophy gained.
    @Test func balancesItsEnstrophy() {
        let equation = VorticityTransport(viscosity: 5e-3, drag: 0.1, forcing: .kolmogorov(waves: 3, amplitude: 2))
        let initial = random(on: box(48))
        let stepper = SemilinearStepper<Double>(equation, on: initial.grid, timeStep: 5e-3)
        stepper.keepsBudget = true
        var state = stepper.state(of: initial)
        let start = stepper.budget(of: state)
        var (gained, input, output) = (0.0, 0.0, 0.0)
        let steps = 400
        for step in 0..<steps {
            stepper.advance(&state)
            let budget = stepper.budget
            #expect(budget.production == 0)
            gained += step % 2 == 1 ? budget.rateInMiddle : (step == 0 ? 1 : 2) * budget.rateAtEnds
            input += abs(budget.nonlinearRate) * stepper.timeStep
            output += budget.dissipation * stepper.timeStep
        }
        let end = stepper.budget(of: state)
        gained = (gained + end.rateAtEnds) * stepper.timeStep
        #expect(abs(end.energy - start.energy - gained) < 1e-6 * start.energy)
        #expect(input > 0.1 * start.energy && output > 0.1 * start.energy)
    }

    /// The budget's rates against sums over the grid: ½⟨ω²⟩, ⟨ωf⟩ and ν⟨|∇ω|²⟩ + μ⟨ω²⟩.
    @Test func budgetIsThatOfTheField() {
        let grid = box(24)
        let equation = VorticityTransport(viscosity: 0.1, drag: 0.3, forcing: .kolmogorov(waves: 1, amplitude: 2))
        let stepper = SemilinearStepper<Double>(equation, on: grid, timeStep: 1e-3)
        // ⟨ω²⟩ = (1 + 0.49 + 0.25 + 0.64)/2; |k|² is 5, 5, 9, 1; ω meets f in −0.8 cos(y + 0.3) alone.
        let budget = stepper.budget(of: stepper.state(of: smooth(on: grid)))
        #expect(abs(budget.energy - 0.595) < 1e-14)
        #expect(abs(budget.dissipation - (0.1 * (5 + 2.45 + 2.25 + 0.64) / 2 + 0.3 * 1.19)) < 1e-14)
        #expect(abs(budget.nonlinearRate - 0.8 * 2 * cos(0.3) / 2) < 1e-14)
    }

    // MARK: Symmetries

    /// A shift by whole grid spacings, along x in forced flow and along both axes without forcing.
    @Test func solutionsMoveWithTheirInitialStates() {
        check(VorticityTransport(viscosity: 1e-2), shift: (5, 11))
        check(VorticityTransport(viscosity: 1e-2, forcing: .kolmogorov(waves: 2, amplitude: 1)), shift: (7, 0))
        func check(_ equation: VorticityTransport, shift: (Int, Int)) {
            func moved(_ field: Field<Double>) -> Field<Double> {
                var result = field
                for i in 0..<32 {
                    for j in 0..<32 {
                        result[0, (i + shift.0) % 32 * 32 + (j + shift.1) % 32] = field[0, i * 32 + j]
                    }
                }
                return result
            }
            let initial = random(on: box(32))
            let (a, b) = (
                moved(solve(equation, from: initial, until: 0.5, steps: 25)),
                solve(equation, from: moved(initial), until: 0.5, steps: 25)
            )
            #expect(relativeError(a, b) < 1e-13)
        }
    }

    /// Exchanging x and y turns every vortex round: ω(x, y) → −ω(y, x).
    @Test func solutionsMirrorWithTheirInitialStates() {
        func mirrored(_ field: Field<Double>) -> Field<Double> {
            var result = field
            for i in 0..<32 { for j in 0..<32 { result[0, i * 32 + j] = -field[0, j * 32 + i] } }
            return result
        }
        let (initial, equation) = (random(on: box(32)), VorticityTransport(viscosity: 1e-2, drag: 0.1))
        let (a, b) = (
            mirrored(solve(equation, from: initial, until: 0.5, steps: 25)),
            solve(equation, from: mirrored(initial), until: 0.5, steps: 25)
        )
        #expect(relativeError(a, b) < 1e-13)
    }

    @Test func singlePrecisionFollowsDouble() {
        let equation = VorticityTransport(viscosity: 1e-2, drag: 0.1, forcing: .kolmogorov(waves: 2, amplitude: 1))
        let double = random(on: box(48))
        var single = Field<Float>(on: double.grid)
        for point in 0..<double.grid.count { single[0, point] = Float(double[0, point]) }
        let (a, b) = (
            solve(equation, from: double, until: 1, steps: 100), solve(equation, from: single, until: 1, steps: 100)
        )
        for point in 0..<a.grid.count { #expect(abs(Double(b[0, point]) - a[0, point]) < 1e-4) }
    }
}

@Suite struct RandomVorticityTests {
    private func draw(_ count: Int, index: Int = 0) -> (SpectralSpace<Double>, SpectralField<Double>) {
        let space = SpectralSpace<Double>(.periodic(dimensions: 2, count: count, length: 2 * .pi))
        let field = RandomVorticity(wavenumber: 4, energy: 0.5).field(
            on: space.grid, from: RandomStream(seed: 3, index: index, purpose: "vorticity"))
        return (space, SpectralField(field, in: space))
    }

    /// The waves of a coarse grid are the long waves of a fine one.
    @Test func samplesDoNotDependOnTheResolution() {
        let ((coarseSpace, coarse), (fineSpace, fine)) = (draw(32), draw(96))
        var known: [[Int]: (Double, Double)] = [:]
        fineSpace.forEachMode { mode, wave in
            known[wave] = (fine.coefficients[2 * mode], fine.coefficients[2 * mode + 1])
        }
        var compared = 0
        coarseSpace.forEachMode { mode, wave in
            guard abs(wave[0]) <= 10 else { return }
            let (re, im) = known[wave]!
            #expect(abs(coarse.coefficients[2 * mode] - re) < 1e-15)
            #expect(abs(coarse.coefficients[2 * mode + 1] - im) < 1e-15)
            compared += 1
        }
        #expect(compared == 21 * 11)
    }

    /// Energy as asked for, and over many samples its share in each octave as in the sum of the spectrum over all waves.
    @Test func energyFollowsTheSpectrum() {
        func octave(_ wave: [Int]) -> (Int, Double)? {
            let square = Double(wave[0] * wave[0] + wave[1] * wave[1])
            return square > 0 ? (min(4, Int(log2(square) / 2)), square) : nil
        }
        var found = [Double](repeating: 0, count: 5)
        var expected = found
        let samples = 100
        for index in 0..<samples {
            let (space, state) = draw(100, index: index)
            #expect(abs(VorticityTransport.kineticEnergy(of: state, in: space) - 0.5) < 1e-4)
            space.forEachMode { mode, wave in
                guard let (octave, square) = octave(wave) else { return }
                let power = pow(state.coefficients[2 * mode], 2) + pow(state.coefficients[2 * mode + 1], 2)
                found[octave] += (wave[1] == 0 ? 0.5 : 1) * power / square / Double(samples)
            }
        }
        for kx in -33...33 {
            for ky in -33...33 {
                guard let (octave, square) = octave([kx, ky]) else { continue }
                expected[octave] += exp(-square / 256) / (1 + square * square / 256)
            }
        }
        let total = expected.reduce(0, +)
        for octave in 0..<5 {
            let (a, b) = (found[octave] / 0.5, expected[octave] / total)
            #expect(abs(a / b - 1) < 0.06, "octave \(octave): \(a), expected \(b)")
        }
    }
}
