import PDEConfig

extension Experiment: CustomStringConvertible {
    /// As a file has it, with every default.
    public var description: String {
        (try? StrictEncoder().encode(self).serialized(pretty: true)) ?? "an experiment that no file can hold"
    }
}
