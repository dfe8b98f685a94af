import Foundation
import PDECore
import PDESolvers
import Testing

@Suite struct FisherKPPTests {
    /// The wave of Ablowitz & Zeppetella runs at 5/√6, once to the right and once to the left from a middle that is full.
    private func wave(_ grid: Grid, _ time: Double) -> Field<Double> {
        field(on: grid) { _, x in
            pow(1 + exp((abs(x[0]) - 60 - 5 / 6.0.squareRoot() * time) / 6.0.squareRoot()), -2)
        }
    }

    @Test func carriesTheWaveOfAblowitzAndZeppetella() {
        let grid = Grid.periodic(dimensions: 1, count: 1024, length: 256, from: -128)
        let errors = [16, 32, 64].map {
            relativeError(
                solve(FisherKPP(diffusivity: 1), from: wave(grid, 0), until: 4, steps: $0), wave(grid, 4))
        }
        #expect(errors[2] < 5e-8)
        for slope in slopes(errors) { #expect(slope > 3.6 && slope < 4.4, "\(errors)") }
    }

    /// In other units of length and time it is the same wave.
    @Test func scales() {
        let (fine, grid) = (
            Grid.periodic(dimensions: 1, count: 512, length: 25.6, from: -12.8),
            Grid.periodic(dimensions: 1, count: 512, length: 256, from: -128)
        )
        let found: Field<Double> = solve(
            FisherKPP(diffusivity: 0.02, growth: 2),
            from: field(on: fine) { _, x in wave(grid, 0)[0, Int(((x[0] + 12.8) * 20).rounded())] },
            until: 1, steps: 100)
        let other = solve(FisherKPP(diffusivity: 1), from: wave(grid, 0), until: 2, steps: 100)
        #expect(zip(found.values.values, other.values.values).allSatisfy { abs($0 - $1) < 1e-12 })
    }
}

@Suite struct AllenCahnTests {
    /// A state without waves follows u' = u − u³, whose solution is u₀/√(u₀² + (1 − u₀²) e^{−2t}).
    @Test func homogeneousStatesFollowTheOrdinaryEquationAtFourthOrder() {
        let grid = Grid.periodic(dimensions: 1, count: 16, length: 1)
        let start: Field<Double> = field(on: grid) { _, _ in 0.1 }
        let exact = 0.1 / (0.01 + 0.99 * exp(-6.0)).squareRoot()
        let errors = [10, 20, 40].map {
            abs(solve(AllenCahn(diffusivity: 0.01), from: start, until: 3, steps: $0)[0, 5] - exact)
        }
        #expect(errors[2] < 1e-6)
        for slope in slopes(errors) { #expect(slope > 3.6 && slope < 4.5, "\(errors)") }
    }

    /// tanh(x/√(2D)) stands still.
    @Test func interfacesOnALineStandStill() {
        let grid = Grid.periodic(dimensions: 1, count: 512, length: 8, from: -4)
        let width = (2 * 0.01).squareRoot()
        let front: Field<Double> = field(on: grid) { _, x in
            tanh((x[0] + 2) / width) * tanh((2 - x[0]) / width)
        }
        #expect(relativeError(solve(AllenCahn(diffusivity: 0.01), from: front, until: 10, steps: 200), front) < 1e-9)
    }

    /// R² = R₀² − 2Dt, up to the square of width over radius.
    @Test func circlesShrinkByTheirCurvature() {
        let (grid, diffusivity) = (Grid.periodic(dimensions: 2, count: 192, length: 2, from: -1), 4e-4)
        let start: Field<Double> = field(on: grid) { _, x in
            tanh((0.6 - (x[0] * x[0] + x[1] * x[1]).squareRoot()) / (2 * diffusivity).squareRoot())
        }
        func squaredRadius(_ field: Field<Double>) -> Double {
            field.values.values.reduce(0) { $0 + ($1 + 1) / 2 } * 4 / Double(grid.count) / .pi
        }
        let stepper = SemilinearStepper<Double>(AllenCahn(diffusivity: diffusivity), on: grid, timeStep: 0.2)
        var state = stepper.state(of: start)
        stepper.advance(&state, steps: 50)
        let early = squaredRadius(stepper.field(of: state))
        stepper.advance(&state, steps: 1000)
        let late = squaredRadius(stepper.field(of: state))
        #expect(abs((early - late) / (2 * diffusivity * 200) - 1) < 0.01, "\(early), \(late)")
    }
}

@Suite struct SwiftHohenbergTests {
    /// Small waves grow or decay at the rate r − (1 − k²)².
    @Test(arguments: [(0, 4), (4, 3), (5, 0), (2, 2)])
    func smallWavesFollowTheLinearTheory(_ wave: (Int, Int)) {
        let grid = Grid.periodic(dimensions: 2, count: 64, length: 8 * .pi)
        let (kx, ky) = (Double(wave.0) / 4, Double(wave.1) / 4)
        func exact(_ t: Double) -> Field<Double> {
            let detuning = 1 - kx * kx - ky * ky
            return field(on: grid) { _, x in
                1e-9 * exp((0.2 - detuning * detuning) * t) * cos(kx * x[0] + ky * x[1])
            }
        }
        let equation = SwiftHohenberg(growth: 0.2, quadratic: 0.5)
        #expect(relativeError(solve(equation, from: exact(0), until: 3, steps: 10), exact(3)) < 1e-8)
    }

