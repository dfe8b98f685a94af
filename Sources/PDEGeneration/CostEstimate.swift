import PDECore
import PDEData
import Synchronization

/// What a sample costs, from making one, or the beginning of one; where an accuracy chooses grids, from some that are spread over all.
public struct CostEstimate: Sendable {
    /// How much of a sample was made for the estimate.
    public enum Extent: Equatable, Sendable {
        /// All of it.
        case whole
        /// A share between 0 and 1 of it, in so many seconds.
        case part(share: Double, seconds: Double)
        /// None, because its solver takes too much memory.
        case none
    }

    /// How much was made.
    public let extent: Extent
    /// Wall time of a sample on one thread: of a part, drawn out to the whole; nil where nothing is known. Where the share of a
    /// part is 0, so little was done that this is only the least.
    public let seconds: Double?
    /// Time steps of a sample; nil unless a whole one was made.
    public let steps: Int?
    /// The grids that an accuracy chose, as `GridChoice.summary` has them.
    public let grids: String?
    /// Why the sample could not be made, if it could not: its steps are 0 then, and the time is that of all its draws.
    public let failure: String?

    /// The longest that making a sample may take, and those of which an accuracy chooses the grids.
    private static let (timeLimit, pilotLimit) = (Duration.seconds(5), Duration.seconds(60))
    /// How many samples are made where an accuracy chooses grids.
    private static let pilots = 6
    /// The most memory of its solver.
    private static let mostBytes = 1 << 30

    /// The time of many samples on as many threads as run at once; nil where nothing is known.
    public func seconds(samples: Int, workers: Int) -> Double? {
        // One sample is one thread's: the last round may keep only some of them busy.
        let rounds = (Double(samples) / Double(max(1, workers))).rounded(.up)
        return seconds.map { rounds * $0 }
    }

    /// Makes the first sample of a generation in memory, or as much of it as some seconds allow, and writes nothing.
    public init(_ generation: Generation) {
        let recipe = generation.recipe
        guard generation.memory(threads: 1, window: 1) <= min(Self.mostBytes, AvailableMemory.bytes ?? .max) else {
            (extent, seconds, steps, grids, failure) = (.none, nil, nil, nil, nil)
            return
        }
        let clock = DrawClock()
        let end = ContinuousClock.now + (recipe.accuracy == nil ? Self.timeLimit : Self.pilotLimit)
        let worker = SampleWorker(
            recipe,
            SampleWatch { share in
                guard ContinuousClock.now < end else { return false }
                clock.note(share)
                return true
            })
        var records: [SampleRecord] = []
        for number in Self.numbers(in: generation) {
            guard let generated = try? worker.make(number) else { break }
            records.append(generated.record)
        }
        grids = GridChoice.summary(of: records)
        if let first = records.first {
            extent = .whole
            seconds = records.reduce(0) { $0 + $1.wallTime } / Double(records.count)
            failure = records.lazy.compactMap(\.failure).first
            steps = first.steps
        } else {
            let (share, spent) = clock.reading
            extent = .part(share: share, seconds: spent)
            seconds = share > 0 ? spent / share : spent
            (failure, steps) = (nil, nil)
        }
    }
}

extension CostEstimate {
    /// The samples that are made: the first, or some that are spread over all.
    private static func numbers(in generation: Generation) -> [Int] {
        let all = generation.plan.map(\.indices).joined()
        guard generation.recipe.accuracy != nil else { return all.prefix(1).map(\.self) }
        let numbers = Array(all)
        let count = min(pilots, numbers.count)
        return (0..<count).map { numbers[$0 * numbers.count / count] }
    }
}

/// How long the draw of a sample that is being made takes, and how much of it is done.
private final class DrawClock: Sendable {
    private let state = Mutex((share: 0.0, start: ContinuousClock.now))

    /// A share of 0 begins a draw.
    func note(_ share: Double) {
        state.withLock { state in
            if share == 0, state.share > 0 { state.start = .now }
            state.share = share
        }
    }

    /// The share, and the seconds that it took.
    var reading: (share: Double, seconds: Double) {
        state.withLock { ($0.share, (ContinuousClock.now - $0.start) / .seconds(1)) }
    }
}
