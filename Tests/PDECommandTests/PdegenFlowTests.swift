import Foundation
import PDECommand
import PDEGeometry
import Testing

/// `pdegen` for flows past obstacles, as a user runs it.
@Suite(.serialized) struct PdegenFlowTests {
    private let pdegen = Pdegen()
    /// What makes a run short.
    private let small = [
        "--resolution", "32", "--frames", "3", "--train", "3", "--valid", "1", "--test", "2", "--set",
        "samples.perShard=1", "--out", "set",
    ]

    private func run(_ arguments: [String]) throws -> Pdegen.Result { try pdegen.wait(pdegen.start(arguments)) }

    @Test func flagsAloneMakeADataset() throws {
        let made = try run(["--re", "300", "--obstacles", "2"] + small)
        #expect(made.status == 0, "\(made.errors)")
        let lines = made.output.split(separator: "\n").map(String.init)
        #expect(lines.count == 6 && lines[0].hasPrefix("set: 6 samples (3 train, 1 valid, 2 test), "))
        #expect(lines[2].contains("divergence at most") && lines[3].contains("against itself on twice the grid"))
        let again = try run(["--re", "300", "--obstacles", "2"] + small)
        #expect(again.status == 0 && again.output.contains("every shard's checksum is right"))
        #expect(try pdegen("verify", "set").output.contains("sound (6 shards, 6 samples, 48 frames"))
        let tree = try pdegen("inspect", "set", "--sample", "train/1")
        #expect(tree.status == 0 && tree.output.contains("obstacle_reynolds"))
        // What all samples share stands on one line, what none has on none, and the picture says what and how much it shows.
        #expect(tree.output.contains("everywhere ") && !tree.output.contains("refused"), "\(tree.output)")
        #expect(tree.output.contains("\nsample train/1, ") && tree.output.contains("reynolds 300"), "\(tree.output)")
        #expect(
            tree.output.contains("\nvorticity from −") && tree.output.contains(", blank to █, # no value; last frame"))
        #expect(tree.output.contains("####"))
    }

    /// A plan is the whole resolved recipe, so that flags can be read off it.
    @Test(arguments: [
        (
            ["--re", "1000"], "data/flow-re1000:",
            ["\"reynolds\": 1000", "\"count\": 3", "12 (8 train, 2 valid, 2 test)"]
        ),
        (
            ["--re", "8000:10000", "--obstacles", "2:10"], "data/flow-re8000-10000-obstacles2-10:",
            ["[8000.0, 10000.0]", "[2, 10]"]
        ),
        (
            ["--re", "hard", "--shape", "square,circle"], "data/flow-re-hard-square-circle:",
            ["[\"square\", \"circle\"]"]
        ),
        (["--level", "medium"], "data/flow-level-medium:", ["[2000.0, 4000.0]", "\"obstacles\": \"medium\""]),
        (
            ["--level", "hard", "--re", "500"], "data/flow-level-hard-re500:",
            ["\"reynolds\": 500", "\"obstacles\": \"hard\""]
        ),
        (["--family", "cavity"], "data/flow-cavity:", ["\"cavity\"", "[100.0, 1000.0]", "\"obstacles\": 0"]),
        (
            ["--obstacles", "4", "--set", "obstacles.size=0.1", "--seed", "7"],
            "data/flow-obstacles4-seed7-obstacles.size-0.1:", ["\"count\": 4", "[0.1, 0.1]", "\"seed\": 7"]
        ),
    ])
    func flagsStandForARecipe(_ flags: [String], _ dataset: String, _ keys: [String]) throws {
        let plan = try run(flags + ["--plan", "--set", "frames.count=2"])
        #expect(plan.status == 0, "\(plan.errors)")
        for key in keys + [String(dataset.dropLast())] { #expect(plan.output.contains(key), "\(key): \(plan.output)") }
        #expect(!FileManager.default.fileExists(atPath: pdegen.folder.path + "/data"))
    }

    @Test(arguments: [
        (["--re", "fast"], 64, "--re", "a range A:B"),
        (["--re", "nan"], 64, "--re", "a range A:B"),
        (["--re", "1e400"], 64, "--re", "a range A:B"),
        (["--re", "100:inf"], 64, "--re", "found '100:inf'"),
        (["--re", "200:100"], 65, "equation.reynolds.uniform is [200.0, 100.0]", "the lower one first"),
        (["--re", "20000"], 65, "the Reynolds number of a cell is 156.3", "a resolution of 200"),
        (["--re", "1000", "--obstacles", "0"], 65, "flag --re", "nothing else varies"),
        (["--obstacles", "some"], 64, "--obstacles", "a whole number, a range A:B"),
        (["--obstacles", "40"], 65, "flag --obstacles", "of 40 obstacles found a place"),
        (["--level", "hrad"], 64, "--level", "did you mean hard?"),
        (["--level", "hard", "--resolution", "160"], 65, "obstacles", "use a multiple of 128"),
        (
            ["--level", "hrad"], 64, "expected easy or medium or hard, found 'hrad'",
            "'pdegen --help' explains --level L"
        ),
        (["--shape", "sqare"], 64, "no shape 'sqare'", "did you mean square?"),
        (["--shape", "star"], 64, "--shape: no shape 'star'", "there are: square, "),
        (["--level", "hard", "--shape", "circle"], 64, "of a level are squares", "--obstacles 3 --shape circle"),
        (["--family", "tunnel"], 64, "--family", "channel or cavity"),
        (["--re", "1000", "--set", "obstacles.size=0.01"], 65, "obstacles.size", "expected at least 2"),
        (["--re", "1000", "--viscosity", "0.1"], 65, "flag --viscosity", "unknown key equation.viscosity"),
        ([], 64, "no recipe given", "pdegen --re 1000 --obstacles 3"),
    ])
    func flagsAreRefused(_ flags: [String], _ status: Int32, _ first: String, _ second: String) throws {
        let result = try run(flags + ["--out", "set"])
        #expect(result.status == status)
        #expect(result.errors.contains(first), "\(result.errors)")
        #expect(result.errors.contains(second), "\(result.errors)")
        #expect(!FileManager.default.fileExists(atPath: pdegen.folder.path + "/set"))
    }

    @Test func flagsOverrideARecipeAndNoOther() throws {
        let burgers = try run([pdegen.recipe(), "--re", "100"])
        #expect(burgers.status == 64 && burgers.errors.contains("small.json solves burgers"))
        let text = """
            { "title": "A disc at Reynolds number 50",
              "equation": { "name": "navier-stokes", "family": "channel", "reynolds": 50, "inlet": "uniform" },
              "obstacles": { "shapes": ["circle"], "size": 0.125 }, "resolution": 32, "samples": { "train": 2 } }
            """
        try text.write(toFile: pdegen.folder.path + "/disc.json", atomically: true, encoding: .utf8)
        let plan = try run(["disc.json", "--re", "60", "--obstacles", "1", "--plan"])
        #expect(plan.status == 0 && plan.output.contains("\"reynolds\": 60") && plan.output.contains("[\"circle\"]"))
        #expect(plan.output.contains("\"count\": 1") && plan.output.contains("\"uniform\""))
        #expect(plan.output.contains("Channel flow past obstacles at Reynolds number 60"))
        let cavity = try run(["disc.json", "--family", "cavity", "--plan"])
        #expect(cavity.status == 0 && !cavity.output.contains("inlet\": \"uniform"))
    }

    /// Half the step on twice the grid doubles the diffusion number, here beyond what is stable.
    @Test func anAccuracyThatCannotBeMeasuredIsSaid() throws {
        let flags = ["--re", "20", "--obstacles", "2", "--set", "solver.step=0.004"] + small
        let made = try run(flags)
        #expect(made.status == 0, "\(made.errors)")
        #expect(
            made.output.contains(
                "accuracy  not measured on the hardest sample: it could not be solved on twice the points"),
            "\(made.output)")
        let card = try String(contentsOfFile: pdegen.folder.path + "/set/README.md", encoding: .utf8)
        #expect(card.contains("- discretisation error of the hardest sample: not measured"))
        #expect(try !run(flags).output.contains("accuracy"), "nothing was tried")
    }

    /// What cannot be made is said before it is tried, and a thread more than samples makes nothing faster.
    @Test func plansTellOfRefusedSamplesAndCountThreadsThatWork() throws {
        let refused = try run(["--re", "300", "--set", "solver.step=0.2", "--resolution", "32", "--plan"])
        #expect(refused.status == 0 && refused.output.contains("refused in every draw: blew up before frame"))
        let single = try run(
            ["--re", "300", "--resolution", "32", "--frames", "2", "--train", "1", "--valid", "0", "--test", "0"]
                + ["--threads", "8", "--plan"])
        #expect(single.output.contains("1 (1 train) in 1 shard;") && single.output.contains(" on 1 thread (one sample"))
    }

    /// Killed at random moments again and again, a run ends in the bytes of an undisturbed one.
    @Test func aKilledRunContinues() throws {
        let flags = [
            "--re", "200:400", "--obstacles", "2", "--resolution", "64", "--frames", "5", "--set", "samples.perShard=1",
        ]
        let start = ContinuousClock.now
        #expect(try run(flags + ["--out", "whole"]).status == 0)
        let duration = (ContinuousClock.now - start) / .seconds(1)
        let whole = try pdegen.promisedBytes(in: "whole")
        var (round, isFinished) = (0, false)
        while !isFinished {
            let process = try pdegen.start(flags + ["--out", "killed"])
            if round < 6 {
                Thread.sleep(forTimeInterval: .random(in: 0.01...max(0.02, 0.6 * duration)))
                kill(process.processIdentifier, SIGKILL)
            }
            let result = pdegen.wait(process)
            #expect(result.wasKilled || result.status == 0)
            isFinished = !result.wasKilled
            round += 1
        }
        #expect(try pdegen.promisedBytes(in: "killed") == whole)
        #expect(try pdegen("verify", "killed").status == 0)
    }

    /// Blow-ups are told, with the file of the last finite state, and the exit code says that samples are missing.
    @Test func blowUpsAreTold() throws {
        let result = try run(
            [
                "--re", "300", "--obstacles", "2", "--set", "solver.step=0.5", "--set", "frames.interval=0.5", "--set",
                "health.attempts=1", "--resolution", "32", "--frames", "40", "--train", "0", "--valid", "0", "--test",
                "2", "--out", "set",
            ])
        #expect(result.status == 65)
        #expect(result.errors.contains("set/postmortem/test-000001-attempt-0.hdf5"))
        #expect(result.output.contains("failed    samples test/0, test/1: see manifest.json"))
    }

    @Test(arguments: [
        (["navier-stokes", "--viscosity", "0.1"], "--viscosity is for burgers"),
        (["burgers", "--re", "100"], "its own are --dimensions"), (["navier-stokes", "--cfl", "2"], "at most 0.9"),
    ])
    func benchmarksRefuseWhatTheyWouldNotUse(_ arguments: [String], _ hint: String) throws {
        let result = try run(["bench"] + arguments)
        #expect(result.status == 64 && result.errors.contains(hint), "\(result.errors)")
    }

    @Test func geometryErrorsAreBadData() {
        let error = CommandError(GeometryError.overlap(first: 0, second: 1, depth: 0.1))
        #expect(error.exitCode == .badData)
        #expect(error.message == "bodies 0 and 1 overlap by 0.1" && error.advice.count == 1)
    }
}
