import PDEData

/// How far the hardest sample is from itself on a grid twice as fine with steps half as long: a measured bound on the
/// discretisation error of the dataset.
public struct AccuracyCheck: Sendable, Equatable {
    /// The sample.
    public let index: Int
    /// Relative L2 difference after one frame interval and at the last frame that was compared.
    public let firstFrame, lastFrame: Double
    /// The largest relative L2 difference of any frame that was compared.
    public let largest: Double
    /// How many frames were compared after the initial one; 0 where nothing changes in time.
    public let frames: Int

    /// What the sample was compared with.
    public let reference: Reference

    /// What a sample is compared with.
    public enum Reference: Sendable, Equatable {
        /// Itself on a grid twice as fine, with half the step.
        case finerGrid
        /// The closed form of its solution.
        case knownSolution
    }

    /// From the relative difference of a sample of one frame.
    init(of index: Int, steady error: Double, against reference: Reference = .finerGrid) {
        self.index = index
        (firstFrame, lastFrame, largest) = (error, error, error)
        frames = 0
        self.reference = reference
    }

    /// From the relative differences of all frames compared, the initial one included; nil if there are not two.
    init?(of index: Int, errors: [Double]) {
        guard errors.count > 1 else { return nil }
        self.index = index
        firstFrame = errors[1]
        lastFrame = errors[errors.count - 1]
        largest = errors.dropFirst().max()!
        frames = errors.count - 1
        reference = .finerGrid
    }

    /// Solves the hardest sample of a dataset twice; nil if the dataset has none.
    init?(of manifest: Manifest, recipe: Recipe) {
        let sound = manifest.shards.flatMap(\.samples).filter { $0.failure == nil }
        let definition = recipe.problem.definition
        let steps = sound.reduce(0) { $0 + $1.steps }
        let hardest = sound.max {
            definition.hardness(of: $0).lexicographicallyPrecedes(definition.hardness(of: $1))
        }
        guard let hardest, let check = definition.accuracy(of: hardest, in: recipe, stepsOfAll: steps) else {
            return nil
        }
        self = check
    }
}
