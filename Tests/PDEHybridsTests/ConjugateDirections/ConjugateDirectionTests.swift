import Foundation
import PDEConfig
import PDECore
import PDEData
import PDEGeometry
import PDEHybrids
import PDEOperators
import PDESolvers
import PDETensor
import PDETraining
import Testing

/// Learned directions of conjugate gradients: drawn systems, both forms of the cycle, solutions, training, recipes, what goes wrong.
@Suite(.serialized) struct ConjugateDirectionTests {
    private let cpu = CPUBackend(threads: 1)

    /// A cycle whose perceptrons say something everywhere.
    private func cycle(axes: Int, size: Float = 0.3) -> StencilCycle<Float> {
        let shape = OperatorShape(inputs: 1 + 2 * axes, outputs: 1, axes: axes)
        let network: any FieldOperator<Float> = StencilCycleArchitecture(width: 6, layers: 2)
            .network(shape, Initialization(seed: 2, backend: cpu))
        var number = 0
        let changed = network.mappingParameters { _, value in
            number += 1
            var stream = RandomStream(seed: 9, index: number, purpose: "change")
            return value + Tensor<Float>(shape: value.shape, on: cpu) { stream.fillNormal($0) } * size
        }
        return changed as! StencilCycle<Float>
    }

    private func dense(_ system: PoissonSystem<Double>) -> Matrix<Double> {
        let count = system.grid.count
        var matrix = Matrix<Double>(rows: count, columns: count)
        for column in 0..<count {
            var unit = [Double](repeating: 0, count: count)
            unit[column] = 1
            for (row, value) in system.applied(to: unit).enumerated() { matrix[row, column] = value }
            if system.solid[column] == 1 { matrix[column, column] = 1 }
        }
        return matrix
    }

    private func largest(_ values: [Double]) -> Double { values.reduce(0) { max($0, abs($1)) } }

    @Test func systemsAreDrawnBySeedAndIndex() throws {
        let task = ConjugateDirectionTask(resolution: 16)
        var (media, solids) = (0, 0)
        for index in 0..<40 {
            let (a, b) = (try DrawnSystem(task, seed: 3, index: index), try DrawnSystem(task, seed: 3, index: index))
            #expect(a.rightHandSide == b.rightHandSide && a.system.networkChannels() == b.system.networkChannels())
            #expect(try DrawnSystem(task, seed: 4, index: index).rightHandSide != a.rightHandSide)
            #expect(largest(a.rightHandSide) > 0 && a.system.floatingRegions == 0)
            if Set(a.system.coefficients).count > 1 { media += 1 }
            if a.system.solid.contains(1) { solids += 1 }
        }
        #expect(media > 15 && solids > 4 && media + solids < 40, "\(media) \(solids)")
    }

    @Test func ritzVectorsAreOrthonormalAndNearEigenvectors() throws {
        let system = try DrawnSystem(ConjugateDirectionTask(resolution: 8), seed: 1, index: 2).system
        var stream = RandomStream(seed: 4, index: 0, purpose: "start")
        let start = system.solid.map { $0 == 0 ? stream.normal() : 0 }
        let ritz = RitzVectors(of: system, from: start, count: 64)
        #expect(ritz.values.count >= 40 && ritz.vectors.count == ritz.values.count)
        for i in ritz.values.indices {
            let image = system.applied(to: ritz.vectors[i])
            let rest = zip(image, ritz.vectors[i]).map { $0 - ritz.values[i] * $1 }
            #expect(largest(rest) < 1e-6 * ritz.values.last!)
            for j in 0...i {
                let product = zip(ritz.vectors[i], ritz.vectors[j]).reduce(0) { $0 + $1.0 * $1.1 }
                #expect(abs(product - (i == j ? 1 : 0)) < 1e-9)
            }
        }
    }

    @Test(arguments: [2, 3])
    func solversAndTensorsHaveTheSameCycle(_ axes: Int) throws {
        let cycle = cycle(axes: axes)
        let task = ConjugateDirectionTask(resolution: axes == 2 ? 32 : 16, dimensions: axes)
        for index in 0..<8 {
            let drawn = try DrawnSystem(task, seed: 5, index: index)
            let system = drawn.system
            let shape = [1] + system.grid.shape
            var r = Field<Double>(on: system.grid)
            var z = r
            for (cell, value) in drawn.rightHandSide.enumerated() { r[0, cell] = value }
            cycle.coarsening.makeOperator(for: system, team: ThreadTeam(threads: 1)).apply(r, into: &z)
            let channels = Tensor(system.networkChannels(), shape: shape + [2 * axes], on: cpu)
            let b = Tensor(drawn.rightHandSide.map { Float($0) }, shape: shape, on: cpu)
            let other = cycle.correction(for: channels)(b).values.map { Double($0) }
            let own = (0..<system.grid.count).map { system.solid[$0] == 0 ? z[0, $0] : 0 }
            // The cycle is known up to a factor.
            let factor = zip(own, other).reduce(0) { $0 + $1.0 * $1.1 } / other.reduce(0) { $0 + $1 * $1 }
            let error = largest(zip(own, other).map { $0 - factor * $1 })
            #expect(error < 2e-4 * largest(own), "system \(index): \(error / largest(own))")
        }
    }

