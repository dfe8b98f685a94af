import PDECore
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
    public init(of index: Int, steady error: Double, against reference: Reference = .finerGrid) {
        self.index = index
        (firstFrame, lastFrame, largest) = (error, error, error)
        frames = 0
        self.reference = reference
    }

    /// From the relative differences of all frames compared, the initial one included, two at least.
    public init(of index: Int, errors: [Double]) {
        precondition(errors.count > 1, "errors: expected two at least, got \(errors.count)")
        self.index = index
        firstFrame = errors[1]
        lastFrame = errors[errors.count - 1]
        largest = errors.dropFirst().max()!
        frames = errors.count - 1
        reference = .finerGrid
    }

    /// Solves the hardest sample of a dataset twice.
    /// - Throws: `AccuracyOmission` where that fails or costs too much, `SampleStopped` when `shouldStop` says so.
    init(of manifest: Manifest, recipe: Recipe, shouldStop: @escaping @Sendable () -> Bool) throws {
        let sound = manifest.shards.lazy.flatMap(\.samples).filter { $0.failure == nil }
        let definition = recipe.problem.definition
        let steps = sound.reduce(0) { $0 + $1.steps }
        let hardest = sound.max {
            definition.hardness(of: $0).lexicographicallyPrecedes(definition.hardness(of: $1))
        }
        guard let hardest else { throw AccuracyOmission(reason: "no sample passed its health check") }
        let end = ContinuousClock.now + AccuracyEffort.timeLimit
        let watch = SampleWatch { _ in !shouldStop() && ContinuousClock.now < end }
        do {
            let solved = recipe.refined(by: GridChoice.refinement(of: hardest, in: recipe))
            self = try definition.accuracy(of: hardest, in: solved, stepsOfAll: steps, watch)
        } catch let error where error is AccuracyOmission || error is SampleStopped && shouldStop() {
            throw error
        } catch is SampleStopped {
            throw AccuracyOmission(
                reason:
                    "solving it on twice the points takes more than \(AccuracyEffort.timeLimit.components.seconds) s")
        } catch {
            throw AccuracyOmission(reason: "\(error)".split(separator: "\n").first.map(String.init) ?? "it failed")
        }
    }
}

/// Why the hardest sample was not compared with a finer solution.
public struct AccuracyOmission: Error, Equatable, Sendable {
    /// A clause that follows "not measured: "; "it" is the hardest sample.
    public let reason: String

    /// An omission for a reason.
    public init(reason: String) { self.reason = reason }

    /// The finer solver gave up.
    static let unsolved = AccuracyOmission(reason: "it could not be solved on twice the points")
}

/// What an accuracy check may cost.
package enum AccuracyEffort {
    /// The longest that it may take: work is bounded by count before, and this is for what was counted wrong.
    static let timeLimit = Duration.seconds(120)
    /// The most memory of the finer solver, and of the frames that it is compared with.
    private static let (mostBytes, mostFrameBytes) = (4 << 30, 1 << 28)

    /// Refuses a finer solver that takes more than half of the memory that is there.
    package static func requireMemory(_ bytes: Int) throws(AccuracyOmission) {
        let spared = min(mostBytes, (AvailableMemory.bytes ?? .max) / 2)
        guard bytes > spared else { return }
        throw AccuracyOmission(
            reason:
                "solving it on twice the points would take about \(Recipe.short(Double(bytes) / 1e9)) GB of memory, and "
                + "\(Recipe.short(Double(spared) / 1e9)) GB are spared for it")
    }

    /// How many frames to compare, two at least.
    ///
    /// - Parameters:
    ///   - work: points times steps of the finer solution between two frames.
    ///   - budget: points times steps after which no more frames are compared.
    ///   - limit: points times steps that a single frame may take.
    ///   - frameBytes: of a frame that is kept.
    package static func frames(
        in recipe: Recipe, work: Double, budget: Double, limit: Double, frameBytes: Int
    ) throws(AccuracyOmission) -> Int {
        guard work <= limit else {
            throw AccuracyOmission(
                reason:
                    "a single frame of it on twice the points would take \(Recipe.short(work)) points times steps, and "
                    + "\(Recipe.short(limit)) are spared for it")
        }
        let affordable = min(budget / work, Double(mostFrameBytes) / Double(frameBytes) - 1)
        return min(recipe.frames.solvedCount, 1 + max(1, Int(affordable)))
    }
}
