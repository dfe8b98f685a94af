import Foundation
import PDEConfig
import PDECore
import PDEData
import PDEGeneration
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
