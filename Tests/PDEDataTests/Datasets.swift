import PDEData

/// Small datasets with known values.
enum Datasets {
    /// One axis, one scalar field that moves, one parameter.
    static let line = DatasetDescription(
        name: "line", title: "A travelling wave", dimensions: [axis("x", 32, length: 1)],
        times: (0..<6).map { 0.1 * Double($0) },
        fields: [FieldDescription(name: "u", order: 0, summary: "velocity over its amplitude")],
        parameters: [
            ScalarDescription(name: "viscosity", summary: "over U L"),
            ScalarDescription(name: "amplitude", summary: "the same for all", isSampleVarying: false),
        ],
        scalars: [ScalarDescription(name: "waves", summary: "how many it has")],
        diagnostics: [
            ScalarDescription(name: "steps", summary: "time steps taken"),
            ScalarDescription(name: "energy", summary: "mean of u²/2", isTimeVarying: true),
        ],
        boundaries: [Boundary(.periodic, dimension: "x")])

    /// Two axes, a vector before a scalar, a constant mask of every sample, a constant field that all share, notes.
    static let plane = DatasetDescription(
        name: "plane", title: "A flow around things",
        dimensions: [axis("x", 8), axis("y", 6, length: 2)], times: [0, 0.5, 1, 1.5],
        fields: [
            FieldDescription(name: "velocity", order: 1, summary: "over U"),
            FieldDescription(name: "pressure", order: 0, summary: "over ρU²"),
            FieldDescription(name: "mask", order: 0, isTimeVarying: false, summary: "1 = solid"),
            FieldDescription(
                name: "depth", order: 0, isTimeVarying: false, isSampleVarying: false, summary: "over L"),
            FieldDescription(name: "stress", order: 2, summary: "over ρU²"),
        ],
        parameters: [ScalarDescription(name: "reynolds", summary: "U L over ν")],
        diagnostics: [ScalarDescription(name: "divergence", summary: "largest, times L over U")],
        boundaries: [
            Boundary(.wall, dimension: "y"), Boundary(.open, dimension: "x", sides: .high),
            Boundary(.wall, dimension: "x", sides: .low),
        ],
        notes: ["obstacles"])

    /// A density on a plane, and two clouds of particles.
    static let cloud = DatasetDescription(
        name: "cloud", title: "Particles beside a density", dimensions: [axis("vx", 8), axis("vy", 8)],
        times: [0, 1, 2], fields: [FieldDescription(name: "density", order: 0, summary: "of particles")],
        particles: [
            ParticleDescription(name: "velocity", count: 50, components: ["vx", "vy"], summary: "in thermal speeds"),
            ParticleDescription(name: "charge", count: 7, components: ["q"], summary: "in elementary charges"),
        ])

    static func axis(_ name: String, _ count: Int, length: Double? = nil) -> Dimension {
        Dimension(name: name, coordinates: (0..<count).map { Double($0) / Double(count) }, length: length)
    }

    /// Sample `index`: smooth, finite, and different from every other.
    static func sample(_ index: Int, of description: DatasetDescription) -> Sample {
        let fields = description.fields.enumerated().map { number, field in
            let count = description.shape(of: field).reduce(1, *)
            let seed = field.isSampleVarying ? index : 0
            return (0..<count).map { position in
                Float((seed * 7919 + number * 104_729 + position * 31) % 1009) / 1009 - 0.25
            }
        }
        let particles = description.particles.enumerated().map { number, cloud -> [Float] in
            let start: Int = index * 6007 + number * 1013
            let count: Int = description.shape(of: cloud).reduce(1, *)
            return (0..<count).map { position -> Float in
                let remainder: Int = (start + position * 37) % 2003
                return Float(remainder) / 2003 - 0.25
            }
        }
        var scalars: [String: [Double]] = [:]
        for scalar in description.numbers {
            let count = scalar.isTimeVarying ? description.times.count : 1
            let seed = scalar.isSampleVarying ? index : 0
            scalars[scalar.name] = (0..<count).map { 0.1 + Double(seed) + Double($0) / 3 }
        }
        return Sample(
            index: index, attempt: index % 3, fields: fields, particles: particles, scalars: scalars,
            notes: Dictionary(uniqueKeysWithValues: description.notes.map { ($0, "\($0) of \(index): λ ≈ 3·10⁻²") }))
    }

    static func image(of description: DatasetDescription, _ indices: Range<Int>) throws -> ShardImage {
        let writer = try ShardWriter(
            description: description, provenance: ["recipe": "{\"seed\": 1}", "versions": "PDEKit 1"],
            capacity: indices.count + 1)
        for index in indices { try writer.append(sample(index, of: description)) }
        return try writer.finish()
    }
}

extension DatasetDescription {
    /// The same as files had it before there were diagnostics.
    var inFirstLayout: DatasetDescription { laidOut(diagnostics: nil) }
    /// The same as files had it before axes had names.
    var inSecondLayout: DatasetDescription { laidOut(diagnostics: []) }

    private func laidOut(diagnostics: [ScalarDescription]?) -> DatasetDescription {
        var before = self
        before.diagnostics = diagnostics
        before.hasNamedAxes = false
        return laidOut(as: before)
    }
}
