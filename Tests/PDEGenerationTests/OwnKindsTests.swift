import Foundation
import PDEConfig
import PDECore
import PDEData
import PDEGeneration
import PDEGeometry
import PDESolvers
import Testing

/// u_t = D u_xx − λ u.
private struct Decay: NamedEquation {
    static let kind = "decay"
    static let dimensions = 1...2
    static let coefficients = [
        Coefficient<Self>("diffusivity", "D", "in units of length times speed", at: \.diffusivity),
        Coefficient("rate", "λ", "in units of speed over length", at: \.rate),
    ]
    static let keyAliases = ["lambda": "rate"]
    var diffusivity = 0.1
    var rate: Double

    init(rate: Double) { self.rate = rate }
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try container.decode(.diffusivity, into: &diffusivity, in: .magnitudeOrZero)
        rate = try container.decode(.rate, in: 0...10)
    }

    func formula(dimensions: Int) -> String { "u_t = D ∇²u − λ u" }
    func components(dimensions: Int) -> Int { 1 }
    func linearSymbol(_ wavevector: [Double], component: Int) -> Complex<Double> {
        Complex(-diffusivity * wavevector.reduce(0) { $0 + $1 * $1 } - rate)
    }
    func makeNonlinearTerm<Scalar: Real>(in space: SpectralSpace<Scalar>) -> (any NonlinearTerm<Scalar>)? { nil }
}

/// u_t + u u_x = ν u_xx − u³, with a convective term that is there and a cubic one that is not.
private struct DampedBurgers: NamedEquation {
    static let kind = "damped-burgers"
    static let dimensions = 1...1
    static let coefficients = [Coefficient<Self>("viscosity", "ν", "in units of length times speed", at: \.viscosity)]
    var viscosity: Double

    var degree: Int { 3 }
    func formula(dimensions: Int) -> String { "u_t + u u_x = ν u_xx − u³" }
    func components(dimensions: Int) -> Int { 1 }
    func linearSymbol(_ wavevector: [Double], component: Int) -> Complex<Double> {
        Complex(-viscosity * wavevector[0] * wavevector[0])
    }
    func makeNonlinearTerm<Scalar: Real>(in space: SpectralSpace<Scalar>) -> (any NonlinearTerm<Scalar>)? {
        DampedConvection(in: space)
    }
}

private final class DampedConvection<Scalar: Real>: NonlinearTerm {
    private let space: SpectralSpace<Scalar>
    private let convection: ConservativeConvection<Scalar>
    private let values, cube: AlignedBuffer<Scalar>

    init(in space: SpectralSpace<Scalar>) {
        self.space = space
        convection = ConservativeConvection(coefficient: 1, in: space)
        values = AlignedBuffer(count: space.grid.count)
        cube = AlignedBuffer(count: space.componentStride)
    }

    var maximumSpeed: Double { convection.maximumSpeed }

    func evaluate(_ coefficients: UnsafeMutablePointer<Scalar>, into result: UnsafeMutablePointer<Scalar>) {
        convection.evaluate(coefficients, into: result)
        space.transform.inverse(coefficients, into: values.pointer)
        for i in 0..<values.count {
            let u = values.pointer[i]
            values.pointer[i] = -u * u * u
        }
        space.forward(values.pointer, into: cube.pointer)
        for i in 0..<space.componentStride { result[i] += cube.pointer[i] }
    }
}

/// A square on its corner.
private struct Diamond: BodyKind {
    static let kind = "diamond"
    var x, y, radius: Double
    var shape: Shape {
        .polygon([Point2(x - radius, y), Point2(x, y - radius), Point2(x + radius, y), Point2(x, y + radius)])
    }
}

/// cos(2π·waves·x/L) + `offset`.
private struct Cosine: InitialState {
    static let kind = "cosine"
    var waves: Int
    var offset = 0.0

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        waves = try container.decode(.waves, in: 1...100)
        try container.decode(.offset, into: &offset)
    }

    func summary(_ number: (Double) -> String) -> String { "cosine of \(waves) waves around \(number(offset))" }

    func field(on grid: Grid, component: Int, from stream: RandomStream) -> Field<Double> {
        var field = Field<Double>(on: grid)
        for (point, x) in grid.axes[0].coordinates.enumerated() {
            field[0, point] = cos(2 * .pi * Double(waves) * x / grid.axes[0].length) + offset
        }
        return field
    }
}

/// An equation and an initial state of a program's own, given before decoding.
@Suite struct OwnKindsTests {
    private let folder = TemporaryFolder()
    private let kinds = Kinds([Semilinear<Decay>.self, Cosine.self])
    private let text = """
        {
          "name": "decay", "equation": { "name": "decay", "rate": { "uniform": [1, 2] } }, "resolution": 32, "length": 2,
          "initial": { "kind": "cosine", "waves": 2, "offset": 0.5 },
          "frames": { "count": 3, "interval": 0.25 }, "samples": { "train": 1, "test": 2 }
        }
        """

    private func recipe(_ path: String? = nil, _ value: JSON = .null) throws -> Recipe {
        var json = try JSON.parse(text, file: "decay.json")
        if let path { try json.set(path, to: value) }
        return try StrictDecoder(kinds: kinds).decode(Recipe.self, from: json)
    }