    @Test func solutionsAreThoseOfDirectSolves() throws {
        let cycle = cycle(axes: 2)
        for index in 0..<10 {
            let drawn = try DrawnSystem(
                ConjugateDirectionTask(resolution: 16, contrast: [1, 1e3]), seed: 8, index: index)
            let exact = try LUFactorization(dense(drawn.system)).solve(drawn.rightHandSide)
            let operators: [any PreconditionerOperator<Double>] = [
                cycle.coarsening.makeOperator(for: drawn.system, team: ThreadTeam(threads: 1)),
                NetworkPreconditioner(cycle, for: drawn.system),
            ]
            for preconditioner in operators {
                let solver = ConjugateGradients(drawn.system, operator: preconditioner, tolerance: 1e-13)
                let (u, report) = solver.solution(drawn.rightHandSide)
                #expect(report.hasConverged || report.outcome == .roundOff, "\(report)")
                #expect(report.iterations < 60)
                #expect(largest(zip(u, exact).map { $0 - $1 }) < 1e-10 * largest(exact), "system \(index)")
            }
        }
    }

    /// Networks that are not linear see residuals of one size, in training as in solvers: late residuals are small.
    @Test func directionsScaleWithTheResidual() throws {
        let task = ConjugateDirectionTask(resolution: 16)
        let network: any FieldOperator<Float> = ConjugateDirectionArchitecture(width: 4)
            .network(OperatorShape(inputs: 5, outputs: 1, axes: 2), Initialization(seed: 2, backend: cpu))
        let drawn = try DrawnSystem(task, seed: 3, index: 1)
        let system = Tensor(drawn.system.networkChannels(), shape: [1, 16, 16, 4], on: cpu)
        let r = Tensor(drawn.rightHandSide.map { Float($0) }, shape: [1, 16, 16], on: cpu)
        let correct = network.correction(for: system)
        let (one, small) = (correct(r), correct(r * 1e-6) * 1e6)
        let largest = one.magnitude.values.max()!
        #expect(largest > 0 && (one - small).magnitude.values.max()! < 1e-4 * largest)
        #expect(correct(r * 0).values.allSatisfy { abs($0) < 1e-15 })
        let (solution, report) = ConjugateGradients(
            drawn.system, operator: NetworkPreconditioner(network, for: drawn.system), tolerance: 1e-8,
            iterationLimit: 2000
        ).solution(drawn.rightHandSide)
        let rest = zip(drawn.system.applied(to: solution), drawn.rightHandSide).map { $0 - $1 }
        func norm(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
        // Whether it converges or not, what is said of the residual is so, and less than at the start.
        let left = norm(rest) / norm(drawn.rightHandSide)
        #expect(report.residual < 1 && abs(left - report.residual) < 1e-9, "\(report)")
    }

    /// z = f(r) on fields, nonlinear: what the iteration with two recalled directions must do, done with dense products. Directions may
    /// point away.
    @Test(arguments: [1.0, -1]) func directionsAreOrthogonalToTheLastTwo(_ sign: Double) throws {
        final class Bent: PreconditionerOperator {
            let isSymmetric = false
            let recall = 2
            let sign: Double
            init(_ sign: Double) { self.sign = sign }
            func bent(_ r: [Double]) -> [Double] {
                let size = (r.reduce(0) { $0 + $1 * $1 } / Double(r.count)).squareRoot()
                return r.enumerated().map { sign * $1 * (1 + 0.3 * Double($0 % 5) + 0.4 * abs($1) / size) }
            }
            func apply(_ residual: Field<Double>, into correction: inout Field<Double>) {
                let r = (0..<residual.grid.count).map { residual[0, $0] }
                for (cell, value) in bent(r).enumerated() { correction[0, cell] = value }
            }
        }
        let drawn = try DrawnSystem(ConjugateDirectionTask(resolution: 16, media: 1, obstacles: 0), seed: 2, index: 1)
        let system = drawn.system
        let bent = Bent(sign)
        let report = ConjugateGradients(system, operator: bent, tolerance: 1e-9, iterationLimit: 20)
            .solution(drawn.rightHandSide).report
        func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
        var r = drawn.rightHandSide
        var kept: [(d: [Double], image: [Double])] = []
        var history = [1.0]
        let norm = dot(r, r).squareRoot()
        for _ in 0..<20 {
            var d = bent.bent(r)
            let z = d
            for last in kept {
                let part = dot(z, last.image) / dot(last.d, last.image)
                d = zip(d, last.d).map { $0 - part * $1 }
            }
            for last in kept.suffix(1) {
                #expect(
                    abs(dot(d, last.image)) < 1e-6 * dot(z, z).squareRoot() * dot(last.image, last.image).squareRoot())
            }
            let image = system.applied(to: d)
            let alpha = dot(r, d) / dot(d, image)
            r = zip(r, image).map { $0 - alpha * $1 }
            kept = Array((kept + [(d, image)]).suffix(2))
            history.append(dot(r, r).squareRoot() / norm)
        }
        #expect(report.residualHistory.count == history.count)
        for (own, other) in zip(report.residualHistory, history) { #expect(abs(own - other) < 1e-6 * other) }
    }

    private func training(_ folder: String, dimensions: Int = 2, epochs: Int = 4) throws -> Training {
        let experiment = Experiment(
            "directions",
            task: ConjugateDirectionTask(resolution: 16, dimensions: dimensions, systems: 32, iterations: 3),
            model: StencilCycleArchitecture(width: 8, layers: 1),
            optimizer: OptimizerSettings(learningRate: 1e-2, clipNorm: 1), budget: Budget(epochs: epochs, batch: 4))
        return Training(experiment, dataset: "", folder: folder, seed: 1, threads: 1, kinds: .hybrid)
    }

    @Test func aTrainedRunServesRecipesAndTunedSolvers() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/directions-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var losses: [Double] = []
        let run = try training(folder)
        _ = try run.run(observer: .init(validated: { record, _ in losses.append(record.validLoss) }))
        #expect(losses.last! < losses.first!, "\(losses)")
        let learned = try LearnedPreconditioner(run: folder)
        let decoder = StrictDecoder(kinds: .hybrid)
        let method = try decoder.decode(
            ConjugateGradientMethod.self,
            from: JSON.parse(
                "{ \"preconditioner\": { \"kind\": \"learned\", \"run\": \"\(folder)\" } }", file: "recipe.json"))
        #expect(method.preconditioner as? LearnedPreconditioner == learned)
        let drawn = try DrawnSystem(ConjugateDirectionTask(resolution: 64), seed: 3, index: 3)
        let tuned = try TunedSolver(
            drawn.system, arms: .preconditioners([learned, .multigrid]), learner: TsallisINF(armCount: 2), seed: 1,
            tolerance: 1e-8)
        for _ in 0..<4 { #expect(tuned.solution(drawn.rightHandSide).report.hasConverged) }
        #expect(tuned.armCounts.reduce(0, +) == 4)
        let pressure = try decoder.decode(
            OneOf<PressureMethods>.self,
            from: JSON.parse(
                "{ \"kind\": \"conjugate-gradients\", \"preconditioner\": { \"kind\": \"learned\", \"run\": \"\(folder)\" } }",
                file: "recipe.json"))
        #expect(pressure == OneOf(wrappedValue: IterativePressure(preconditioner: learned)))
        let cube = PoissonOutline(
            Grid((0..<3).map { _ in Grid.Axis(count: 8, from: 0, to: 1, placement: .cells) }), hasSolid: false,
            isVariable: true)
        #expect(learned.objection(to: cube)?.contains("is for 2 axes") == true)
        #expect(pressure.wrappedValue.objection(to: cube)?.contains("is for 2 axes") == true)
        let missing = #expect(throws: ConfigurationError.self) {
            try decoder.decode(
                ConjugateGradientMethod.self,
                from: JSON.parse("{ \"preconditioner\": { \"kind\": \"learned\", \"run\": \"/nowhere\" } }", file: ""))
        }
        #expect(missing?.description.contains("preconditioner.run") == true, "\(String(describing: missing))")
    }

