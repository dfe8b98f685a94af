import PDEConfig
import PDECore
import PDEData
import PDEGeneration
import PDESolvers
import Testing

/// One step of Jacobi's method, and a flag that makes it worse.
private struct Jacobi: PoissonPreconditioner {
    static let kind = "jacobi"
    var flexible = false

    init(from decoder: any Decoder) throws {
        try decoder.container(keyedBy: CodingKeys.self).decode(.flexible, into: &flexible)
    }

    func summary(_ number: (Double) -> String) -> String { "Jacobi" }

    func objection(to system: PoissonOutline) -> String? {
        system.grid.shape[0] > 64 ? "it was made for 64 cells and less" : nil
    }

    func makeOperator<Scalar: Real>(
        for system: PoissonSystem<Scalar>, team: ThreadTeam
    ) -> any PreconditionerOperator<Scalar> {
        Operator(isSymmetric: !flexible, inverse: system.couplings.diagonal.map { $0 > 0 ? 1 / $0 : 0 })
    }

    private final class Operator<Scalar: Real>: PreconditionerOperator {
        let isSymmetric: Bool
        let inverse: [Scalar]

        init(isSymmetric: Bool, inverse: [Scalar]) { (self.isSymmetric, self.inverse) = (isSymmetric, inverse) }

        func apply(_ residual: Field<Scalar>, into correction: inout Field<Scalar>) {
            for cell in inverse.indices { correction[0, cell] = inverse[cell] * residual[0, cell] }
        }
    }
}

/// The direct solver with a mistake of a part in a million, so that who uses it can be told.
private struct Careless: PressureMethod {
    static let kind = "careless"
    var mistake: Double

    func summary(_ number: (Double) -> String) -> String { "careless" }

    func makeSolver<Scalar: Real>(for openings: FaceOpenings, of scalar: Scalar.Type) -> any PressureSolver<Scalar> {
        Solver(base: DirectPressure().makeSolver(for: openings), factor: Scalar(1 + mistake))
    }

    private final class Solver<Scalar: Real>: PressureSolver {
        let base: any PressureSolver<Scalar>
        let factor: Scalar

        init(base: any PressureSolver<Scalar>, factor: Scalar) { (self.base, self.factor) = (base, factor) }

        var grid: PressureGrid { base.grid }

        func solve(
            _ rightHandSide: UnsafeMutablePointer<Scalar>, into pressure: UnsafeMutablePointer<Scalar>
        ) -> PressureReport {
            let report = base.solve(rightHandSide, into: pressure)
            for cell in 0..<grid.count { pressure[cell] *= factor }
            return report
        }
    }
}

/// A preconditioner and a pressure solver of a program's own, named in recipes.
@Suite struct OwnSolversTests {
    private let folder = TemporaryFolder()
    private let kinds = Kinds([Jacobi.self, Careless.self])

    private func decoded(_ base: Recipe, _ changes: [String: JSON]) throws -> Recipe {
        var json = try StrictEncoder().encode(base)
        for (path, value) in changes { try json.set(path, to: value) }
        return try StrictDecoder(kinds: kinds).decode(Recipe.self, from: json)
    }

    private func values(_ recipe: Recipe, _ name: String, _ field: String) throws -> (values: [Float], steps: Int) {
        let manifest = try #require(Generation(recipe, in: folder(name)).run(threads: 1).manifest)
        #expect(try Recipe(stored: manifest.recipe, kinds: kinds).problem == recipe.problem)
        let path = DatasetFolder(path: folder(name), name: recipe.name).shardPath(ShardID(.test, 0))
        return (try ShardReader(path: path).read(field: field, sample: 0), manifest.shards.flatMap(\.samples)[0].steps)
    }

    private func largest(_ values: [Float]) -> Float { values.reduce(0) { max($0, abs($1)) } }