    @Test func theyMakeADatasetThatGoesOnAndIsExact() throws {
        let recipe = try recipe()
        let manifest = try #require(Generation(recipe, in: folder("set")).run(threads: 1).manifest)
        #expect(manifest.sampleCount == 3)
        #expect(try Recipe(stored: manifest.recipe, kinds: kinds).problem == recipe.problem)
        #expect(throws: ConfigurationError.self) { try Recipe(stored: manifest.recipe) }
        #expect(manifest.description.parameters.map(\.summary)[1] == "λ, in units of speed over length")
        let resolved = try StrictEncoder().encode(recipe)["equation"]
        #expect(
            resolved?.serialized(pretty: false).filter { $0 != " " }
                == #"{"name":"decay","dimensions":1,"diffusivity":0.1,"rate":{"uniform":[1.0,2.0]}}"#)
        // As a stepper it is the exact solution.
        let solver = try #require(FrameSolver<Double>(recipe, resolution: 32))
        solver.prepare(["rate": 1.5])
        var state = Field<Double>(on: solver.grid)
        let points = solver.grid.axes[0].coordinates
        for (point, x) in points.enumerated() { state[0, point] = cos(2 * .pi * x) + 0.5 }
        solver.advance(&state)
        for (point, x) in points.enumerated() {
            let exact = exp(-1.5 * 0.25) * (exp(-0.1 * 4 * .pi * .pi * 0.25) * cos(2 * .pi * x) + 0.5)
            #expect(abs(state[0, point] - exact) < 1e-14)
        }
    }

    /// Without waves the equation is u_t = −u³, whose solution is u₀/√(1 + 2u₀²t).
    @Test func anEquationMayHaveATermOfItsOwn() throws {
        let kinds = Kinds([Semilinear<DampedBurgers>.self, Cosine.self])
        let json = try JSON.parse(
            """
            { "name": "damped", "equation": { "name": "damped-burgers", "viscosity": 0.05 }, "resolution": 64,
              "initial": { "kind": "cosine", "waves": 1, "offset": 0.5 },
              "frames": { "count": 3, "interval": 0.25 }, "samples": { "test": 1 } }
            """, file: "damped.json")
        let recipe = try StrictDecoder(kinds: kinds).decode(Recipe.self, from: json)
        let outcome = try Generation(recipe, in: folder("set")).run(threads: 1)
        let record = try #require(outcome.manifest?.shards.first?.samples.first)
        #expect(record.failure == nil && record.health["energy_balance"]! < 1e-5)
        #expect(try #require(outcome.accuracy).largest < 1e-6)
        let solver = try #require(FrameSolver<Double>(recipe, resolution: 64))
        var state = Field<Double>(on: solver.grid)
        for point in 0..<64 { state[0, point] = 2 }
        solver.advance(&state)
        for point in 0..<64 { #expect(abs(state[0, point] - 2 / 3.0.squareRoot()) < 1e-6) }
    }

    /// What is stored is the shape, which can be read without the kind.
    @Test func aBodyMayBeOfItsOwn() throws {
        let json = try JSON.parse(
            """
            { "name": "flow", "equation": { "name": "navier-stokes", "family": "channel", "reynolds": 100 },
              "obstacles": { "bodies": [
                { "kind": "diamond", "x": 0.4, "y": 0.5, "radius": 0.125 }, { "circle": { "center": [0.7, 0.5], "radius": 0.1 } }
              ] },
              "resolution": 32, "frames": { "count": 2, "interval": 0.125 }, "samples": { "test": 1 } }
            """, file: "flow.json")
        let recipe = try StrictDecoder(kinds: Kinds([Diamond.self])).decode(Recipe.self, from: json)
        let manifest = try #require(Generation(recipe, in: folder("flow")).run(threads: 1).manifest)
        let stored = try Recipe(stored: manifest.recipe)
        #expect(stored.problem == recipe.problem)
        guard case .bodies(let bodies) = stored.problem.as(FlowProblem.self)?.obstacles else {
            Issue.record("expected bodies")
            return
        }
        #expect(bodies.count == 2 && abs(bodies[0].area! - 2 * 0.125 * 0.125) < 1e-15)
        #expect(throws: ConfigurationError.self) { try StrictDecoder().decode(Recipe.self, from: json) }
    }

    @Test func theyAreValuesToo() throws {
        let drawn = Semilinear(Decay(rate: 1), drawing: ["rate": .uniform(1...2)])
        #expect(
            OneOf<Equations>(wrappedValue: drawn)
                == OneOf(wrappedValue: try recipe().problem.as(SemilinearProblem.self)!.equation))
        let burgers = Semilinear(Burgers(viscosity: 0.1), dimensions: 2)
        #expect(burgers.components == 2 && burgers.coefficients.map(\.distribution) == [.fixed(0.1)])
    }

    @Test(
        arguments: [
            ("equation.name", "decai", #"did you mean "decay"?"#),
            ("equation.name", "kdv", #"did you mean "korteweg-de-vries"?"#),
            ("equation.rate", 11, "equation.rate is 11, allowed is between 0 and 10"),
            ("equation.rate", ["uniform": [1, 20]], "equation.rate is 20, allowed is between 0 and 10"),
            ("equation.lambda", 1, #"did you mean "rate"?"#), ("equation.dimensions", 3, "between 1 and 2"),
            ("equation.viscosity", 1, #""decay" has no such key, but "burgers", "vorticity-transport" have"#),
            ("initial.modes", 3, #""cosine" has no such key, but "fourier", "modes" have"#),
            ("initial.kind", "cosin", #"did you mean "cosine"?"#),
        ] as [(String, JSON, String)])
    func theirMistakesAreNamedAsThoseOfOthers(_ path: String, _ value: JSON, _ hint: String) throws {
        let error = #expect(throws: ConfigurationError.self) { try recipe(path, value) }
        #expect(try #require(error?.description).contains(hint), "\(error!)")
    }
}
