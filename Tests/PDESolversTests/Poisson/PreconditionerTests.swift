import CAllocationCounter
import PDEConfig
import PDECore
import PDESolvers
import Testing

/// M = diag(A)⁻¹, as a program of its own would write it.
struct Jacobi: PoissonPreconditioner {
    static let kind = "jacobi"
    var isSymmetric = true

    init(isSymmetric: Bool = true) { self.isSymmetric = isSymmetric }

    init(from decoder: any Decoder) throws {
        try decoder.container(keyedBy: CodingKeys.self).decode(.isSymmetric, into: &isSymmetric)
    }

    func summary(_ number: (Double) -> String) -> String { "Jacobi" }

    func makeOperator<Scalar: Real>(
        for system: PoissonSystem<Scalar>, team: ThreadTeam
    ) -> any PreconditionerOperator<Scalar> { Operator(system, isSymmetric) }

    private final class Operator<Scalar: Real>: PreconditionerOperator {
        let isSymmetric: Bool
        private let plain: [Scalar]
        private var inverse: [Scalar]

        init(_ system: PoissonSystem<Scalar>, _ isSymmetric: Bool) {
            self.isSymmetric = isSymmetric
            plain = zip(system.couplings.diagonal, system.solid).map { $1 == 0 ? $0 - Scalar(system.shift) : -1 }
            inverse = plain
            follow(shift: system.shift)
        }

        func follow(shift: Double) {
            for cell in plain.indices {
                let diagonal = plain[cell] + Scalar(shift)
                inverse[cell] = plain[cell] >= 0 && diagonal > 0 ? 1 / diagonal : 0
            }
        }

        func apply(_ residual: Field<Scalar>, into correction: inout Field<Scalar>) {
            for cell in inverse.indices { correction[0, cell] = inverse[cell] * residual[0, cell] }
        }
    }
}

/// Any function of a residual.
final class Function: PreconditionerOperator {
    let isSymmetric: Bool
    private let body: (Field<Double>, inout Field<Double>) -> Void

    init(isSymmetric: Bool = false, _ body: @escaping (Field<Double>, inout Field<Double>) -> Void) {
        (self.isSymmetric, self.body) = (isSymmetric, body)
    }

    func apply(_ residual: Field<Double>, into correction: inout Field<Double>) { body(residual, &correction) }
}

/// Preconditioners as kinds, and as operators on fields.
@Suite struct PreconditionerTests {
    private static let shapes = [[21, 30], [9, 14, 11]]

    private func system(_ shape: [Int], shift: Double = 3) throws -> PoissonSystem<Double> {
        let grid = PoissonCases.grid(shape)
        let a: [Double] = PoissonCases.noise(grid.count, index: 4).map { $0 > 0 ? 12 : 3 }
        return try PoissonSystem(
            grid, sides: PoissonSides(lower: shape.map { _ in .value }, upper: shape.map { _ in .flux }),
            solid: PoissonCases.blocks(grid), coefficient: a, shift: shift)
    }

    private func field(_ values: [Double], on grid: Grid) -> Field<Double> {
        var field = Field<Double>(on: grid)
        for cell in values.indices { field[0, cell] = values[cell] }
        return field
    }

