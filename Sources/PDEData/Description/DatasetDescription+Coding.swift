/// What manifests from before there was such a thing do not have is left out where it says nothing.
extension DatasetDescription: Codable {
    private enum Key: String, CodingKey {
        case name, title, dimensions, times, fields, parameters, scalars, diagnostics, boundaries, particles, notes
        case mayRepeat, hasNamedAxes, hasChecksums
    }

    /// Decodes a description.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        self.init(
            name: try container.decode(String.self, forKey: .name),
            title: try container.decode(String.self, forKey: .title),
            dimensions: try container.decode([Dimension].self, forKey: .dimensions),
            times: try container.decode([Double].self, forKey: .times),
            fields: try container.decode([FieldDescription].self, forKey: .fields),
            parameters: try container.decode([ScalarDescription].self, forKey: .parameters),
            scalars: try container.decode([ScalarDescription].self, forKey: .scalars),
            diagnostics: try container.decodeIfPresent([ScalarDescription].self, forKey: .diagnostics),
            boundaries: try container.decode([Boundary].self, forKey: .boundaries),
            particles: try container.decodeIfPresent([ParticleDescription].self, forKey: .particles) ?? [],
            notes: try container.decode([String].self, forKey: .notes),
            mayRepeat: try container.decodeIfPresent(Bool.self, forKey: .mayRepeat) ?? false,
            hasNamedAxes: try container.decodeIfPresent(Bool.self, forKey: .hasNamedAxes) ?? false,
            hasChecksums: try container.decodeIfPresent(Bool.self, forKey: .hasChecksums) ?? true)
    }

    /// Encodes all that there is.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(name, forKey: .name)
        try container.encode(title, forKey: .title)
        try container.encode(dimensions, forKey: .dimensions)
        try container.encode(times, forKey: .times)
        try container.encode(fields, forKey: .fields)
        try container.encode(parameters, forKey: .parameters)
        try container.encode(scalars, forKey: .scalars)
        try container.encodeIfPresent(diagnostics, forKey: .diagnostics)
        try container.encode(boundaries, forKey: .boundaries)
        if !particles.isEmpty { try container.encode(particles, forKey: .particles) }
        try container.encode(notes, forKey: .notes)
        if mayRepeat { try container.encode(mayRepeat, forKey: .mayRepeat) }
        if hasNamedAxes { try container.encode(hasNamedAxes, forKey: .hasNamedAxes) }
        if !hasChecksums { try container.encode(hasChecksums, forKey: .hasChecksums) }
    }
}
