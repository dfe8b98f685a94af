import PDECore
import PDEGeneration
import PDEGeometry
import Testing

@Suite struct FlowDrawTests {
    private func draw(_ changes: [String: String], index: Int, attempt: Int = 0) throws -> FlowDraw {
        let recipe = try flowRecipe(changes)
        guard let problem = recipe.problem.as(FlowProblem.self) else { preconditionFailure("expected a flow") }
        return try problem.draw(index: index, attempt: attempt, in: recipe)
    }

    private func difficulty(_ draw: FlowDraw, _ changes: [String: String]) throws -> [String: Double] {
        guard let problem = try flowRecipe(changes).problem.as(FlowProblem.self) else {
            preconditionFailure("expected a flow")
        }
        return draw.difficulty(of: problem.equation)
    }

    /// The named levels are the very cells of the published set, on finer grids too.
    @Test(arguments: [("easy", SeedLevel.none), ("medium", .one), ("hard", .many)], [128, 256])
    func levelsHaveTheCellsOfTheSeed(_ level: (name: String, seed: SeedLevel), _ resolution: Int) throws {
        let changes = [
            "equation.reynolds": "\"\(level.name)\"", "obstacles": "\"\(level.name)\"", "resolution": "\(resolution)",
            "seed": "11",
        ]
        for index in 0..<4 {
            let draw = try draw(changes, index: index)
            let expected = level.seed.geometry(seed: 11, index: index, refinement: resolution / 128)
            #expect(draw.geometry.mask == expected.mask)
            #expect(draw.geometry.bodies.count == expected.bodies.count)
            let range = DifficultyLevel(rawValue: level.name)!.reynolds.range
            #expect(range.contains(draw.reynolds))
        }
    }

    /// Draws differ between samples and between attempts, and are the same again.
    @Test func drawsAreFunctionsOfTheirNumbers() throws {
        let first = try draw([:], index: 3)
        #expect(try draw([:], index: 3).geometry == first.geometry)
        #expect(try draw([:], index: 3).reynolds == first.reynolds)
        #expect(try draw([:], index: 4).reynolds != first.reynolds)
        #expect(try draw([:], index: 3, attempt: 1).reynolds != first.reynolds)
        #expect(try draw(["seed": "9"], index: 3).reynolds != first.reynolds)
    }

    @Test func difficultyIsThatOfTheGeometry() throws {
        let square = "{\"rectangle\": {\"lower\": [0.25, 0.25], \"upper\": [0.5, 0.5]}}"
        let other = "{\"rectangle\": {\"lower\": [0.25, 0.625], \"upper\": [0.5, 0.875]}}"
        let changes = [
            "obstacles": "{\"bodies\": [\(square), \(other)]}", "equation.reynolds": "{\"uniform\": [100, 101]}",
        ]
        let draw = try draw(changes, index: 0)
        let channel = try difficulty(draw, changes)
        #expect(channel["obstacles"] == 2 && channel["blockage"] == 0.5)
        #expect(abs(channel["smallest_gap"]! - 0.125) < 1e-12)
        // The undisturbed speed at the centres, y = 0.375 and 0.75, is 0.9375 and 0.75.
        #expect(abs(channel["obstacle_reynolds"]! - draw.reynolds * 0.25 * 0.9375) < 1e-9)
        let cavity = try difficulty(draw, ["equation.family": "\"cavity\""])
        #expect(abs(cavity["obstacle_reynolds"]! - draw.reynolds * 0.25) < 1e-9)
        let empty = try difficulty(
            self.draw(["obstacles": "0"], index: 0), [:])
        #expect(empty["obstacles"] == 0 && empty["blockage"] == 0 && empty["smallest_gap"] == 1)
        #expect(empty["obstacle_reynolds"] == 0)
    }

    /// Draws of many samples keep their distances, so that no number has to be drawn again.
    @Test func theStandardObstaclesFindPlaces() throws {
        for index in 0..<40 {
            let changes = ["obstacles.count": "[2, 10]", "resolution": "64"]
            let clearances = try draw(changes, index: index).geometry.clearances
            #expect(clearances.bodyGap! >= 0.0625 - 1e-9 && clearances.narrowestPassage >= 0.125 - 1e-9)
        }
    }
}
