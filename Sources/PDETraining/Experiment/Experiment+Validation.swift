import PDEConfig

extension Experiment {
    /// Refuses what cannot run, and what would be passed over without a word; paths begin at the experiment's root.
    func validate() throws(ConfigurationError) {
        guard !name.isEmpty, !name.contains("/"), name != ".", name != ".." else {
            throw .invalid(path: "name", allowed: "a name that a folder can have")
        }
        guard !seeds.isEmpty, Set(seeds).count == seeds.count else {
            throw .invalid(path: "seeds", allowed: "one number or more, none twice")
        }
        try data.validate()
        try task.validate()
        guard regularizer.kind != .response || task.history == 1 else {
            throw .combination(
                paths: ["regularizer.kind", "task.history"], found: "response and \(task.history)",
                why: "the classical solver goes on from one state", advice: "set task.history to 1")
        }
        guard regularizer.kind != .none || regularizer.weight == 0 else {
            throw .combination(
                paths: ["regularizer.kind", "regularizer.weight"], found: "none and \(regularizer.weight)",
                why: "without a penalty there is nothing to weigh",
                advice: "name a kind, or leave the regularizer out")
        }
    }
}

extension DataChoice {
    fileprivate func validate() throws(ConfigurationError) {
        if let fields {
            guard !fields.isEmpty, Set(fields).count == fields.count else {
                throw .invalid(
                    path: "data.fields", found: "\(fields)", allowed: "one field or more, none twice",
                    advice: "leave it out for all fields that vary in time")
            }
        }
        guard Set(parameters).count == parameters.count else {
            throw .invalid(path: "data.parameters", found: "\(parameters)", allowed: "names of numbers, none twice")
        }
        let names = levels.map(\.name)
        guard Set(names).count == names.count else {
            throw .invalid(path: "data.levels", found: "\(names)", allowed: "levels with different names")
        }
        guard levels.isEmpty || levels.contains(where: { ($0.weight ?? 0) > 0 || ($0.count ?? 0) > 0 }) else {
            throw .invalid(
                path: "data.levels", found: "a share of 0 for all", allowed: "one level or more with a share above 0")
        }
    }
}

extension TrainingTask {
    fileprivate func validate() throws(ConfigurationError) {
        if kind == .operator, mode != .oneStep || history != 1 || frameStride != 1 {
            throw .combination(
                paths: ["task.kind", "task.training", "task.history", "task.frameStride"],
                found: "operator with training, history or frameStride",
                why: "from the first frame to the last there is one step", advice: "leave them out, or use step")
        }
        guard detachEvery == 0 || mode == .unrolled else {
            throw .combination(
                paths: ["task.detachEvery", "task.training"], found: "\(detachEvery) and \(mode.rawValue)",
                why: "only unrolled training has derivatives through several steps",
                advice: "leave task.detachEvery out, or set task.training to unrolled")
        }
    }
}
