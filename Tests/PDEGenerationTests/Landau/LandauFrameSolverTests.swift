import PDECore
import PDEData
import PDEGeneration
import Testing

@Suite struct LandauFrameSolverTests {
    private let folder = TemporaryFolder()

    /// From the first stored density, in single precision, it comes to the others; on means over 2 × 2 points, which are hotter by
    /// a share of the spacing squared, it stays close.
    @Test func itGoesOnFromStoredDensities() throws {
        let recipe = try landauRecipe(["solver": "{}", "samples": "{\"test\": 2}"])
        #expect(try Generation(recipe, in: folder("set")).run(threads: 1).manifest != nil)
        let reader = try DatasetReader(path: folder("set"), split: .test)
        let selection = try reader.select(["density"])
        let points = recipe.frames.resolution
        let size = points * points
        for sample in 0..<2 {
            var values = [Float](repeating: 0, count: 4 * size)
            try values.withUnsafeMutableBufferPointer {
                try reader.read(sample: sample, frames: 0..<4, selection, into: $0.baseAddress!)
            }
            let parameters = try ["gamma", "strength"].map { ($0, try reader.scalar($0)[sample]) }
            for factor in [1, 2] {
                let solver = try #require(FrameSolver<Double>(recipe, resolution: points / factor))
                solver.prepare(Dictionary(uniqueKeysWithValues: parameters))
                func frame(_ number: Int) -> Field<Double> {
                    var field = Field<Double>(on: solver.grid)
                    for point in 0..<size {
                        let block = point / points / factor * (points / factor) + point % points / factor
                        field[0, block] += Double(values[number * size + point]) / Double(factor * factor)
                    }
                    return field
                }
                var field = frame(0)
                for number in 1..<4 {
                    solver.advance(&field)
                    let truth = frame(number)
                    let worst = (0..<solver.grid.count).map { abs(field[0, $0] - truth[0, $0]) }.max()!
                    #expect(worst < (factor == 1 ? 1e-7 : 2e-3), "sample \(sample), frame \(number), factor \(factor)")
                }
            }
        }
        #expect(FrameSolver<Float>(recipe, resolution: 7) == nil)
        #expect(throws: GenerationError.self) { try recipe.checkCoefficients(["gamma": -4], of: 0) }
    }
}