    /// ∫ ½u((1 + ∇²)² − r)u − ⅓g u³ + ¼u⁴: the quadratic part by Parseval's identity, the rest on the grid.
    private func functional(
        _ equation: SwiftHohenberg, _ state: SpectralField<Double>, _ space: SpectralSpace<Double>
    ) -> Double {
        var sum = 0.0
        space.forEachMode { mode, wave in
            let k = zip(wave, space.grid.axes).map { 2 * .pi * Double($0) / $1.length }
            let (re, im) = (state.coefficients[2 * mode], state.coefficients[2 * mode + 1])
            sum -= (wave.last == 0 ? 0.5 : 1) * equation.linearSymbol(k, component: 0).real * (re * re + im * im)
        }
        let values = state.field(in: space).values.values
        return sum + values.reduce(0) { $0 + pow($1, 4) / 4 - equation.quadratic * pow($1, 3) / 3 }
            / Double(values.count)
    }

    @Test func itsFunctionalFalls() {
        let grid = Grid.periodic(dimensions: 2, count: 64, length: 8 * .pi)
        let equation = SwiftHohenberg(growth: 0.3, quadratic: 0.4)
        let stepper = SemilinearStepper<Double>(equation, on: grid, timeStep: 0.1)
        let noise = FourierSeries(modes: 8).field(on: grid, components: 1) { _ in
            RandomStream(seed: 3, index: 0, purpose: "noise")
        }
        var state = stepper.state(of: noise)
        var values = [functional(equation, state, stepper.space)]
        for _ in 0..<300 {
            stepper.advance(&state)
            values.append(functional(equation, state, stepper.space))
        }
        #expect(zip(values, values.dropFirst()).allSatisfy { $1 < $0 })
        #expect(values.last! < -0.01)
    }

    /// Near onset stripes have the amplitude √(4r/3).
    @Test func stripesHaveTheirAmplitude() {
        let grid = Grid.periodic(dimensions: 1, count: 32, length: 2 * .pi)
        let start: Field<Double> = field(on: grid) { _, x in 0.05 * cos(x[0]) }
        let found = solve(SwiftHohenberg(growth: 0.01), from: start, until: 2000, steps: 8000)
        #expect(abs(found.values.values.max()! / (4 * 0.01 / 3.0).squareRoot() - 1) < 1e-3)
    }
}

@Suite struct GrayScottTests {
    private let equation = GrayScott(diffusivityU: 2e-3, diffusivityV: 1e-3, feed: 0.04, kill: 0.06)

    private func start(_ grid: Grid) -> Field<Double> {
        field(on: grid, components: 2) { component, x in
            let spot = exp((cos(2 * .pi * x[0]) - 1) * 4)
            return component == 0 ? 1 - 0.5 * spot : 0.3 * spot
        }
    }

