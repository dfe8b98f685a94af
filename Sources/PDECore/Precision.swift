/// A floating-point type, as configurations name it.
public enum Precision: String, Codable, CaseIterable, Sendable {
    /// `Float`.
    case float
    /// `Double`.
    case double
}
