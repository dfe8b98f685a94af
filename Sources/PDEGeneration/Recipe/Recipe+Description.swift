import PDEConfig

extension Recipe: CustomStringConvertible {
    /// As a file has it, with every default.
    public var description: String {
        (try? StrictEncoder().encode(self).serialized(pretty: true)) ?? "a recipe that no file can hold"
    }
}