    /// The method of lines: centred differences of fourth order and the classical Runge–Kutta method on a grid of its own.
    private func reference(points: Int, until time: Double, steps: Int) -> [[Double]] {
        let (equation, spacing) = (equation, 1 / Double(points))
        let initial = start(.periodic(dimensions: 1, count: points, length: 1))
        var state = (0..<2).map { c in (0..<points).map { initial[c, $0] } }
        func laplacian(_ u: [Double], _ i: Int) -> Double {
            func at(_ offset: Int) -> Double { u[(i + offset + points) % points] }
            return (16 * (at(1) + at(-1)) - at(2) - at(-2) - 30 * u[i]) / (12 * spacing * spacing)
        }
        func rate(_ s: [[Double]]) -> [[Double]] {
            var result = s
            for i in 0..<points {
                let (u, v) = (s[0][i], s[1][i])
                result[0][i] = equation.diffusivityU * laplacian(s[0], i) - u * v * v + equation.feed * (1 - u)
                result[1][i] =
                    equation.diffusivityV * laplacian(s[1], i) + u * v * v - (equation.feed + equation.kill) * v
            }
            return result
        }
        func sum(_ a: [[Double]], _ h: Double, _ b: [[Double]]) -> [[Double]] {
            zip(a, b).map { zip($0, $1).map { $0 + h * $1 } }
        }
        let h = time / Double(steps)
        for _ in 0..<steps {
            let a = rate(state)
            let b = rate(sum(state, h / 2, a))
            let c = rate(sum(state, h / 2, b))
            let d = rate(sum(state, h, c))
            state = sum(sum(sum(sum(state, h / 6, a), h / 3, b), h / 3, c), h / 6, d)
        }
        return state
    }

    @Test func agreesWithTheMethodOfLines() {
        let grid = Grid.periodic(dimensions: 1, count: 64, length: 1)
        let exact = reference(points: 256, until: 20, steps: 8000)
        let expected: Field<Double> = field(on: grid, components: 2) { component, x in
            exact[component][Int((x[0] * 256).rounded())]
        }
        let found = solve(equation, from: start(grid), until: 20, steps: 320)
        #expect(relativeError(found, expected) < 5e-8)
        // v is not what it was: it has reacted and spread.
        #expect(relativeError(found, start(grid)) > 0.1)
    }

    @Test func convergesAtFourthOrder() {
        let grid = Grid.periodic(dimensions: 1, count: 64, length: 1)
        let fine = solve(equation, from: start(grid), until: 40, steps: 3200)
        let errors = [40, 80, 160].map { relativeError(solve(equation, from: start(grid), until: 40, steps: $0), fine) }
        for slope in slopes(errors) { #expect(slope > 3.6 && slope < 4.5, "\(errors)") }
    }
}

/// Cubic terms leave no aliases where half of the waves are kept: a product of three waves is exact or gone.
@Suite struct DealiasingTests {
    @Test func cubesOfKeptWavesAreExact() {
        let grid = Grid.periodic(dimensions: 1, count: 64, length: 2 * .pi)
        let space = SpectralSpace<Double>(grid, degree: 3)
        #expect(SpectralSpace<Double>.keptWaves(of: 64, degree: 3) == 15 && abs(space.cutoff[0] - 15) < 1e-12)
        let u: Field<Double> = field(on: grid) { _, x in cos(15 * x[0]) + cos(4 * x[0]) }
        let state = SpectralField(u, in: space)
        var result = SpectralField<Double>(in: space)
        let term = AllenCahn(diffusivity: 1).makeNonlinearTerm(in: space)!
        var input = state
        input.coefficients.withUnsafeMutablePointer { u in
            result.coefficients.withUnsafeMutablePointer { term.evaluate(u, into: $0) }
        }
        // (cos a + cos b)³ = 9/4 (cos a + cos b) + ¼ (cos 3a + cos 3b) + ¾ (cos(2a ± b) + cos(a ± 2b)), a = 15, b = 4.
        for (wave, coefficient) in [(15, 9.0 / 4), (4, 9.0 / 4), (12, 1.0 / 4), (7, 3.0 / 4)] {
            #expect(abs(result.coefficients[2 * wave] + coefficient / 2) < 1e-14, "\(wave)")
        }
        for wave in [0, 1, 5, 9, 11, 13] { #expect(abs(result.coefficients[2 * wave]) < 1e-14, "\(wave)") }
    }
}