    /// Around cut cells, in both forms of the network.
    @Test(arguments: [true, false]) func flowsAreThoseOfTheDirectPressure(_ isCycle: Bool) {
        let axis = Grid.Axis(count: 32, from: 0, to: 1, placement: .cells)
        let geometry = Geometry(
            [.circle(center: Point2(0.41, 0.53), radius: 0.13), .circle(center: Point2(0.7, 0.2), radius: 0.08)],
            on: Grid([axis, axis]))
        func velocities(_ pressure: any PressureMethod) -> (values: [Float], iterations: Int) {
            let stepper = FlowStepper<Double>(.channel(), in: geometry, reynolds: 150, pressure: pressure)
            var state = stepper.restingState()
            let report = stepper.advance(&state, over: 0.1, control: .fixed(0.01))
            var (velocity, p) = ([Float](repeating: 0, count: 2 * 1024), [Float](repeating: 0, count: 1024))
            stepper.centreValues(of: state, velocity: &velocity, pressure: &p)
            return (velocity + p, report?.pressureIterations ?? -1)
        }
        let direct = velocities(DirectPressure())
        let learned = velocities(
            IterativePressure(preconditioner: OwnCycle(cycle: cycle(axes: 2), usesTensors: !isCycle)))
        #expect(direct.iterations == 0 && learned.iterations > 0 && learned.iterations < 60, "\(learned.iterations)")
        #expect(largest(zip(learned.values, direct.values).map { Double($0 - $1) }) < 1e-6)
    }

