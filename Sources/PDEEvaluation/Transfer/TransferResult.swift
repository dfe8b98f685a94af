import PDEConfig
import PDEData

/// What a transfer study has found: what `study.json` holds and its report is made of.
public struct TransferResult: Codable, Equatable, Sendable {
    /// What the layout of the file is.
    public var format: String
    /// The split that trajectories are of. Of the training split they are those that runs have seen: a fault on purpose.
    public var split: Split
    /// The most trajectories of it, and the most steps of a rollout; nil for all.
    public var samples, steps: Int?
    /// The mixes.
    public var mixes: [MixScore]
    /// Runs that could not be scored, and why, a sentence each.
    public var notes: [String]

    /// The layout that this version writes and reads.
    public static let currentFormat = "pdekit-transfer-1"
    /// The core-hours that the generation of the published study's data took (Pre-generating multi-difficulty PDE data, 2025).
    public static let publishedCoreHours = 14_000.0

    /// Mixes.
    public init(split: Split, samples: Int?, steps: Int?, mixes: [MixScore], notes: [String]) {
        format = Self.currentFormat
        (self.split, self.samples, self.steps, self.mixes, self.notes) = (split, samples, steps, mixes, notes)
    }

    /// The mixes of one target and one network.
    public struct Panel: Sendable {
        /// The dataset of hard samples, and the network.
        public let target, network: String
        /// Its mixes, cheapest first.
        public let mixes: [MixScore]

        /// Those of hard samples only.
        public var alone: [MixScore] { mixes.filter { $0.others == 0 && $0.way == .joint } }

        /// What a mix saves; nil for hard samples only, and where there are not enough of these to compare with.
        public func factor(of mix: MixScore) -> TransferFactor? {
            mix.others == 0 ? nil : TransferFactor(of: mix, against: alone)
        }

        /// Mixes of as many samples as the largest of hard ones only, by what fills up, from no hard ones on.
        public var atEqualNumber: [(filler: String, mixes: [MixScore])] {
            guard let most = alone.map(\.samples).max() else { return [] }
            let whole = mixes.filter { $0.samples == most }
            let ends = whole.filter { $0.others == 0 && $0.way == .joint }
            return Self.series(whole.filter { $0.others > 0 }).map { name, mixes in
                (name, (mixes + ends).sorted { $0.fraction < $1.fraction })
            }
        }

        /// Mixes by what fills up and how, cheapest first; those of hard samples only have an empty name.
        public static func series(_ mixes: [MixScore]) -> [(filler: String, mixes: [MixScore])] {
            var names: [String] = []
            func name(_ mix: MixScore) -> String {
                mix.way == .joint ? mix.filler : "\(mix.filler), \(mix.way.rawValue)"
            }
            for mix in mixes where !names.contains(name(mix)) { names.append(name(mix)) }
            return names.map { wanted in (wanted, mixes.filter { name($0) == wanted }) }
        }
    }

    /// All panels, in the order of their first mixes.
    public var panels: [Panel] {
        var names: [[String]] = []
        for mix in mixes where !names.contains([mix.target, mix.network]) { names.append([mix.target, mix.network]) }
        return names.map { name in
            Panel(
                target: name[0], network: name[1],
                mixes: mixes.filter { [$0.target, $0.network] == name }.sorted { $0.seconds < $1.seconds })
        }
    }

    /// Writes `study.json`, with a checksum as its last member.
    /// - Throws: `DataError` when that fails.
    public func write(to path: String) throws {
        try AtomicFile.write(SealedText.sealed(StrictEncoder().encode(self).serialized() + "\n"), to: path)
    }

    /// Reads a `study.json`.
    /// - Throws: `DataError` when it cannot be read or has changed since it was written; `ConfigurationError`.
    public init(path: String) throws {
        self = try StrictDecoder().decode(
            TransferResult.self, from: JSON.parse(SealedText.read(path).text, file: path))
    }
}
