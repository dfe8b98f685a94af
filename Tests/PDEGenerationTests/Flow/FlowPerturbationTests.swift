import Foundation
import PDECore
import PDEConfig
import PDEData
import PDEGeneration
import Testing

/// A small velocity at the start, which breaks the symmetry of a flow.
@Suite struct FlowPerturbationTests {
    private let folder = TemporaryFolder()

    private func flow(_ name: String, _ changes: [String: String], resolution: Int = 32) throws -> (
        velocity: [Float], lift: [Double]
    ) {
        let middle = #"{"bodies": [{"circle": {"center": [0.5, 0.5], "radius": 0.125}}]}"#
        let recipe = try flowRecipe(
            [
                "obstacles": middle, "equation.reynolds": "200", "resolution": "\(resolution)",
                "frames.resolution": "32",
                "frames.count": "3", "samples": #"{"test": 1}"#, "length": "2",
            ].merging(changes) { $1 })
        _ = try #require(Generation(recipe, in: folder(name)).run(threads: 1).manifest)
        let shard = try ShardReader(
            path: DatasetFolder(path: folder(name), name: "flow").shardPath(ShardID(.test, 0)))
        return (try shard.read(field: "velocity", sample: 0), try shard.scalar("lift_1"))
    }

    /// The root mean square of the difference in the first frame.
    private func distance(_ a: [Float], _ b: [Float]) -> Double {
        let count = a.count / 3
        let sum = zip(a, b).prefix(count).reduce(0.0) { $0 + pow(Double($1.0 - $1.1), 2) }
        return (sum / Double(count / 2)).squareRoot()
    }

    @Test func itBreaksTheSymmetryByItsSize() throws {
        let plain = try flow("plain", [:])
        let (small, large) = (
            try flow("small", ["equation.perturbation": "1e-3"]), try flow("large", ["equation.perturbation": "1e-2"])
        )
        #expect(plain.lift.allSatisfy { abs($0) < 1e-9 })
        #expect(abs(small.lift[2]) > 1e-6)
        // Walls, body and outlet take some of it.
        let (first, second) = (distance(small.velocity, plain.velocity), distance(large.velocity, plain.velocity))
        #expect(first > 5e-4 && first < 1.2e-3 && abs(second / first - 10) < 0.05, "\(first) \(second)")
        // The same function on a finer grid.
        let (finePlain, fine) = (
            try flow("finePlain", [:], resolution: 64),
            try flow("fine", ["equation.perturbation": "1e-2"], resolution: 64)
        )
        let change = zip(fine.velocity, finePlain.velocity).map { $0 - $1 }
        let coarse = zip(large.velocity, plain.velocity).map { $0 - $1 }
        #expect(distance(change, coarse) < 0.15 * second, "\(distance(change, coarse))")
    }

    @Test func samplesDifferAndNothingIsSaidOfNone() throws {
        // Frame 0 knows no Reynolds number: without a perturbation it is the same in all samples.
        func start(_ name: String, _ sample: Int, _ size: String) throws -> [Float] {
            let changes = [
                "equation.perturbation": size, "equation.reynolds": #"{"uniform": [100, 200]}"#,
                "samples": #"{"test": 2, "only": "test/\#(sample)"}"#,
            ]
            let velocity = try flow(name, changes).velocity
            return Array(velocity.prefix(velocity.count / 3))
        }
        #expect(try start("plain0", 0, "0") == start("plain1", 1, "0"))
        let (first, other) = (try start("first", 0, "1e-2"), try start("other", 1, "1e-2"))
        let again = try start("again", 0, "1e-2")
        #expect(first != other && first == again)
        let varied = ["equation.reynolds": "200", "obstacles": "0", "equation.perturbation": "1e-2"]
        #expect(throws: Never.self) { try flowRecipe(varied) }
        #expect(try StrictEncoder().encode(flowRecipe())["equation"]?["perturbation"] == nil)
        #expect(try flowRecipe(["equation.perturbation": "0"]) == flowRecipe())
        let error = #expect(throws: ConfigurationError.self) { try flowRecipe(["equation.perturbation": "2"]) }
        #expect(try #require(error?.description).contains("between 0 and 0.5"), "\(error!)")
    }
}