    @Test func anOwnPreconditionerGivesTheSameSolution() throws {
        let base = try poissonRecipe()
        let plain = try values(base, "multigrid", "solution")
        let ways: [(String, [String: JSON])] = [
            ("jacobi", ["solver.preconditioner": "jacobi"]),
            ("flexible", ["solver.preconditioner": ["kind": "jacobi", "flexible": true]]),
            ("ssor", ["solver.preconditioner": ["kind": "ssor", "overRelaxation": 1.7]]),
            ("sor", ["solver.method": "over-relaxation", "solver.iterationLimit": 20000]),
        ]
        for (name, changes) in ways {
            let own = try values(try decoded(base, changes), name, "solution")
            #expect(largest(zip(own.values, plain.values).map { $0 - $1 }) <= 2e-7 * largest(plain.values), "\(name)")
            #expect(own.steps > 2 * plain.steps, "\(name)")
        }
        let open = try decoded(base, ["obstacles": .null])
        let direct = try decoded(open, ["solver.method": "transforms"])
        let (first, second) = (try values(open, "open", "solution"), try values(direct, "direct", "solution"))
        #expect(largest(zip(first.values, second.values).map { $0 - $1 }) <= 2e-7 * largest(first.values))
        #expect(second.steps == 0)
    }

    @Test func anOwnPressureSolverProjectsTheFlow() throws {
        let base = try decoded(try flowRecipe(), ["frames.count": 3])
        let direct = try values(base, "direct", "velocity").values
        let iterative = try decoded(
            base, ["solver.pressure": ["kind": "conjugate-gradients", "tolerance": 1e-7], "health.divergence": 1])
        let other = try values(iterative, "cg", "velocity").values
        #expect(other != direct && largest(zip(other, direct).map { $0 - $1 }) <= 1e-4)
        let exact = try decoded(base, ["solver.pressure": ["kind": "careless", "mistake": 0]])
        #expect(try values(exact, "exact", "velocity").values == direct)
        let careless = try decoded(
            base, ["solver.pressure": ["kind": "careless", "mistake": 1e-5], "health.divergence": 1])
        let wrong = try values(careless, "careless", "velocity").values
        let difference = largest(zip(wrong, direct).map { $0 - $1 })
        #expect(difference > 1e-6 && difference < 1e-2, "\(difference)")
    }

    /// Recipes that name no solver say nothing of it, as before there was a choice.
    @Test func defaultsAreNotWritten() throws {
        for recipe in [try poissonRecipe(), try darcyRecipe(), try flowRecipe()] {
            let solver = try #require(try StrictEncoder().encode(recipe)["solver"]?.members).map(\.name)
            #expect(Set(solver).isSubset(of: ["precision", "tolerance", "iterationLimit", "cfl"]), "\(solver)")
        }
        let named = try decoded(try poissonRecipe(), ["solver.preconditioner": "ssor"])
        let written = try StrictEncoder().encode(named)["solver"]?.serialized(pretty: false).filter { $0 != " " }
        #expect(
            written
                == #"{"precision":"double","tolerance":1e-10,"iterationLimit":1000,"method":"conjugate-gradients","preconditioner":{"kind":"ssor","overRelaxation":1.5}}"#
        )
        let asDefault = try decoded(
            try poissonRecipe(), ["solver.method": "conjugate-gradients", "solver.preconditioner": "multigrid"])
        #expect(asDefault == (try poissonRecipe()))
    }

    @Test(
        arguments: [
            ("solver.preconditioner", "jacobbi", #"did you mean "jacobi"?"#), ("solver.method", "cgs", "cg"),
            ("solver.method", "transforms", "a box without solids and a constant coefficient"),
            ("solver.overRelaxation", 1, #"has no such key, but "over-relaxation" has"#),
            ("solver.preconditoner", "ssor", #"did you mean "preconditioner"?"#),
        ] as [(String, JSON, String)])
    func mistakesAreNamed(_ path: String, _ value: JSON, _ hint: String) throws {
        let error = #expect(throws: ConfigurationError.self) { try decoded(try poissonRecipe(), [path: value]) }
        #expect(try #require(error?.description).contains(hint), "\(error!)")
    }

    @Test func objectionsRefuseARecipe() throws {
        let error = #expect(throws: ConfigurationError.self) {
            try decoded(
                try poissonRecipe(),
                ["solver.preconditioner": "jacobi", "resolution": 128, "frames.resolution": 128])
        }
        #expect(try #require(error?.description).contains("it was made for 64 cells and less"), "\(error!)")
    }
}
