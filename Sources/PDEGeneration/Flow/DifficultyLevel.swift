import PDEGeometry

/// The named levels of difficulty of the published multi-difficulty data set that this project scales up from.
///
/// Source: as for `SeedLevel`.
public enum DifficultyLevel: String, Codable, CaseIterable, Sendable {
    /// Reynolds numbers of 100 to 1000; no obstacle.
    case easy
    /// Reynolds numbers of 2000 to 4000; one square.
    case medium
    /// Reynolds numbers of 8000 to 10000; two to ten squares.
    case hard

    /// The level's Reynolds numbers.
    public var reynolds: Distribution {
        switch self {
        case .easy: .uniform(100...1000)
        case .medium: .uniform(2000...4000)
        case .hard: .uniform(8000...10000)
        }
    }

    /// The level's obstacles.
    public var obstacles: ObstacleRecipe {
        switch self {
        case .easy: .none
        case .medium: .level(.one)
        case .hard: .level(.many)
        }
    }
}
