import Foundation
import PDEConfig
import PDECore
import PDEData
import PDEGeneration
import PDEGeometry
import Testing

@Suite struct FlowGenerationTests {
    private let folder = TemporaryFolder()

    @discardableResult
    private func generate(
        _ recipe: Recipe, _ name: String, threads: Int = 2, notes: ((String) -> Void)? = nil
    ) throws -> Generation.Outcome {
        var observer = Generation.Observer()
        if let notes { observer.note = notes }
        return try Generation(recipe, in: folder(name)).run(threads: threads, observer: observer)
    }

    private func reader(_ name: String, _ split: Split, _ number: Int = 0) throws -> ShardReader {
        try ShardReader(path: DatasetFolder(path: folder(name), name: "flow").shardPath(ShardID(split, number)))
    }

    @Test(arguments: ["channel", "cavity"], ["float", "double"])
    func makesASoundDataset(_ family: String, _ precision: String) throws {
        let name = "\(family)-\(precision)"
        let outcome = try generate(
            flowRecipe(["equation.family": "\"\(family)\"", "solver": "{\"precision\": \"\(precision)\"}"]), name)
        let manifest = try #require(outcome.manifest)
        #expect(manifest.sampleCount == 7)
        let verification = DatasetFolder(path: folder(name), name: "flow").verify()
        #expect(verification.findings.map(\.description) == [])
        for record in manifest.shards.flatMap(\.samples) {
            #expect(record.rejections == [])
            #expect(record.difficulty["obstacles"] == 2 && record.difficulty["blockage"]! > 0.05)
            #expect((100...400).contains(record.difficulty["reynolds"]!))
            #expect(abs(record.health["cell_reynolds"]! - record.difficulty["reynolds"]! / 32) < 1e-12)
            #expect(record.health["divergence"]! < (precision == "double" ? 1e-10 : 1e-4))
            #expect(record.health["flux_imbalance"]! < (precision == "double" ? 1e-10 : 1e-4))
            #expect(record.health["max_cfl"]! > 0 && record.steps >= 3)
        }
        let accuracy = try #require(outcome.accuracy)
        #expect(accuracy.largest > 0 && accuracy.largest < 0.5 && accuracy.frames == 3)
    }

    /// Frames that are skipped are solved all the same; the others, their times and their forces are what they would be.
    @Test func skippedFramesChangeNoOther() throws {
        try generate(flowRecipe(["frames.count": "5"]), "all")
        try generate(flowRecipe(["frames.count": "3", "frames.skip": "2"]), "later")
        let (all, later) = (try reader("all", .train), try reader("later", .train))
        #expect(later.description.times == Array(all.description.times.dropFirst(2)))
        for name in ["velocity", "pressure"] {
            let (whole, part) = (try all.read(field: name, sample: 0), try later.read(field: name, sample: 0))
            #expect(Array(whole.suffix(part.count)) == part && part.count == whole.count / 5 * 3)
        }
        let (drag, laterDrag) = (try all.scalar("drag_1"), try later.scalar("drag_1"))
        #expect(laterDrag.count * 5 == drag.count * 3 && Array(drag[2..<5]) == Array(laterDrag[..<3]))
    }

    /// Fields, axes, boundaries, forces and shapes are what they say.
    @Test func filesHoldTheWholeStory() throws {
        try generate(flowRecipe(["length": "2", "frames.resolution": "16", "obstacles.count": "[0, 2]"]), "set")
        let shard = try reader("set", .train)
        let description = shard.description
        #expect(description.resolution == [32, 16])
        for (dimension, length) in zip(description.dimensions, [2.0, 1.0]) {
            #expect(dimension.coordinates[0] == 0.03125 && dimension.length == length)
        }
        #expect(description.times == [0, 0.125, 0.25, 0.375])
        #expect(description.boundaries == [Boundary(.open, dimension: "x"), Boundary(.wall, dimension: "y")])
        #expect(description.fields.map(\.name) == ["pressure", "mask", "sdf", "velocity"])
        #expect(description.fields.map(\.isTimeVarying) == [true, false, false, true])
        for sample in 0..<shard.sampleCount {
            let mask = try shard.read(field: "mask", sample: sample)
            let distance = try shard.read(field: "sdf", sample: sample)
            let velocity = try shard.read(field: "velocity", sample: sample)
            for cell in mask.indices where mask[cell] == 1 {
                #expect(velocity[2 * cell] == 0 && velocity[2 * cell + 1] == 0)
            }
            let text = try shard.provenance("obstacles")[sample]
            let bodies = try StrictDecoder().decode([Shape].self, from: JSON.parse(text, file: "note"))
            #expect(Double(bodies.count) == (try shard.scalar("obstacles")[sample]))
            let grid = Grid([
                Grid.Axis(count: 32, from: 0, to: 2, placement: .cells), Grid.Axis(count: 16, placement: .cells),
            ])
            #expect(Geometry(bodies, on: grid).cellDistance.map { Float($0) } == distance)
        }
    }