    /// A cycle that no run holds.
    private struct OwnCycle: PoissonPreconditioner {
        static let kind = "own-cycle"
        let cycle: StencilCycle<Float>
        let usesTensors: Bool

        init(cycle: StencilCycle<Float>, usesTensors: Bool) { (self.cycle, self.usesTensors) = (cycle, usesTensors) }
        init(from decoder: any Decoder) throws { fatalError("not decoded") }
        func encode(to encoder: any Encoder) throws {}
        static func == (a: Self, b: Self) -> Bool { a.usesTensors == b.usesTensors }
        func summary(_ number: (Double) -> String) -> String { "own" }

        func makeOperator<Scalar: Real>(
            for system: PoissonSystem<Scalar>, team: ThreadTeam
        ) -> any PreconditionerOperator<Scalar> {
            usesTensors
                ? NetworkPreconditioner(cycle, for: system) : cycle.coarsening.makeOperator(for: system, team: team)
        }
    }

    @Test func whatIsNotANumberIsSaidAndForgotten() throws {
        let drawn = try DrawnSystem(ConjugateDirectionTask(resolution: 32, media: 1, obstacles: 0), seed: 1, index: 4)
        let team = ThreadTeam(threads: 1)
        let cycle = cycle(axes: 2)
        for preconditioner in [
            cycle.coarsening.makeOperator(for: drawn.system, team: team),
            NetworkPreconditioner(cycle, for: drawn.system),
        ] as [any PreconditionerOperator<Double>] {
            let solver = ConjugateGradients(drawn.system, operator: preconditioner, tolerance: 1e-8)
            var broken = drawn.rightHandSide
            broken[17] = .nan
            #expect(solver.solution(broken).report.outcome == .notFinite)
            #expect(solver.solution(drawn.rightHandSide).report.hasConverged)
        }
    }

    /// Far from training: contrasts of a million, percolating cells, odd numbers of cells, a shift.
    @Test func farFromTrainingItConvergesOrSaysSo() throws {
        let cycle = cycle(axes: 2)
        var stream = RandomStream(seed: 6, index: 0, purpose: "far")
        for (count, contrast, share, shift) in [(45, 1e6, 0.0, 0.0), (64, 1.0, 0.4, 0.0), (33, 1e2, 0.2, 1e3)] {
            let grid = Grid((0..<2).map { _ in Grid.Axis(count: count, from: 0, to: 1, placement: .cells) })
            let a = (0..<grid.count).map { _ in stream.uniform() < 0.5 ? contrast : 1 }
            let solid = (0..<grid.count).map { _ -> UInt8 in stream.uniform() < share ? 1 : 0 }
            let system = try PoissonSystem<Double>(grid, solid: solid, coefficient: a, shift: shift)
            let b = system.compatible((0..<grid.count).map { solid[$0] == 0 ? stream.normal() : 0 })
            let solver = ConjugateGradients(
                system, operator: cycle.coarsening.makeOperator(for: system, team: ThreadTeam(threads: 1)),
                tolerance: 1e-8)
            let (u, report) = solver.solution(b)
            // Contrasts of a million from cell to cell are too much for cells twice as wide.
            #expect(report.outcome == (contrast > 1e3 ? .iterationLimit : .converged), "\(report)")
            #expect(u.allSatisfy { $0.isFinite })
            guard report.hasConverged else { continue }
            let rest = zip(b, system.applied(to: u)).map { $0 - $1 }
            #expect(largest(rest) < 1e-6 * largest(b))
        }
    }
}
