import PDEConfig
import PDECore
import PDEData
import PDEGeneration
import Testing

@Suite struct FrameSolverTests {
    private let folder = TemporaryFolder()

    /// From the first stored frame, in single precision, it comes to the other ones.
    @Test func itGoesOnFromStoredFrames() throws {
        let recipe = try recipe()
        #expect(try Generation(recipe, in: folder("set")).run(threads: 1).manifest != nil)
        let reader = try DatasetReader(path: folder("set"), split: .test)
        let points = recipe.frames.resolution
        let solver = try #require(FrameSolver<Float>(recipe, resolution: points))
        let selection = try reader.select(["u"])
        var frames = [Float](repeating: 0, count: reader.frameCount * points)
        for sample in 0..<reader.sampleCount {
            try frames.withUnsafeMutableBufferPointer {
                try reader.read(sample: sample, frames: 0..<reader.frameCount, selection, into: $0.baseAddress!)
            }
            solver.prepare(["viscosity": try reader.scalar("viscosity")[sample]])
            var field = Field<Float>(on: solver.grid)
            for point in 0..<points { field[0, point] = frames[point] }
            for frame in 1..<reader.frameCount {
                solver.advance(&field)
                let worst = (0..<points).map { abs(field[0, $0] - frames[frame * points + $0]) }.max()!
                #expect(worst < 1e-3, "sample \(sample), frame \(frame)")
            }
        }
    }

    /// All waves of 16 points on this length grow: the solver must say so and end, not take ever shorter steps.
    @Test func aGridThatCannotDissipateBlowsUp() throws {
        let json = """
            { "name": "chaos", "equation": { "name": "kuramoto-sivashinsky" }, "length": 64, "resolution": 128,
              "initial": { "kind": "fourier", "modes": 4 }, "frames": { "count": 3, "interval": 0.5 },
              "samples": { "train": 1 } }
            """
        let recipe = try StrictDecoder().decode(Recipe.self, from: JSON.parse(json, file: "chaos.json"))
        let solver = try #require(FrameSolver<Float>(recipe, resolution: 16))
        solver.prepare([:])
        var field = Field<Float>(on: solver.grid)
        for point in 0..<16 { field[0, point] = point % 4 < 2 ? 1 : -1 }
        var frames = 0
        while field[0, 0].isFinite, frames < 2000 {
            solver.advance(&field)
            frames += 1
        }
        #expect(frames > 1 && frames < 2000)
        // And stays there.
        solver.advance(&field)
        #expect(field[0, 5].isNaN)
        // The next trajectory begins anew.
        solver.prepare([:])
        for point in 0..<16 { field[0, point] = 0.1 }
        solver.advance(&field)
        #expect(field[0, 5].isFinite)
    }

    /// 12 points keep waves 0 to 3: the force of four has no place there.
    @Test(arguments: [(8, false), (12, false), (14, true), (24, true)])
    func aGridThatDoesNotCarryTheForceHasNone(_ points: Int, _ isCarried: Bool) throws {
        let recipe = try recipe([
            "equation": "{\"name\": \"vorticity-transport\", \"viscosity\": 0.01, \"forcingWaves\": 4}",
            "initial": "{\"kind\": \"vorticity\", \"wavenumber\": 2}", "length": "6.283185307179586",
        ])
        #expect((FrameSolver<Float>(recipe, resolution: points) != nil) == isCarried)
    }

    /// What a file says may be anything; a solver's coefficients may not.
    @Test(
        arguments: [
            ("{\"name\": \"burgers\", \"viscosity\": 0.1}", ["viscosity": 1e-12], ["viscosity": 0]),
            ("{\"name\": \"burgers\", \"viscosity\": 0.1}", [:], ["viscosity": -1]),
            ("{\"name\": \"advection-diffusion\"}", ["speed": -2, "diffusivity": 0], ["diffusivity": -1e-45]),
            ("{\"name\": \"advection-diffusion\"}", ["viscosity": -1], ["speed": .nan]),
            ("{\"name\": \"vorticity-transport\", \"viscosity\": 0.1}", ["drag": 0], ["drag": -1]),
            ("{\"name\": \"vorticity-transport\", \"viscosity\": 0.1}", [:], ["viscosity": .infinity]),
        ] as [(String, [String: Double], [String: Double])])
    func coefficientsThatNoSolverTakesAreRefused(
        _ equation: String, _ sound: [String: Double], _ broken: [String: Double]
    ) throws {
        let isPlane = equation.contains("vorticity")
        let recipe = try recipe([
            "equation": equation,
            "initial": isPlane ? "{\"kind\": \"vorticity\", \"wavenumber\": 2}" : "{\"kind\": \"fourier\"}",
            "length": isPlane ? "6.283185307179586" : "1",
        ])
        // Files hold single precision.
        try recipe.checkCoefficients(sound.mapValues { Double(Float($0)) }, of: 7)
        let solver = try #require(FrameSolver<Double>(recipe, resolution: 16))
        solver.prepare(sound)
        let error = #expect(throws: GenerationError.self) {
            try recipe.checkCoefficients(broken, of: Split.valid.firstNumber + 7)
        }
        let text = "\(try #require(error))"
        #expect(text.hasPrefix("sample valid/7: its \(broken.keys.first!) is "), "\(text)")
    }
}
