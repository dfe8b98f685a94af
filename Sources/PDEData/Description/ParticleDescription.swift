/// A cloud of particles of each sample, frame by frame: what has no place on the grid.
///
/// All samples have as many particles, and all particles the same weight.
public struct ParticleDescription: Codable, Equatable, Sendable {
    /// The dataset's name in the file's group `particles`, such as `velocity`.
    public var name: String
    /// Particles of a sample.
    public var count: Int
    /// The names of a particle's numbers.
    public var components: [String]
    /// One sentence for the reader: what it is and in which non-dimensional unit.
    public var summary: String

    /// Describes a cloud.
    public init(name: String, count: Int, components: [String], summary: String) {
        self.name = name
        self.count = count
        self.components = components
        self.summary = summary
    }
}
