extension JSON {
    /// The value at a dotted path such as `integrator.order` or `levels.0.name`; the empty path is the value itself.
    public func value(at path: String) -> JSON? {
        var place = self
        for step in path.split(separator: ".").map(String.init) {
            guard let next = place.array == nil ? place[step] : Int(step).flatMap({ place[$0] }) else { return nil }
            place = next
        }
        return place
    }

    /// Sets the value at a dotted path such as `integrator.order` or `levels.0.name`.
    ///
    /// Missing objects on the way are made; an array's index may be its count, which appends.
    /// - Throws: `ConfigurationError` if the path has an empty name, leads through a value that is neither object nor
    ///   array, or names an element that an array does not have.
    public mutating func set(_ path: String, to newValue: JSON) throws(ConfigurationError) {
        let steps = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard steps.allSatisfy({ !$0.isEmpty }) else {
            throw ConfigurationError(
                .outOfRange(
                    found: "a path with an empty name",
                    allowed: "names joined by single dots, such as integrator.order",
                    advice: nil),
                paths: [path], origin: newValue.origin)
        }
        try set(steps[...], walked: [], to: newValue)
    }

    private mutating func set(
        _ steps: ArraySlice<String>, walked: [String], to newValue: JSON
    ) throws(ConfigurationError) {
        guard let step = steps.first else {
            self = newValue
            return
        }
        let rest = steps.dropFirst()
        switch content {
        case .object(var members):
            if let position = members.firstIndex(where: { $0.name == step }) {
                try members[position].value.set(rest, walked: walked + [step], to: newValue)
                if rest.isEmpty { members[position].origin = newValue.origin }
            } else {
                var made = Self.container(for: rest.first, origin: newValue.origin)
                try made.set(rest, walked: walked + [step], to: newValue)
                members.append(Member(name: step, value: made, origin: newValue.origin))
            }
            content = .object(members)
        case .array(var elements):
            guard let index = Int(step), (0...elements.count).contains(index) else {
                throw ConfigurationError(
                    .outOfRange(
                        found: "the index \(step)", allowed: "0 to \(elements.count) (\(elements.count) appends)",
                        advice: nil),
                    paths: [walked.joined(separator: ".")], origin: newValue.origin)
            }
            if index == elements.count { elements.append(Self.container(for: rest.first, origin: newValue.origin)) }
            try elements[index].set(rest, walked: walked + [step], to: newValue)
            content = .array(elements)
        case .null:
            self = Self.container(for: step, origin: newValue.origin)
            try set(steps, walked: walked, to: newValue)
        default:
            throw ConfigurationError(
                .wrongType(found: summary, expected: "an object that could have the key \(step)"),
                paths: [walked.joined(separator: ".")], origin: newValue.origin)
        }
    }

    /// What a missing value on the way becomes: an array if its first index follows, else an object.
    private static func container(for step: String?, origin: Origin?) -> JSON {
        JSON(step == "0" ? .array([]) : .object([]), origin: origin)
    }
}
