import CAllocationCounter
import Foundation
import PDECore
import PDESolvers
import Testing

@Suite struct SemilinearStepperTests {
    @Test(arguments: ExponentialRungeKutta.allCases)
    func warmStepsDoNotAllocate(_ method: ExponentialRungeKutta) {
        checkAllocations(Burgers(viscosity: 0.01), dimensions: 1, method, Float.self)
        checkAllocations(Burgers(viscosity: 0.01), dimensions: 1, method, Double.self)
        checkAllocations(Burgers(viscosity: 0.01), dimensions: 2, method, Float.self)
        checkAllocations(Burgers(viscosity: 0.01), dimensions: 3, method, Double.self)
        checkAllocations(KortewegDeVries(), dimensions: 1, method, Double.self)
        checkAllocations(AdvectionDiffusion(velocity: [1, 1], diffusivity: 0.1), dimensions: 2, method, Float.self)
        let forced = VorticityTransport(viscosity: 0.01, drag: 0.1, forcing: .kolmogorov(waves: 2, amplitude: 1))
        checkAllocations(forced, dimensions: 2, method, Float.self)
        checkAllocations(forced, dimensions: 2, method, Double.self)
    }

    private func checkAllocations<Scalar: Real>(
        _ equation: any SemilinearEquation, dimensions: Int, _ method: ExponentialRungeKutta, _: Scalar.Type
    ) {
        let grid = Grid.periodic(dimensions: dimensions, count: dimensions == 1 ? 1024 : 32, length: 1)
        let stepper = SemilinearStepper<Scalar>(equation, on: grid, timeStep: 1e-3, method: method)
        stepper.keepsBudget = true
        var state = stepper.state(
            of: field(on: grid, components: stepper.components) { c, x in sin(2 * .pi * x[c % dimensions]) })
        stepper.advance(&state)
        let before = allocation_count()
        for _ in 0..<10 { stepper.advance(&state) }
        #expect(allocation_count() == before)
    }

    /// The counter itself counts.
    @Test func allocationsAreCounted() {
        let before = allocation_count()
        let buffer = AlignedBuffer<Double>(count: 100)
        #expect(allocation_count() > before)
        #expect(buffer.count == 100)
    }

    @Test func singlePrecisionFollowsDouble() {
        let grid = Grid.periodic(dimensions: 1, count: 512, length: 1)
        let double: Field<Double> = solve(
            Burgers(viscosity: 0.01), from: field(on: grid) { _, x in sin(2 * .pi * x[0]) }, until: 0.5, steps: 500)
        let single: Field<Float> = solve(
            Burgers(viscosity: 0.01), from: field(on: grid) { _, x in sin(2 * .pi * x[0]) }, until: 0.5, steps: 500)
        for point in 0..<512 { #expect(abs(Double(single[0, point]) - double[0, point]) < 2e-5) }
    }

    /// Changing the step and changing it back leaves no trace.
    @Test func timeStepCanBeChanged() {
        let grid = Grid.periodic(dimensions: 1, count: 64, length: 1)
        let stepper = SemilinearStepper<Double>(Burgers(viscosity: 0.05), on: grid, timeStep: 1e-3)
        let initial = stepper.state(of: field(on: grid) { _, x in sin(2 * .pi * x[0]) })
        var (a, b) = (initial, initial)
        stepper.advance(&a)
        stepper.timeStep = 5e-4
        stepper.advance(&b)
        stepper.advance(&b)
        #expect(a != b)
        #expect(relativeError(stepper.field(of: a), stepper.field(of: b)) < 1e-8)
        stepper.timeStep = 1e-3
        var c = initial
        stepper.advance(&c)
        #expect(a == c)
    }

    /// φ_1, φ_2, φ_3 against contour integrals (Kassam & Trefethen 2005).
    @Test(arguments: [(-1e-9, 0.0), (-0.3, 0), (0.99, 0), (-1.01, 0), (-40, 0), (0, 0.5), (0, -7), (-2, 3)])
    func phiFunctionsMatchContourIntegrals(_ point: (Double, Double)) {
        let z = Complex(point.0, point.1)
        let phi = PhiFunctions(z)
        var sums = [Complex(0.0), Complex(0.0), Complex(0.0)]
        let count = 64
        for m in 0..<count {
            let angle = 2 * Double.pi * (Double(m) + 0.5) / Double(count)
            let r = z + Complex(2 * cos(angle), 2 * sin(angle))
            let growth = exp(r.real)
            let e = Complex(growth * cos(r.imaginary), growth * sin(r.imaginary))
            let phi1 = (e - Complex(1)) / r
            let phi2 = (phi1 - Complex(1)) / r
            for (i, value) in [phi1, phi2, (phi2 - Complex(0.5)) / r].enumerated() {
                sums[i] = sums[i] + 1 / Double(count) * value
            }
        }
        for (found, expected) in zip([phi.phi1, phi.phi2, phi.phi3], sums) {
            #expect((found - expected).squaredMagnitude.squareRoot() < 1e-14)
        }
    }
}