    /// What a program of its own sees of A is A.
    @Test(arguments: shapes) func couplingsAreTheNumbersOfTheOperator(_ shape: [Int]) throws {
        let system = try system(shape)
        let u: [Double] = PoissonCases.noise(system.grid.count, index: 2)
        let (couplings, image, solid) = (system.couplings, system.applied(to: u), system.solid)
        #expect(solid == PoissonCases.blocks(system.grid))
        #expect(Set(system.coefficients) == [1, 3, 12])
        let strides = shape.indices.map { shape[($0 + 1)...].reduce(1, *) }
        for cell in u.indices {
            var value = couplings.diagonal[cell] * u[cell]
            for axis in shape.indices {
                let index = cell / strides[axis] % shape[axis]
                if index > 0 { value -= couplings.lower[axis][cell] * u[cell - strides[axis]] }
                if index + 1 < shape[axis] { value -= couplings.upper[axis][cell] * u[cell + strides[axis]] }
            }
            #expect(abs(value - image[cell]) <= 1e-10 * (1 + abs(image[cell])))
            if solid[cell] != 0 { #expect(couplings.diagonal[cell] == 0) }
        }
    }

    /// As operators on fields those of the list are symmetric and positive, as they say, and warm they allocate nothing.
    @Test(arguments: shapes) func operatorsAreSymmetricAndPositive(_ shape: [Int]) throws {
        let system = try system(shape)
        let solid = system.solid
        func draw(_ index: Int) -> Field<Double> {
            let values: [Double] = PoissonCases.noise(solid.count, index: index)
            return field(zip(values, solid).map { $1 == 0 ? $0 : 0 }, on: system.grid)
        }
        func dot(_ a: Field<Double>, _ b: Field<Double>) -> Double {
            solid.indices.reduce(0) { $0 + a[0, $1] * b[0, $1] }
        }
        for case let kind as any PoissonPreconditioner.Type in PoissonPreconditioners.standard + [Jacobi.self] {
            let preconditioner = try StrictDecoder().decode(kind, from: JSON.object([]))
            let m = preconditioner.makeOperator(for: system, team: ThreadTeam(threads: 1))
            let (a, b) = (draw(7), draw(8))
            var (ma, mb) = (Field<Double>(on: system.grid), Field<Double>(on: system.grid))
            m.apply(a, into: &ma)
            m.apply(b, into: &mb)
            let before = allocation_count()
            m.apply(a, into: &ma)
            m.apply(b, into: &mb)
            #expect(allocation_count() - before == 0, "\(kind.kind)")
            #expect(m.isSymmetric && dot(a, ma) > 0 && dot(b, mb) > 0, "\(kind.kind)")
            #expect(abs(dot(a, mb) - dot(b, ma)) <= 1e-5 * (dot(a, ma) * dot(b, mb)).squareRoot(), "\(kind.kind)")
        }
    }

    /// The symmetric iteration with an operator on fields takes the steps that it takes in its own memory.
    @Test func operatorsOnFieldsServeAsWellAsThoseInPlace() throws {
        for shape in Self.shapes {
            let system = try system(shape)
            let b: [Double] = PoissonCases.noise(system.grid.count)
            for preconditioner in [.none, .ssor(1.4), .incompleteCholesky, .multigrid] as [any PoissonPreconditioner] {
                let own = ConjugateGradients(system, preconditioner: preconditioner).solution(b)
                let inner = preconditioner.makeOperator(for: system, team: ThreadTeam(threads: 1))
                let other = ConjugateGradients(system, operator: Function { inner.apply($0, into: &$1) }).solution(b)
                #expect(own.report.hasConverged && other.report.hasConverged)
                #expect(abs(own.report.iterations - other.report.iterations) <= 2)
                let largest = own.u.map(abs).max()!
                #expect(zip(own.u, other.u).allSatisfy { abs($0 - $1) <= 1e-8 * largest })
            }
        }
    }

    @Test func methodsSolveAlike() throws {
        let system = try PoissonSystem<Double>(PoissonCases.grid([24, 20]))
        let b: [Double] = PoissonCases.noise(480)
        let solutions = try [#""transforms""#, #""over-relaxation""#, #"{"preconditioner": "jacobi"}"#, "{}"].map {
            text in
            let method = try StrictDecoder(kinds: Kinds([Jacobi.self])).decode(
                OneOf<PoissonMethods>.self, from: JSON.parse(text, file: "method"))
            let solver = try method.wrappedValue.makeSolver(
                for: system, until: StoppingCriterion(tolerance: 1e-10, iterationLimit: 10000))
            let (u, report) = solver.solution(b)
            #expect(report.hasConverged, "\(text)")
            return u
        }
        for u in solutions { #expect(zip(u, solutions[0]).allSatisfy { abs($0 - $1) < 1e-10 }) }
        var asked = 0
        let stopped = ConjugateGradientMethod().makeSolver(
            for: system,
            until: StoppingCriterion(tolerance: 1e-10, iterationLimit: 100) {
                asked += 1
                return asked < 4
            })
        #expect(stopped.solution(b).report.iterations == 3)
    }

    @Test(
        arguments: [
            (#""ssorr""#, #"did you mean "ssor"?"#), (#""cholesky""#, #"did you mean "incomplete-cholesky"?"#),
            (#"{"kind": "ssor", "overRelaxation": 2}"#, "more than 0 and less than 2"),
            (#"{"kind": "ssor", "omega": 1}"#, #"did you mean "overRelaxation"?"#),
            (#"{"kind": "multigrid", "overRelaxation": 1}"#, #""multigrid" has no such key, but "ssor" has"#),
        ])
    func mistakesAreNamed(_ text: String, _ hint: String) throws {
        let error = #expect(throws: ConfigurationError.self) {
            try StrictDecoder().decode(OneOf<PoissonPreconditioners>.self, from: JSON.parse(text, file: "solver"))
        }
        #expect(try #require(error?.description).contains(hint), "\(error!)")
    }
}
