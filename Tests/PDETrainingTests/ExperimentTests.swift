import PDEConfig
import PDEOperators
import PDETraining
import Testing

/// What an experiment's text says, and what it cannot say.
@Suite struct ExperimentTests {
    /// As runs of before the kinds had keys of their own keep it, with every key of every penalty.
    private let former = """
        { "name": "old", "data": { "folder": "data", "parameters": ["viscosity"], "geometry": false, "stride": 1, "levels": [] },
          "task": { "kind": "operator", "history": 1, "frameStride": 1, "predict": "state", "training": "one-step",
            "steps": 1, "detachEvery": 0, "noise": 0.0 },
          "model": { "kind": "u-net", "width": 24, "levels": 2, "blocks": 2, "normalized": true, "coordinates": false,
            "activation": "gelu" },
          "loss": "relative-l2",
          "regularizer": { "kind": "none", "weight": 0.0, "epsilon": 0.001, "priorMean": 0.0, "priorDeviation": 2.0,
            "probes": 1, "headHidden": 32, "headReach": 2 },
          "optimizer": { "kind": "adamw", "learningRate": 0.002, "weightDecay": 0.0001, "beta1": 0.9, "beta2": 0.999,
            "epsilon": 1e-08, "clipNorm": 1.0 },
          "schedule": { "kind": "cosine", "warmup": 0.05, "final": 0.0 },
          "budget": { "epochs": 8, "batch": 8, "validateEvery": 2 }, "seeds": [0], "precision": "float" }
        """

    private func experiment(_ settings: KeyValuePairs<String, JSON> = [:]) throws -> Experiment {
        var json = try JSON.parse(former, file: "old.json")
        for (key, value) in settings { try json.set(key, to: value) }
        return try StrictDecoder().decode(Experiment.self, from: json)
    }

    @Test func experimentsOfBeforeAreRead() throws {
        let old = try experiment()
        #expect(old.model as? UNetArchitecture == UNetArchitecture(width: 24, levels: 2))
        #expect(old.regularizer is NoPenalty && old.loss is RelativeL2)
        #expect(old.optimizer.rule as? AdamW == AdamW(AdamNumbers(weightDecay: 1e-4)))
        #expect(old.schedule as? CosineSchedule == CosineSchedule(warmup: 0.05))
        let jaws = try experiment(["regularizer.kind": "jaws", "regularizer.headReach": 3])
        #expect(jaws.regularizer as? JawsPenalty == JawsPenalty(weight: 0, headReach: 3))
    }

    @Test func whatIsWrittenReadsBack() throws {
        for kind in ["none", "global", "log", "jaws", "hinge", "response"] {
            for schedule in ["constant", "cosine", "step", "one-cycle"] {
                let first = try experiment(["regularizer": .string(kind), "schedule": .string(schedule)])
                let json = try StrictEncoder().encode(first)
                #expect(try StrictDecoder().decode(Experiment.self, from: json) == first)
                #expect(json.value(at: "regularizer.kind")?.string == kind)
                #expect(json.value(at: "schedule.kind")?.string == schedule)
            }
        }
    }

    @Test(arguments: [
        ("optimizer.lr", JSON.number(1e-3), "unknown key optimizer.lr", "did you mean \"learningRate\"?"),
        ("optimizer.weight_decay", 0.1, "unknown key optimizer.weight_decay", "did you mean \"weightDecay\"?"),
        ("optimizer.kind", "sgd", "optimizer.kind is \"sgd\"", "allowed: \"adam\", \"adamw\""),
        ("model.kind", "fno", "model.kind is \"fno\"", "did you mean \"fourier\"?"),
        ("model.kind", "unet", "model.kind is \"unet\"", "did you mean \"u-net\"?"),
        (
            "model.modes", 8, "unknown key model.modes",
            "\"u-net\" has no such key, but \"fourier\", \"spectral-generator\" have"
        ),
        (
            "regularizer", .object([("kind", "hinge"), ("headReach", 3)]), "unknown key regularizer.headReach",
            "\"jaws\""
        ),
        ("regularizer", .object([("kind", "jaws"), ("lambda", 3)]), "regularizer.lambda", "did you mean \"weight\"?"),
        (
            "schedule", .object([("kind", "constant"), ("warmup", 0.1)]), "schedule.warmup",
            "\"cosine\", \"one-cycle\" have"
        ),
        ("budget.batchSize", 8, "unknown key budget.batchSize", "did you mean \"batch\"?"),
        ("network", .object([]), "unknown key network", "did you mean \"model\"?"),
        ("loss", "l2", "loss is \"l2\"", "did you mean \"relative-l2\"?"),
        ("loss", .object([("kind", "h1"), ("order", 2)]), "unknown key loss.order", "valid keys: kind"),
    ])
    func mistakesAreNamed(_ key: String, _ value: JSON, _ first: String, _ second: String) throws {
        let error = #expect(throws: ConfigurationError.self) { try experiment([key: value]) }
        let said = try #require(error?.description)
        #expect(said.contains(first) && said.contains(second), "\(said)")
    }
}
