import PDEConfig
import PDECore
import PDEData
import PDEGeneration
import Testing

/// The solver of flows from stored frame to stored frame, as a network is compared with it.
@Suite struct FlowFrameSolverTests {
    private let folder = TemporaryFolder()

    /// A dataset of one sample, and its frames: [frame][component][cell], velocity and pressure.
    private struct Truth {
        let recipe: Recipe
        let record: SampleRecord
        let parameters: [String: Double]
        let frames: [[Double]]

        init(_ recipe: Recipe, in folder: String) throws {
            self.recipe = recipe
            let manifest = try #require(Generation(recipe, in: folder).run(threads: 1).manifest)
            record = try #require(manifest.shards.first?.samples.first)
            let reader = try DatasetReader(path: folder, split: .test)
            let selection = try reader.select(["velocity", "pressure"])
            let size = selection.valuesPerFrame
            var values = [Float](repeating: 0, count: reader.frameCount * size)
            try values.withUnsafeMutableBufferPointer {
                try reader.read(sample: 0, frames: 0..<reader.frameCount, selection, into: $0.baseAddress!)
            }
            #expect(selection.channelNames == ["velocity_x", "velocity_y", "pressure"])
            frames = (0..<reader.frameCount).map { frame in
                (0..<3).flatMap { channel in
                    (0..<size / 3).map { Double(values[frame * size + 3 * $0 + channel]) }
                }
            }
            parameters = ["reynolds": try reader.scalar("reynolds")[0]]
        }

        /// A frame's means over blocks of `factor` × `factor` cells.
        func frame(_ number: Int, coarsenedBy factor: Int) -> Field<Double> {
            let rows = recipe.frames.resolution
            let columns = frames[0].count / 3 / rows
            let grid = Grid([
                Grid.Axis(count: columns / factor, to: recipe.length, placement: .cells),
                Grid.Axis(count: rows / factor, placement: .cells),
            ])
            var field = Field<Double>(on: grid, components: 3)
            for component in 0..<3 {
                for cell in 0..<columns * rows {
                    let block = cell / rows / factor * (rows / factor) + cell % rows / factor
                    field[component, block] +=
                        frames[number][component * columns * rows + cell] / Double(factor * factor)
                }
            }
            return field
        }

