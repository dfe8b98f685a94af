import PDEData

/// What came of one sample number.
struct GeneratedSample: Sendable {
    /// The frames and scalars; nil if every attempt was refused.
    var sample: Sample?
    /// What the manifest keeps.
    var record: SampleRecord
    /// What is left of draws that blew up.
    var postMortems: [PostMortem]
}
