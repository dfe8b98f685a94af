import Foundation
import PDECommand
import Testing

/// Landau's equation on the command line.
@Suite struct PdegenLandauTests {
    private let pdegen = Pdegen()

    private func recipe() throws -> String {
        let text = """
            {
              "name": "landau",
              "equation": { "name": "landau", "gamma": { "choice": [0, -3] } },
              "resolution": 32,
              "initial": { "kind": "gaussian", "anisotropy": { "uniform": [1.5, 2] } },
              "frames": { "count": 4, "interval": 0.5 },
              "solver": { "particles": { "count": 300 } },
              "samples": { "train": 12, "valid": 2, "test": 2, "perShard": 2 }
            }
            """
        try text.write(toFile: "\(pdegen.folder.path)/landau.json", atomically: true, encoding: .utf8)
        return "landau.json"
    }

    /// Killed at random moments again and again, a run ends in the bytes of an undisturbed one.
    @Test func aKilledRunContinues() throws {
        let recipe = try recipe()
        let start = ContinuousClock.now
        #expect(try pdegen(recipe, "--out", "whole").status == 0)
        let duration = (ContinuousClock.now - start) / .seconds(1)
        let whole = try pdegen.promisedBytes(in: "whole")
        var kills = 0
        var isFinished = false
        while !isFinished {
            let process = try pdegen.start([recipe, "--out", "killed"])
            if kills < 5 {
                Thread.sleep(forTimeInterval: .random(in: 0.01...max(0.02, 0.5 * duration)))
                kill(process.processIdentifier, SIGKILL)
            }
            let result = pdegen.wait(process)
            if result.wasKilled { kills += 1 } else { #expect(result.status == 0) }
            isFinished = !result.wasKilled
        }
        #expect(try pdegen.promisedBytes(in: "killed") == whole)
        #expect(try pdegen("verify", "killed").status == 0)
    }

    @Test func plansAndTreesTellOfTheParticles() throws {
        let plan = try pdegen(recipe(), "--plan")
        #expect(
            plan.status == 0 && plan.output.contains("density 4 × 32 × 32, particles velocity 4 × 300 × 2, float32"))
        #expect(plan.output.contains("Fourier–Galerkin, 32 velocities a side, 300 particles (blobs, midpoint)"))
        let made = try pdegen(recipe(), "--train", "2", "--out", "set")
        #expect(
            made.status == 0 && made.output.contains("energy kept to") && made.output.contains("negative share at most")
        )
        let tree = try pdegen("inspect", "set")
        #expect(tree.status == 0 && tree.output.contains("├─ particles velocity 4 × 300 × 2"))
        #expect(tree.output.contains("relative_entropy") && tree.output.contains("\ndensity from "))
    }

    @Test func benchPrintsALineForEachMethod() throws {
        for (method, resolution) in [
            ("fourier-2d", "16"), ("fourier-3d", "12"), ("maxwell", "20"), ("coulomb", "20"), ("network", "20"),
            ("collisions", "20"),
        ] {
            let result = try pdegen(
                "bench", "landau", "--method", method, "--resolution", resolution, "--repeats", "1", "--steps", "2")
            #expect(result.status == 0, "\(result.errors)")
            let json = try #require(
                try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
            #expect(json["bench"] as? String == "landau" && json["method"] as? String == method)
            #expect((json["seconds"] as? Double).map { $0 > 0 } == true && json["ms_per_step"] != nil)
            guard json["dimensions"] as? Int != 5 else { continue }
            #expect((json["relative_l2"] as? Double).map { $0 > 0 && $0 < 0.2 } == true, "\(json)")
        }
    }

    @Test(arguments: [
        (["--precision", "float"], "double: landau has no other"), (["--resolution", "32"], "a --method too"),
        (["--method", "fourier-2d", "--resolution", "33"], "an even number"),
        (["--method", "fourier"], "did you mean fourier-2d?"),
        (["--method", "moments"], "or network or collisions, found"),
        (["--viscosity", "1"], "--viscosity is for burgers"),
    ])
    func benchRefusesWhatItWouldNotUse(_ arguments: [String], _ hint: String) throws {
        let result = try pdegen.wait(pdegen.start(["bench", "landau"] + arguments))
        #expect(result.status == 64 && result.errors.contains(hint), "\(result.errors)")
    }
}