        /// The relative errors of the velocity of a rollout from a frame on.
        func errors(from start: Int, coarsenedBy factor: Int) throws -> [Double] {
            let solver = try #require(
                FrameSolver<Double>(
                    recipe, resolution: recipe.frames.resolution / factor,
                    channels: ["velocity_x", "velocity_y", "pressure"], samples: [record]))
            solver.prepare(parameters, sample: record.index)
            var field = frame(start, coarsenedBy: factor)
            #expect(solver.grid == field.grid && solver.components == 3)
            return (start + 1..<recipe.frames.count).map { number in
                solver.advance(&field)
                let truth = frame(number, coarsenedBy: factor)
                var (difference, norm) = (0.0, 0.0)
                for component in 0..<2 {
                    for cell in 0..<field.grid.count {
                        difference +=
                            (field[component, cell] - truth[component, cell])
                            * (field[component, cell] - truth[component, cell])
                        norm += truth[component, cell] * truth[component, cell]
                    }
                }
                return (difference / norm).squareRoot()
            }
        }
    }

    private func truth(_ changes: [String: String]) throws -> Truth {
        try Truth(
            flowRecipe(
                [
                    "samples": "{\"test\": 1}", "frames": "{\"count\": 8, \"interval\": 0.125}", "resolution": "128",
                ].merging(changes) { $1 }), in: folder("set"))
    }

    /// From the fourth frame of a flow past bodies that are drawn, on its own grid it stays with the truth; on coarser ones the error
    /// grows with the cells.
    @Test(arguments: ["{\"count\": 2}", "{\"count\": 1, \"shapes\": [\"circle\"]}"])
    func itStaysCloserTheFinerItsGrid(_ obstacles: String) throws {
        let truth = try truth(["obstacles": obstacles])
        let errors = try [1, 2, 4].map { try truth.errors(from: 3, coarsenedBy: $0) }
        #expect(errors[0].max()! < 1e-4, "\(errors)")
        for frame in 0..<4 {
            #expect(errors[0][frame] < errors[1][frame] && errors[1][frame] < errors[2][frame], "\(errors)")
        }
        #expect(errors[1].max()! < 0.02 && errors[2].max()! < 0.05, "\(errors)")
    }

    /// Where the lid meets walls the velocity jumps, so that the error falls by less than to a fourth with half the cells.
    @Test func itConvergesInACavity() throws {
        let truth = try truth([
            "equation": "{\"name\": \"navier-stokes\", \"family\": \"cavity\", \"reynolds\": 100}", "obstacles": "0",
        ])
        let errors = try [1, 2, 4].map { try truth.errors(from: 3, coarsenedBy: $0) }
        #expect(errors[0].max()! < 1e-5, "\(errors)")
        #expect(errors[1].last! < 0.5 * errors[2].last!, "\(errors)")
    }

    /// Its pressure is the stored one, and what it has written it goes on with from the state behind: cutting a rollout in two differs by
    /// the interpolation alone.
    @Test func aFrameOfItsOwnIsGoneOnWithFromTheStateBehind() throws {
        let truth = try truth(["resolution": "32", "frames": "{\"count\": 5, \"interval\": 0.25}"])
        func solver() throws -> FrameSolver<Double> {
            let solver = try #require(FrameSolver<Double>(truth.recipe, resolution: 32, samples: [truth.record]))
            solver.prepare(truth.parameters, sample: truth.record.index)
            return solver
        }
        let whole = try solver()
        var field = truth.frame(1, coarsenedBy: 1)
        whole.advance(&field)
        var other = field
        whole.advance(&field)
        let again = try solver()
        again.advance(&other)
        let difference = (0..<field.grid.count).map { abs(field[0, $0] - other[0, $0]) }.max()!
        #expect(difference > 0 && difference < 5e-3)
        let stored = truth.frame(3, coarsenedBy: 1)
        let pressures = (0..<field.grid.count).map { (field[2, $0], stored[2, $0]) }
        let (error, norm) = pressures.reduce((0.0, 0.0)) { ($0.0 + ($1.0 - $1.1) * ($1.0 - $1.1), $0.1 + $1.1 * $1.1) }
        #expect((error / norm).squareRoot() < 1e-3)
    }

    @Test func itIsThereWhereFramesDetermineAState() throws {
        let drawn = try flowRecipe()
        // Drawn bodies are known by a sample's record only.
        #expect(FrameSolver<Float>(drawn, resolution: 32) == nil)
        let record = SampleRecord(index: 0)
        #expect(FrameSolver<Float>(drawn, resolution: 32, samples: [record]) != nil)
        let empty = try flowRecipe(["obstacles": "0"])
        #expect(FrameSolver<Float>(empty, resolution: 32) != nil)
        #expect(FrameSolver<Float>(empty, resolution: 32, channels: ["pressure", "velocity_x", "velocity_y"]) != nil)
        #expect(FrameSolver<Float>(empty, resolution: 32, channels: ["velocity_x", "velocity_y"])?.components == 2)
        #expect(FrameSolver<Float>(empty, resolution: 32, channels: ["velocity_x", "pressure"]) == nil)
        #expect(FrameSolver<Float>(empty, resolution: 6) == nil && FrameSolver<Float>(empty, resolution: 33) == nil)
        // The channel's length is no whole number of such cells.
        let short = try flowRecipe(["obstacles": "0", "length": "1.25"])
        #expect(FrameSolver<Float>(short, resolution: 32) != nil && FrameSolver<Float>(short, resolution: 10) == nil)
        #expect(throws: GenerationError.self) { try drawn.checkCoefficients(["reynolds": 0], of: 0) }
    }

    /// On cells as wide as the bodies the level's squares would reach the outlet in part.
    @Test func wideCellsDoNotBreakIt() throws {
        let recipe = try flowRecipe([
            "obstacles": "\"hard\"", "resolution": "128", "length": "1",
            "equation": "{\"name\": \"navier-stokes\", \"family\": \"channel\", \"reynolds\": 8000}",
        ])
        let records = (0..<40).map { SampleRecord(index: $0) }
        for rows in [8, 16] {
            let solver = try #require(FrameSolver<Double>(recipe, resolution: rows, samples: records))
            for record in records {
                solver.prepare(["reynolds": 8000], sample: record.index)
                var field = Field<Double>(on: solver.grid, components: 3)
                for cell in 0..<solver.grid.count { field[0, cell] = 0.5 }
                solver.advance(&field)
                solver.advance(&field)
                #expect((0..<solver.grid.count).allSatisfy { field[0, $0].isFinite && field[2, $0].isFinite })
            }
        }
        // Of a slit that is narrower than its cells nothing is left.
        let wall = try flowRecipe([
            "obstacles": """
            { "bodies": [{ "rectangle": { "center": [0.4375, 0.23], "size": [0.15, 0.46] } },
                         { "rectangle": { "center": [0.4375, 0.745], "size": [0.15, 0.51] } }] }
            """, "resolution": "128",
        ])
        let solver = try #require(FrameSolver<Double>(wall, resolution: 8))
        solver.prepare(["reynolds": 100])
        var field = Field<Double>(on: solver.grid, components: 3)
        solver.advance(&field)
        #expect(field[0, 0].isNaN)
    }
}