    /// A field that is the same number everywhere would be refused by tools that normalise.
    @Test func anEmptyChannelHasNoFieldsThatNeverChange() throws {
        let manifest = try #require(try generate(flowRecipe(["obstacles.count": "0"]), "open").manifest)
        let shard = try reader("open", .train)
        #expect(shard.description.fields.map(\.name) == ["pressure", "velocity", "mask", "sdf"])
        #expect(manifest.description.storedFields.map(\.name) == ["pressure", "velocity"])
        let data = try DatasetReader(path: folder("open"), split: .train)
        let selection = try data.select(["mask", "sdf"])
        var values = [Float](repeating: .nan, count: selection.valuesPerFrame)
        try data.readConstants(sample: 3, selection, into: &values)
        #expect(values.indices.allSatisfy { values[$0] == ($0 % 2 == 0 ? 0 : Float(2).squareRoot()) })
    }

    @Test func forcesAreThereForTheBodiesOfASample() throws {
        try generate(flowRecipe(["obstacles.count": "[1, 2]"]), "set")
        for split in Split.allCases {
            let shard = try reader("set", split)
            let counts = try shard.scalar("obstacles")
            let drag = [try shard.scalar("drag_1"), try shard.scalar("drag_2")]
            #expect(drag[0].count == 4 * counts.count)
            for sample in counts.indices {
                let frames = 4 * sample + 1..<4 * sample + 4
                #expect(drag[0][frames].allSatisfy { $0 > 0 })
                #expect(drag[1][frames].allSatisfy { counts[sample] == 2 ? $0 > 0 : $0 == 0 })
            }
        }
    }

    @Test func bytesDoNotDependOnTheThreads() throws {
        let recipe = try flowRecipe([
            "obstacles.shapes": "[\"square\", \"circle\", \"triangle\"]", "obstacles.size": "0.15",
        ])
        try generate(recipe, "one", threads: 1)
        try generate(recipe, "three", threads: 3)
        #expect(try promisedBytes(in: folder("one")) == promisedBytes(in: folder("three")))
    }

    /// A sample made alone has the bytes that it has in the whole run.
    @Test(arguments: ["float", "double"])
    func samplesDoNotDependOnOneAnother(_ precision: String) throws {
        let whole = ["solver": "{\"precision\": \"\(precision)\"}", "seed": "5"]
        try generate(flowRecipe(whole), "whole")
        try generate(flowRecipe(whole.merging(["samples.only": "\"train/2\""]) { $1 }), "alone", threads: 1)
        let (alone, together) = (try reader("alone", .train), try reader("whole", .train, 1))
        for field in ["velocity", "pressure", "mask", "sdf"] {
            #expect(try alone.read(field: field, sample: 0) == together.read(field: field, sample: 0))
        }
        for scalar in ["reynolds", "steps", "drag_1", "lift_2", "index"] {
            let values = try alone.scalar(scalar)
            #expect(try values == Array(together.scalar(scalar).prefix(values.count)))
        }
    }

