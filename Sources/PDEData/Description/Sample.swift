/// One trajectory, ready to be stored.
public struct Sample: Sendable {
    /// The sample's number in its dataset.
    public var index: Int
    /// How many draws were refused before this one.
    public var attempt: Int
    /// The values of every field in the description's order, each [T][spatial…][components] in C order, without T when
    /// the field is constant in time.
    public var fields: [[Float]]
    /// The values of every cloud of particles in the description's order, each [T][particle][component].
    public var particles: [[Float]]
    /// The values of every parameter, scalar and diagnostic by name: one, or one a frame.
    public var scalars: [String: [Double]]
    /// The text of every note of the description.
    public var notes: [String: String]

    /// A trajectory.
    public init(
        index: Int, attempt: Int = 0, fields: [[Float]], particles: [[Float]] = [],
        scalars: [String: [Double]] = [:], notes: [String: String] = [:]
    ) {
        self.index = index
        self.attempt = attempt
        self.fields = fields
        self.particles = particles
        self.scalars = scalars
        self.notes = notes
    }
}
