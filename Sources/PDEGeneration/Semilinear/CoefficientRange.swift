import PDEConfig
import PDESolvers

extension Recipe {
    /// Refuses the coefficients of a sample, as its file has them, with which the equation has no solver.
    ///
    /// - Throws: `GenerationError.coefficient`.
    public func checkCoefficients(_ parameters: [String: Double], of sample: Int) throws(GenerationError) {
        try problem.definition.checkCoefficients(parameters, of: sample)
    }
}

extension NamedEquation {
    /// What a coefficient may be, in words, where a file has a value that the equation does not take; nil where it takes it.
    func allowed(_ name: String, insteadOf value: Double) -> String? {
        guard value.isFinite else { return "finite numbers" }
        // Files hold single precision, so that ends of ranges are rounded either way.
        let roundOff = Double(Float.ulpOfOne)
        let refusals = [value, value * (1 - roundOff), value * (1 + roundOff)].map { refusal(of: name, $0) }
        guard let refusal = refusals[0], !refusals.contains(where: { $0 == nil }) else { return nil }
        if case .outOfRange(_, let allowed, _) = refusal.kind { return allowed }
        return "other values"
    }

    private func refusal(of name: String, _ value: Double) -> ConfigurationError? {
        do throws(ConfigurationError) {
            let members = try StrictEncoder().encode(self).members ?? []
            _ = try StrictDecoder().decode(
                Self.self, from: .object(members.map { ($0.name, $0.name == name ? .number(value) : $0.value) }))
            return nil
        } catch {
            return error
        }
    }
}
