import Foundation
import PDEConfig
import PDECore
import PDESolvers
import Testing

/// Boxes with sides of their own, advection in any direction, forcing and initial states by modes, the shear layer.
@Suite struct ModeTests {
    private let box = Grid([Grid.Axis(count: 40, to: 2), Grid.Axis(count: 24, to: 0.75)])

    private func decode<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
        try StrictDecoder().decode(type, from: JSON.parse(text, file: "test"))
    }

    private func draw(_ state: any InitialState, on grid: Grid, components: Int = 1) -> Field<Double> {
        state.field(on: grid, components: components) { RandomStream(seed: 5, index: $0, purpose: "draw") }
    }

    @Test func advectionGoesWhereItIsSent() throws {
        let equation = try decode(
            AdvectionDiffusion.self, #"{"speed": 2.5, "direction": [3, -4], "diffusivity": 0.01}"#)
        let k = [2 * Double.pi * 3 / 2, -2 * Double.pi * 2 / 0.75]
        func exact(_ t: Double) -> Field<Double> {
            field(on: box) { _, x in
                let phase = k[0] * (x[0] - 1.5 * t) + k[1] * (x[1] + 2 * t)
                return exp(-0.01 * (k[0] * k[0] + k[1] * k[1]) * t) * cos(phase)
            }
        }
        #expect(relativeError(solve(equation, from: exact(0), until: 0.7, steps: 3), exact(0.7)) < 1e-12)
        #expect(equation.formula(dimensions: 2) == "u_t + c n·∇u = D ∇²u, n = (0.6, -0.8)")
        let text = try StrictEncoder().encode(equation).serialized(pretty: false).filter { $0 != " " }
        #expect(text == #"{"speed":2.5,"direction":[3.0,-4.0],"diffusivity":0.01}"#)
        #expect(try decode(AdvectionDiffusion.self, text) == equation)
        let plain = try decode(AdvectionDiffusion.self, #"{"speed": 2}"#)
        #expect(plain == AdvectionDiffusion(velocity: [2], diffusivity: 0) || plain.direction == [1])
        #expect(try StrictEncoder().encode(plain)["direction"] == nil)
        let values = AdvectionDiffusion(velocity: [1.5, -2], diffusivity: 0.01)
        #expect(relativeError(solve(values, from: exact(0), until: 0.7, steps: 1), exact(0.7)) < 1e-12)
    }

    @Test(arguments: [
        (#"{"direction": []}"#, "one to three numbers"), (#"{"direction": [0, 0]}"#, "not all 0"),
        (#"{"direction": [1, 1, 1, 1]}"#, "one an axis"), (#"{"velocity": [1, 1]}"#, #"did you mean "direction"?"#),
    ])
    func directionsThatAreNoneAreRefused(_ text: String, _ hint: String) throws {
        let error = #expect(throws: ConfigurationError.self) { try decode(AdvectionDiffusion.self, text) }
        #expect(try #require(error?.description).contains(hint), "\(error!)")
    }

    /// One forced wave alone convects nothing: ω = A a cos(k·x + φ)(1 − e^{−λt})/λ, λ = ν|k|² + μ, whichever half of the spectrum
    /// keeps it.
    @Test(arguments: [[2, 1], [2, -1], [-3, 2], [3, 0], [-3, 0], [0, -2], [0, 4]])
    func aForcedWaveGrowsAsItMust(_ wave: [Int]) throws {
        let grid = Grid([Grid.Axis(count: 40, from: 0.3, to: 2.3), Grid.Axis(count: 24, from: -0.2, to: 0.55)])
        let equation = try decode(
            VorticityTransport.self,
            #"{"viscosity": 0.01, "drag": 0.1, "forcing": 2, "forcingModes": [{"wave": \#(wave), "amplitude": 1.5, "phase": 0.7}]}"#
        )
        let k = [2 * Double.pi * Double(wave[0]) / 2, 2 * Double.pi * Double(wave[1]) / 0.75]
        let rate = 0.01 * (k[0] * k[0] + k[1] * k[1]) + 0.1
        let found = solve(equation, from: Field<Double>(on: grid), until: 1.3, steps: 20)
        let exact: Field<Double> = field(on: grid) { _, x in
            3 * (1 - exp(-1.3 * rate)) / rate * cos(k[0] * x[0] + k[1] * x[1] + 0.7)
        }
        #expect(relativeError(found, exact) < 1e-11)
        #expect(try decode(VorticityTransport.self, StrictEncoder().encode(equation).serialized()) == equation)
    }

    /// The Kolmogorov forcing is one mode.
    @Test func kolmogorovForcingIsAMode() {
        let grid = Grid.periodic(dimensions: 2, count: 32, length: 2 * .pi)
        let start = RandomVorticity(wavenumber: 2, energy: 0.5).field(
            on: grid, from: RandomStream(seed: 7, index: 0, purpose: "vorticity"))
        let kolmogorov = VorticityTransport(viscosity: 0.02, forcing: .kolmogorov(waves: 3, amplitude: 0.5))
        let modes = VorticityTransport(
            viscosity: 0.02, forcing: .modes([PeriodicMode([0, 3], amplitude: -3)], amplitude: 0.5))
        let (a, b) = (
            solve(kolmogorov, from: start, until: 0.5, steps: 40), solve(modes, from: start, until: 0.5, steps: 40)
        )
        #expect(relativeError(a, b) < 1e-13)
    }

    @Test(arguments: [
        (#"{"viscosity": 1, "forcingModes": [{"wave": [0, 0]}]}"#, "forcingModes.0.wave"),
        (#"{"viscosity": 1, "forcingModes": [{"wave": [1001, 0]}]}"#, "at most 1000"),
        (#"{"viscosity": 1, "forcingWaves": 1, "forcingModes": [{"wave": [1, 0]}]}"#, "one of them"),
        (#"{"viscosity": 1, "forcingModes": [{"waves": [1, 0]}]}"#, #"did you mean "wave"?"#),
    ])
    func forcingThatIsNoneIsRefused(_ text: String, _ hint: String) throws {
        let error = #expect(throws: ConfigurationError.self) { try decode(VorticityTransport.self, text) }
        #expect(try #require(error?.description).contains(hint), "\(error!)")
    }

    @Test func modesAreTheirSum() throws {
        let state = try decode(
            OneOf<InitialStates>.self,
            #"{"kind": "modes", "modes": [{"wave": [1, -2], "amplitude": 2}, {"wave": [0, 3], "phase": -1.5, "component": 1}]}"#
        ).wrappedValue
        let exact: Field<Double> = field(on: box, components: 2) { component, x in
            2 * cos(2 * .pi * (x[0] / 2 - 2 * x[1] / 0.75))
                + (component == 1 ? cos(2 * .pi * 3 * x[1] / 0.75 - 1.5) : 0)
        }
        #expect(relativeError(draw(state, on: box, components: 2), exact) < 1e-13)
        #expect(state.dimensions == 2...2 && !state.isRandom && state.jump(lengths: [2, 0.75]) == 6)
        #expect((0..<2).map { state.waves(along: $0, lengths: [2, 0.75])?.count } == [1, 3])
        let error = #expect(throws: ConfigurationError.self) {
            try decode(OneOf<InitialStates>.self, #"{"kind": "modes", "modes": [{"wave": [1]}, {"wave": [1, 2]}]}"#)
        }
        #expect(try #require(error?.description).contains("one number on a line"))
    }

    /// The velocity is that of Bell, Colella and Glaz, up to what the images add, and the vorticity is its curl.
    @Test func theShearLayerIsThatOfTheLiterature() {
        let grid = Grid([Grid.Axis(count: 64, to: 2), Grid.Axis(count: 256, to: 0.5)])
        let layer = ShearLayer(waves: 2)
        let velocity = draw(layer, on: grid, components: 2)
        let exact: Field<Double> = field(on: grid, components: 2) { component, x in
            let y = x[1] / 0.5
            return component == 0
                ? tanh(30 * (y <= 0.5 ? y - 0.25 : 0.75 - y)) : 0.05 * sin(2 * .pi * 2 * x[0] / 2)
        }
        #expect(relativeError(velocity, exact) < 1e-6)
        let space = SpectralSpace<Double>(grid)
        let curl = VorticityTransport.vorticity(of: velocity, in: space).field(in: space)
        #expect(relativeError(draw(layer, on: grid), curl) < 1e-5)
        let speed = draw(layer, on: grid, components: 3)
        #expect((0..<grid.count).allSatisfy { speed[2, $0] == 0 && speed[0, $0] == velocity[0, $0] })
        // Twice as thin takes twice the waves.
        #expect(
            layer.waves(along: 1, lengths: [2, 0.5])!.count == ShearLayer(thickness: 1.0 / 15).waves(
                along: 1, lengths: [1, 1])!.count * 2)
    }

    /// Spots are as wide as high in boxes that are not.
    @Test func spotsAreRound() {
        let grid = Grid([Grid.Axis(count: 64, to: 2), Grid.Axis(count: 32, to: 1)])
        let field = draw(Spots(count: 1, radius: 0.05, ground: [0], spot: [1]), on: grid)
        let peak = (0..<grid.count).max { field[0, $0] < field[0, $1] }!
        let (i, j) = (peak / 32, peak % 32)
        func value(_ i: Int, _ j: Int) -> Double { field[0, (i + 64) % 64 * 32 + (j + 32) % 32] }
        // The logarithm's second differences are the inverse squares of the widths.
        let (a, b) = (
            log(value(i + 1, j)) + log(value(i - 1, j)) - 2 * log(value(i, j)),
            log(value(i, j + 1)) + log(value(i, j - 1)) - 2 * log(value(i, j))
        )
        #expect(abs(a / b - 1) < 0.05, "\(a) \(b)")
    }
}
