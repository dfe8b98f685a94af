/// The statistics of one field's stored values and of their changes from frame to frame, component by component.
public struct FieldMoments: Codable, Equatable, Sendable {
    /// The field's name.
    public let field: String
    /// One entry a component.
    public internal(set) var values: [Moments]
    /// One entry a component; all empty when the field is constant in time.
    public internal(set) var changes: [Moments]

    /// The moments of no sample.
    public init(field: String, components: Int) {
        self.field = field
        values = Array(repeating: Moments(), count: components)
        changes = values
    }

    /// The moments of no samples of a dataset: of its fields, then of its clouds of particles.
    static func none(of description: DatasetDescription) -> [FieldMoments] {
        description.fields.map { FieldMoments(field: $0.name, components: description.componentCount(of: $0)) }
            + description.particles.map { FieldMoments(field: $0.name, components: $0.components.count) }
    }

    /// Adds one sample, frame by frame.
    /// - Parameters:
    ///   - sample: [frames][points][components], as stored.
    ///   - frames: The number of frames; 1 for a field that is constant in time.
    public mutating func add(_ sample: [Float], frames: Int) {
        let components = values.count
        precondition(
            sample.count % (frames * components) == 0, "FieldMoments.add: \(sample.count) values for \(frames)")
        let stride = sample.count / frames
        sample.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            for frame in 0..<frames {
                let now = base + frame * stride
                for component in 0..<components {
                    let points = stride / components
                    values[component].merge(Moments(of: now + component, count: points, stride: components))
                    guard frame > 0 else { continue }
                    changes[component].merge(
                        Moments(
                            of: now + component, minus: now - stride + component, count: points, stride: components))
                }
            }
        }
    }

    /// Adds the samples of another shard.
    public mutating func merge(_ other: FieldMoments) {
        precondition(
            other.field == field && other.values.count == values.count,
            "FieldMoments.merge: \(other.field) with \(other.values.count) components into \(field)")
        for component in values.indices {
            values[component].merge(other.values[component])
            changes[component].merge(other.changes[component])
        }
    }
}
