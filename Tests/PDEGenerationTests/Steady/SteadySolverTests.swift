import Foundation
import PDECore
import PDEData
import PDEGeneration
import Testing

/// The solvers of steady datasets on coarser grids, held against the data.
@Suite struct SteadySolverTests {
    private let folder = TemporaryFolder()

    /// The relative errors of every solver, averaged over the test split, at every `stride`th point.
    private func errors(_ recipe: Recipe, field: String, stride: Int = 1) throws -> [(name: String, error: Double)] {
        let manifest = try #require(try Generation(recipe, in: folder(recipe.name)).run(threads: 2).manifest)
        let reader = try ShardReader(
            path: DatasetFolder(path: folder(recipe.name), name: recipe.name).shardPath(ShardID(.test, 0)))
        let records = manifest.shards.flatMap(\.samples)
        let shape = reader.description.resolution
        let axes = reader.description.dimensions.map { axis in
            Swift.stride(from: 0, to: axis.coordinates.count, by: stride).map { axis.coordinates[$0] }
        }
        return try SteadySolver.all(of: recipe).map { solver in
            let solve = solver.makeSession()
            var sum = 0.0
            for sample in 0..<reader.sampleCount {
                let truth = try reader.read(field: field, sample: sample)
                let picked = truth.indices.filter { place in
                    var (rest, isPicked) = (place, true)
                    for count in shape.reversed() {
                        isPicked = isPicked && rest % count % stride == 0
                        rest /= count
                    }
                    return isPicked
                }.map { Double(truth[$0]) }
                let record = try #require(records.first { $0.index == Int(try! reader.scalar("index")[sample]) })
                let (values, seconds) = try solve(record, axes)
                #expect(seconds > 0 && values.count == picked.count)
                let squares = zip(values, picked).map { ($0 - $1) * ($0 - $1) }.reduce(0, +)
                sum += (squares / picked.map { $0 * $0 }.reduce(0, +)).squareRoot()
            }
            return (solver.name, sum / Double(reader.sampleCount))
        }
    }

    /// On its own grid a solver gives the data; on coarser ones its error grows by four with every doubling of the cells.
    @Test func poissonsEquationIsOfSecondOrder() throws {
        let found = try errors(
            poissonRecipe(["resolution": "128", "equation.sides": "\"value\"", "obstacles": "0", "source.waves": "1"]),
            field: "solution", stride: 3)
        #expect(found.map(\.name) == ["solver on 128", "solver on 64", "solver on 32", "solver on 16"])
        #expect(found[0].error < 1e-5, "\(found)")
        for (fine, coarse) in zip(found[1...], found[2...]) {
            #expect((3...5).contains(coarse.error / fine.error), "\(found)")
        }
    }

    @Test func mixedSidesSolidsAndJumpsConverge() throws {
        for (recipe, field) in [
            (try poissonRecipe(["resolution": "64"]), "solution"), (try darcyRecipe(["resolution": "65"]), "pressure"),
        ] {
            let found = try errors(recipe, field: field)
            #expect(found[0].error < 1e-4, "\(found)")
            for (fine, coarse) in zip(found, found[1...]) { #expect(fine.error < coarse.error, "\(found)") }
        }
    }

    @Test func degreesThatResolveTheSolutionAreExact() throws {
        let found = try errors(multiscaleRecipe(), field: "solution", stride: 2)
        #expect(found[0].error < 1e-5, "\(found)")
        let polynomials = found.filter { $0.name.hasPrefix("solver") }
        #expect(polynomials.last!.error > 10 * found[0].error, "\(found)")
        for order in [2, 4] {
            let own = found.filter { $0.name.hasPrefix("differences of order \(order)") }
            #expect(own.count == 4 && own[1].error < own[0].error / 10, "\(found)")
        }
    }

    @Test func gridsWithSidesOfTheirOwnAreNamedWhole() throws {
        let names = try SteadySolver.all(of: poissonRecipe(["resolution": "32", "length": "2"])).map(\.name)
        #expect(names == ["solver on 64 × 32", "solver on 32 × 16"])
    }

    @Test func whatChangesInTimeHasNone() throws {
        #expect(try SteadySolver.all(of: recipe()).isEmpty)
    }
}
