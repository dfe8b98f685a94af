import PDEConfig
import PDEOperators

extension Experiment {
    /// Refuses a penalty where a task has no steps.
    package func refusePenalty(of task: String) throws(ConfigurationError) {
        guard regularizer.weight != 0 else { return }
        throw .combination(
            paths: ["regularizer.kind", "task.kind"], found: "\(regularizer.kindName) and \(task)",
            why: "penalties are on what a step makes of a state", advice: "leave regularizer out")
    }

    /// Refuses a network where a task has none, or one of its own.
    package func refuseNetwork(of task: String, why: String, advice: String = "") throws(ConfigurationError) {
        guard model.width != 0 else { return }
        throw .combination(
            paths: ["model.kind", "task.kind"], found: "\(model.kindName) and \(task)", why: why,
            advice: "write \"model\": \"\(NoNetwork.kind)\"" + advice)
    }
}
