/// How an axis goes on beyond its ends.
public enum Padding: String, Codable, CaseIterable, Sendable {
    /// With zeros.
    case zero
    /// With the values from the other end.
    case periodic
    /// With the outermost value.
    case replicate
}

extension Tensor {
    /// How an axis goes on beyond its ends.
    public typealias Padding = PDETensor.Padding
}