    /// All samples begin at rest: what tells them apart is the Reynolds number and the mask.
    @Test func fingerprintsKnowReynoldsNumberAndMask() throws {
        let open = try generate(flowRecipe(["obstacles": "0"]), "open").manifest!
        let fixed = try generate(flowRecipe(["equation.reynolds": "300"]), "fixed").manifest!
        for manifest in [open, fixed] {
            #expect(Set(manifest.shards.flatMap(\.samples).map(\.initialState)).count == 7)
        }
        let first = try reader("open", .test).read(field: "velocity", sample: 0, frames: 0..<1)
        #expect(try reader("open", .train).read(field: "velocity", sample: 0, frames: 0..<1) == first)
    }

    /// A step that is far too long blows up: recorded, drawn again, and the last finite state kept where no loader looks.
    @Test func blowUpsAreRecordedAndLeaveTheirLastState() throws {
        let recipe = try flowRecipe([
            "solver": "{\"step\": 0.5}", "frames": "{\"count\": 40, \"interval\": 0.5}", "samples": "{\"test\": 2}",
            "health": "{\"attempts\": 2}",
        ])
        var notes: [String] = []
        let outcome = try generate(recipe, "set") { notes.append($0) }
        let records = try #require(outcome.manifest).shards.flatMap(\.samples)
        #expect(records.count == 2 && records.allSatisfy { $0.failure?.hasPrefix("blew up before frame ") == true })
        #expect(records.allSatisfy { $0.rejections.map(\.attempt) == [0, 1] })
        let files = try FileManager.default.contentsOfDirectory(atPath: folder("set/postmortem")).sorted()
        #expect(
            files == [
                "test-000000-attempt-0.hdf5", "test-000000-attempt-1.hdf5", "test-000001-attempt-0.hdf5",
                "test-000001-attempt-1.hdf5",
            ])
        #expect(notes.contains { $0.contains("sample test/1, attempt 0: blew up") && $0.contains(files[2]) })
        let frame = try ShardReader(path: folder("set/postmortem/\(files[0])"))
        #expect(frame.sampleCount == 1 && frame.description.times.count == 1)
        #expect(try frame.read(field: "velocity", sample: 0).allSatisfy(\.isFinite))
        #expect(try frame.provenance("reason")[0].hasPrefix("blew up before frame "))
        #expect(try frame.scalar("index") == [0] && frame.scalar("reynolds").count == 1)
        #expect(DatasetFolder(path: folder("set"), name: "flow").verify().isSound)
        try generate(recipe, "again", threads: 1)
        #expect(try promisedBytes(in: folder("set")) == promisedBytes(in: folder("again")))
    }

    /// A flow that has become steady is solved no further, and the run says what would help.
    @Test func steadyFlowsAreGivenUpAtTheFirstFrameThatRepeats() throws {
        let recipe = try flowRecipe([
            "equation.reynolds": "{\"uniform\": [0.9, 1]}", "obstacles": "0", "resolution": "16",
            "frames": "{\"count\": 2000, \"interval\": 1}", "samples": "{\"test\": 4}", "health": "{\"attempts\": 1}",
        ])
        var notes: [String] = []
        let error = #expect(throws: GenerationError.self) { try generate(recipe, "set") { notes.append($0) } }
        #expect("\(try #require(error))".contains("where they became steady: fewer frames"))
        #expect(notes.contains { $0.contains("repeats the frame before: the flow has become steady") })
        #expect(notes.contains { $0.contains("(health.steady)") })
    }

    /// A recipe may ask for them all the same.
    @Test func steadyFlowsAreStoredOnRequest() throws {
        let recipe = try flowRecipe([
            "equation.reynolds": "{\"uniform\": [0.9, 1]}", "obstacles": "0", "resolution": "16",
            "frames": "{\"count\": 12, \"interval\": 1}", "samples": "{\"test\": 2}", "health": "{\"steady\": true}",
        ])
        let manifest = try #require(generate(recipe, "set").manifest)
        #expect(manifest.sampleCount == 2 && manifest.description.mayRepeat)
        let shard = try reader("set", .test)
        // Velocities may differ by round-off around zero.
        let frames = (10..<12).map { try? shard.read(field: "pressure", sample: 0, frames: $0..<$0 + 1) }
        #expect(frames[0] != nil && frames[0] == frames[1])
        #expect(DatasetFolder(path: folder("set"), name: "flow").verify().findings.map(\.description) == [])
    }

    /// The limit on the CFL number counts the speeds at a step's end: a cavity's lid sets the fluid in motion within one.
    @Test func flowsThatSpeedUpWithinAStepBreakALowLimit() throws {
        let changes = [
            "equation":
                "{\"name\": \"navier-stokes\", \"family\": \"cavity\", \"reynolds\": {\"uniform\": [800, 1000]}}",
            "obstacles": "0", "frames.count": "2", "samples": "{\"test\": 4}",
        ]
        let free = try #require(generate(flowRecipe(changes), "free").manifest).shards.flatMap(\.samples)
        #expect(free.allSatisfy { $0.rejections == [] && $0.health["max_cfl"]! > 0.3 && $0.health["max_cfl"]! <= 0.9 })
        let limit = free.map { $0.health["max_cfl"]! }.min()! * 0.99
        var notes: [String] = []
        #expect(throws: GenerationError.self) {
            try generate(
                flowRecipe(
                    changes.merging([
                        "solver": "{\"cfl\": \(0.9 * limit)}", "health": "{\"cfl\": \(0.9 * limit), \"attempts\": 1}",
                    ]) { $1 }), "strict"
            ) { notes.append($0) }
        }
        #expect(notes.contains { $0.contains("CFL number") })
    }

    /// A card tells what its numbers mean, and what frame 0 is.
    @Test(arguments: [("channel", "the irrotational flow"), ("cavity", "at rest when the lid sets off")])
    func cardsExplainTheirNumbers(_ family: String, _ start: String) throws {
        try generate(flowRecipe(["equation.family": "\"\(family)\"", "frames.count": "2"]), "set")
        let card = try String(contentsOfFile: folder("set/README.md"), encoding: .utf8)
        #expect(card.contains("- initial state: frame 0 is ") && card.contains(start))
        let rows = card.split(separator: "\n").filter { $0.hasPrefix("| health |") || $0.hasPrefix("| difficulty |") }
        #expect(rows.count == 12 && rows.allSatisfy { $0.split(separator: "|").count == 6 })
        #expect(card.contains("| share of all dissipation that the advection scheme is to blame for |"))
        #expect(card.contains("after 1 frame and"))
    }

    /// Equal Reynolds numbers and counts leave the obstacles' sizes to tell which sample is the hardest.
    @Test func theLargestObstacleBreaksTies() throws {
        let outcome = try generate(flowRecipe(["equation.reynolds": "300", "frames.count": "2"]), "set")
        let records = try #require(outcome.manifest).shards.flatMap(\.samples)
        let hardest = records.max { $0.difficulty["obstacle_reynolds"]! < $1.difficulty["obstacle_reynolds"]! }
        #expect(outcome.accuracy?.index == hardest?.index)
    }

    /// Obstacles that found no place in a draw are drawn again, and the record says why.
    @Test func obstaclesWithoutAPlaceAreDrawnAgain() throws {
        let crowded = try flowRecipe([
            "obstacles": "{\"count\": [1, 12], \"size\": [0.0625, 0.25], \"passage\": 0.25}",
            "health": "{\"attempts\": 50}",
            "samples": "{\"train\": 12}", "frames.count": "2",
        ])
        let records = try generate(crowded, "set").manifest!.shards.flatMap(\.samples)
        let rejections = records.flatMap(\.rejections)
        #expect(!rejections.isEmpty && records.allSatisfy { $0.failure == nil })
        #expect(rejections.allSatisfy { $0.reason.contains("obstacles") })
    }

    @Test func namedLevelsAreStoredAsTheSeedHasThem() throws {
        try generate(
            flowRecipe([
                "equation.reynolds": "\"hard\"", "obstacles": "\"hard\"", "resolution": "128",
                "frames": "{\"count\": 2, \"interval\": 0.01}", "samples": "{\"test\": 1}", "seed": "4",
            ]), "set")
        let mask = try reader("set", .test).read(field: "mask", sample: 0)
        #expect(mask == SeedLevel.many.geometry(seed: 4, index: 0).mask.map { Float($0) })
        #expect(try reader("set", .test).description.diagnostics!.filter(\.isTimeVarying).count == 30)
    }
}
