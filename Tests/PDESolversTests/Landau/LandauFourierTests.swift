import CAllocationCounter
import Foundation
import PDECore
import PDESolvers
import Testing

/// The Fourier–Galerkin method against closed solutions.
@Suite struct LandauFourierTests {
    @Test func bkwInTwoDimensions() {
        let errors = [16, 24, 32, 48].map { ConvergenceStudy.bkwFourierError(points: $0, dimensions: 2) }
        #expect(errors[2] <= 1e-8 && errors[3] <= 1e-12, "\(errors)")
        #expect(zip(errors, errors.dropFirst()).allSatisfy { $1 < $0 / 100 }, "\(errors)")
    }

    @Test func bkwInThreeDimensions() {
        let errors = [16, 32].map { ConvergenceStudy.bkwFourierError(points: $0, dimensions: 3) }
        #expect(errors[1] <= 2e-8 && errors[0] < 3e-3, "\(errors)")
    }

    /// An initial state whose solution is not known: its covariance is, for Maxwell molecules.
    @Test(arguments: [2, 3])
    func covarianceOfBeamsRelaxesAsItMust(_ dimensions: Int) throws {
        let stepper = LandauFourierStepper(
            .maxwell(strength: 0.05), dimensions: dimensions, points: dimensions == 2 ? 40 : 24, halfWidth: 5)
        var state = field(on: stepper.grid) { _, v in LandauCases.beams(v) } as Field<Double>
        let before = DensityMoments(of: state)
        try stepper.advance(&state, over: 0.8)
        let after = DensityMoments(of: state)
        let exact = CovarianceRelaxation(from: before.covariance, strength: 0.05 * before.mass).covariance(at: 0.8)
        let tolerance = dimensions == 2 ? 1e-7 : 1e-4
        for i in 0..<dimensions { #expect(abs(after.covariance[i, i] - exact[i, i]) < tolerance) }
        #expect(abs(after.mass - before.mass) < 1e-13)
        #expect(abs(after.energy - before.energy) < tolerance)
        #expect(after.momentum.allSatisfy { abs($0) < tolerance })
        #expect(after.entropy < before.entropy)
    }

    /// Coulomb: entropy falls at each step, energy stays, and a finer grid changes little.
    @Test func coulombBeamsConverge() throws {
        var finals: [DensityMoments] = []
        for points in [24, 32, 64] {
            let stepper = LandauFourierStepper(
                .coulomb(strength: 0.2), dimensions: 2, points: points, halfWidth: 5)
            var state = field(on: stepper.grid) { _, v in LandauCases.beams(v) } as Field<Double>
            let start = DensityMoments(of: state)
            var entropy = start.entropy
            for _ in 0..<5 {
                try stepper.advance(&state, over: 0.1)
                let now = DensityMoments(of: state).entropy
                #expect(now < entropy)
                entropy = now
            }
            let end = DensityMoments(of: state)
            #expect(abs(end.mass - start.mass) < 1e-13)
            finals.append(end)
        }
        let exact = finals[2].covariance[0, 0]
        let errors = finals.dropLast().map { abs($0.covariance[0, 0] - exact) }
        #expect(errors[1] < errors[0] / 4 && errors[1] < 1e-3, "\(errors)")
        #expect(abs(finals[2].energy - (1.3 + 0.4) / 2) < 1e-6)
    }

    @Test func timeErrorIsOfFourthOrder() throws {
        let solution = BKWSolution.standard(dimensions: 2)
        let stepper = LandauFourierStepper(solution, points: 16, from: 0, to: 1)
        let initial = solution.field(on: stepper.grid, time: 0)
        let fields = try [1, 2, 16].map { refinement -> Field<Double> in
            var state = initial
            try stepper.advance(&state, over: 1, refinement: refinement)
            return state
        }
        let (coarse, fine) = (relativeError(fields[0], fields[2]), relativeError(fields[1], fields[2]))
        #expect(log2(coarse / fine) > 3.7, "\(coarse) \(fine)")
    }

    @Test func resultsDoNotDependOnThreadsAndWarmStepsDoNotAllocate() {
        let solution = BKWSolution.standard(dimensions: 3)
        let states = [1, 2, 3].map { threads -> Field<Double> in
            let stepper = LandauFourierStepper(solution, points: 32, from: 5.5, to: 6.5, threads: threads)
            var state = solution.field(on: stepper.grid, time: 5.5)
            stepper.advance(&state)
            let before = allocation_count()
            stepper.advance(&state)
            if threads == 1 { #expect(allocation_count() == before) }
            return state
        }
        #expect(states[0] == states[1] && states[0] == states[2])
    }

    @Test(arguments: [16, 24, 32, 48])
    func warmStepsInThePlaneDoNotAllocate(_ points: Int) {
        let solution = BKWSolution.standard(dimensions: 2)
        let stepper = LandauFourierStepper(solution, points: points, from: 0, to: 1)
        var state = solution.field(on: stepper.grid, time: 0)
        stepper.advance(&state)
        let before = allocation_count()
        stepper.advance(&state)
        #expect(allocation_count() == before)
    }

    /// Sizes at which FFTW would like buffers for the padded grid.
    @Test(arguments: [16, 20, 24])
    func warmStepsInSpaceDoNotAllocate(_ points: Int) {
        let solution = BKWSolution.standard(dimensions: 3)
        let stepper = LandauFourierStepper(solution, points: points, from: 5.5, to: 6.5, threads: 1)
        var state = solution.field(on: stepper.grid, time: 5.5)
        stepper.advance(&state)
        let before = allocation_count()
        stepper.advance(&state)
        #expect(allocation_count() == before)
    }

    /// A step of one's own is looked at, and the words say what would do.
    @Test func stepsThatAreTooLongAreRefused() throws {
        let solution = BKWSolution.standard(dimensions: 2)
        let stepper = LandauFourierStepper(solution, points: 24, from: 0, to: 1)
        let initial = solution.field(on: stepper.grid, time: 0)
        let largest = LandauFourierStepper.stabilityLimit / stepper.stiffness(of: initial)
        var state = initial
        stepper.timeStep = 1.01 * largest
        let error = #expect(throws: LandauStepError.self) { try stepper.advanceChecked(&state, steps: 3) }
        #expect(error == .unstable(timeStep: 1.01 * largest, largest: largest, time: 0))
        #expect(error!.description.contains("is unstable at time 0.0: expected at most \(largest); take shorter steps"))
        #expect(state == initial)
        stepper.timeStep = 0.5 * largest
        try stepper.advanceChecked(&state, steps: 40)
        var other = initial
        stepper.advance(&other, steps: 40)
        #expect(state == other)
    }

    /// Entropy falls as fast as −∫Q(f) log f says, whatever the kernel.
    @Test(arguments: [0.0, -3, -1.5, 1])
    func entropyFallsAtItsDissipation(_ exponent: Double) throws {
        let stepper = LandauFourierStepper(
            LandauKernel(strength: 0.05, exponent: exponent), dimensions: 2, points: 48, halfWidth: 6)
        var state = field(on: stepper.grid) { _, v in LandauCases.beams(v) } as Field<Double>
        try stepper.advance(&state, over: 0.2)
        var entropies: [Double] = []
        var dissipation = 0.0
        for frame in 0..<3 {
            entropies.append(DensityMoments(of: state).entropy)
            if frame == 1 { dissipation = stepper.entropyDissipation(of: state) }
            try stepper.advance(&state, over: 0.01)
        }
        let slope = (entropies[0] - entropies[2]) / 0.02
        #expect(dissipation > 0 && abs(dissipation / slope - 1) < 1e-3, "\(dissipation) \(slope)")
    }

    @Test func stateThatIsNotFiniteIsRefused() {
        let stepper = LandauFourierStepper(.coulomb(strength: 1), dimensions: 2, points: 16, halfWidth: 4)
        var state = Field<Double>(on: stepper.grid)
        state[0, 20] = .nan
        #expect(throws: LandauStepError.notFinite(time: 0)) { try stepper.advance(&state, over: 1) }
    }

    /// The bound on the step is one, and not far from where the highest modes begin to grow.
    @Test func stepsBeyondTheStabilityLimitGrow() {
        let solution = BKWSolution.standard(dimensions: 2)
        let stepper = LandauFourierStepper(solution, points: 24, from: 0, to: 8)
        let initial = solution.field(on: stepper.grid, time: 0)
        let stiffness = stepper.stiffness(of: initial)
        func error(_ number: Double) -> Double {
            var state = initial
            stepper.timeStep = number / stiffness
            stepper.advance(&state, steps: 600)
            return relativeError(state, solution.field(on: stepper.grid, time: 600 * stepper.timeStep))
        }
        let (below, above) = (error(LandauFourierStepper.stabilityLimit), error(6))
        #expect(below < 1e-4, "\(below)")
        #expect(!above.isFinite, "\(above)")
    }

    /// For a Gaussian of temperature T and −d < γ + 2 ≤ −1 the largest diffusion is that at v = 0, known in closed form:
    /// (1 − 1/d)C⟨|v|^(γ+2)⟩.
    @Test(arguments: [(2, -3.0), (2, -3.4), (3, -3.0), (3, -3.5)])
    func theDiffusionOfAGaussianIsExact(_ dimensions: Int, _ exponent: Double) {
        let (temperature, d) = (0.8, Double(dimensions))
        let points = dimensions == 2 ? 40 : 32
        let halfWidth = LandauFourierStepper.halfWidth(points: points, coldest: temperature, hottest: temperature)
        let stepper = LandauFourierStepper(
            LandauKernel(strength: 0.7, exponent: exponent), dimensions: dimensions, points: points,
            halfWidth: halfWidth)
        let state =
            field(on: stepper.grid) { _, v in LandauCases.gaussian(v, v.map { _ in temperature }) } as Field<Double>
        let power = exponent + 2
        let moment = pow(2 * temperature, power / 2) * tgamma((d + power) / 2) / tgamma(d / 2)
        let wavenumber = Double.pi * Double(points) / (2 * halfWidth)
        let exact = (1 - 1 / d) * 0.7 * moment * wavenumber * wavenumber
        #expect(abs(stepper.stiffness(of: state) / exact - 1) < 1e-8, "\(stepper.stiffness(of: state)) \(exact)")
    }

    /// Closed forms of the kernel's transform: Maxwell in two dimensions, Coulomb in three.
    @Test(arguments: [0.0, 0.03, 1, 7.7])
    func kernelModesMatchClosedForms(_ wavenumber: Double) {
        let (radius, strength) = (10.0, 0.3)
        let x = wavenumber * radius
        let plane = KernelModes(.maxwell(strength: strength), dimensions: 2, radius: radius).values(at: wavenumber)
        let space = KernelModes(.coulomb(strength: strength), dimensions: 3, radius: radius).values(at: wavenumber)
        let scale = 2 * .pi * strength * pow(radius, 4)
        let along = x == 0 ? 0.125 : jn(2, x) / (x * x)
        let trace = x == 0 ? 0.25 : j1(x) / x - 2 * jn(2, x) / (x * x)
        #expect(abs(plane.along - scale * along) < 1e-14 * scale)
        #expect(abs(plane.along + plane.across - scale * trace) < 1e-14 * scale)
        let spaceScale = 8 * .pi * strength * radius * radius
        let spaceTrace = x == 0 ? 0.5 : 2 * pow(sin(x / 2) / x, 2)
        #expect(abs(space.along + 2 * space.across - spaceScale * spaceTrace) < 1e-14 * spaceScale)
    }
}
