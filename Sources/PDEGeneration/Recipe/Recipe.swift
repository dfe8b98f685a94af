import PDEConfig
import PDECore
import PDEData

/// What to generate: the contents of a file in `datasets/`, with all defaults filled in.
///
/// A recipe and a sample's number determine the sample to the last bit, together with the seed, which is part of it.
public struct Recipe: Equatable, Sendable {
    /// The dataset's name, which its files carry.
    public let name: String
    /// One line for the reader.
    public let title: String
    /// What is solved, and how.
    public let problem: Problem
    /// Lengths of the box along its axes: of a periodic one each may have its own; else one in heights along x of a channel or a
    /// cavity, or of the velocity grid of Landau's equation.
    public let lengths: AxisValues<Double>
    /// Points along the axes on which the solver works: of a periodic box each may have its own number; of a channel or a
    /// cavity, cells across its height.
    public let resolutions: AxisValues<Int>
    /// What is stored.
    public internal(set) var frames: FrameRecipe
    /// The largest error of the first frame that a sample may have: each is solved on the coarsest grid that keeps it, `resolution`
    /// refined by a power of two; nil for all on `resolution`.
    public let accuracy: Double?
    /// How many times as fine as `resolution` the solver's grid is. What is drawn stays that of `resolution`; no part of a recipe's JSON.
    public internal(set) var refinement = 1
    /// How many samples, and of which split.
    public internal(set) var samples: SampleCounts
    /// The seed of all random numbers.
    public let seed: UInt64
    /// How the files are stored.
    public let storage: StorageRecipe

    /// How the files are stored.
    public struct StorageRecipe: Hashable, Sendable {
        /// Whether each chunk of a field stands beside its Fletcher32 checksum. Kerchunk and other tools that read chunks past
        /// HDF5 know no such filter; without, damage is found by the manifest's checksums of whole files.
        public let checksums: Bool

        /// Files, by default with checksums of their chunks.
        public init(checksums: Bool = true) { self.checksums = checksums }
    }

    /// What is stored of a trajectory.
    public struct FrameRecipe: Hashable, Sendable {
        /// Number of frames that are stored, from the initial state on unless frames are skipped; 1 where nothing changes in time.
        public let count: Int
        /// Frames before the first that is stored: they are solved and looked at, and not kept.
        public let skip: Int
        /// Time between two frames; without meaning where there is one.
        public let interval: Double
        /// Points along the axes that are stored: every k-th point, or means over k × k cells, of the solver's grid.
        public let resolutions: AxisValues<Int>

        /// Points along the first axis that are stored; along every axis, where they do not differ.
        public var resolution: Int { resolutions.first }
        /// Frames that are solved, the skipped ones among them.
        public var solvedCount: Int { skip + count }
        /// The initial state and the first frame after it.
        var firstOnly: FrameRecipe { FrameRecipe(count: 2, skip: 0, interval: interval, resolutions: resolutions) }
        /// The times of the stored frames; the initial state's is 0.
        public var times: [Double] { (skip..<solvedCount).map { Double($0) * interval } }
    }

    /// How many samples each split has. More or fewer in one split leave the others as they are.
    public struct SampleCounts: Hashable, Sendable {
        /// Samples of each split.
        public let train, valid, test: Int
        /// Samples in a shard; nil picks about 16 MiB.
        public let perShard: Int?
        /// The one sample to make; nil makes all.
        public let only: SampleAddress?
        /// How samples get their numbers; nil as in the folder that they go to, and by split in a new one.
        public internal(set) var numbering: Numbering?

        /// Samples of all splits.
        public var total: Int { train + valid + test }

        /// Samples of each split.
        ///
        /// - Parameters:
        ///   - perShard: samples in a shard; nil picks about 16 MiB.
        ///   - only: the one sample to make; nil makes all.
        ///   - numbering: how samples get their numbers; nil as in the folder that they go to, and by split in a new one.
        public init(
            train: Int = 0, valid: Int = 0, test: Int = 0, perShard: Int? = nil, only: SampleAddress? = nil,
            numbering: Numbering? = nil
        ) {
            (self.train, self.valid, self.test) = (train, valid, test)
            (self.perShard, self.only, self.numbering) = (perShard, only, numbering)
        }
    }

    /// How samples get the numbers that key their random numbers.
    public enum Numbering: String, Codable, CaseIterable, Sendable {
        /// Every split has a number space of its own, beginning at `Split.firstNumber`.
        case bySplit = "by-split"
        /// Test, valid and train one after the other, as in datasets that do not say how.
        case consecutive
    }

    /// Whether nothing changes in time.
    public var isSteady: Bool { frames.count == 1 }

    /// Length along the first axis; along every axis, where they do not differ.
    public var length: Double { lengths.first }
    /// Points along the first axis on which the solver works; along every axis, where they do not differ.
    public var resolution: Int { resolutions.first }

    /// Points of `resolution` for each stored one along the first axis.
    public var stride: Int { stride(along: 0) }
    /// Points of `resolutions` for each stored one along an axis.
    public func stride(along axis: Int) -> Int { resolutions[axis] / frames.resolutions[axis] }

    /// The same on a grid as many times as fine, with steps as many times as short.
    package func refined(by factor: Int) -> Recipe {
        var recipe = self
        recipe.refinement *= factor
        return recipe
    }

    /// The same up to the first frame after the start.
    package var pilot: Recipe {
        var recipe = self
        if !isSteady { recipe.frames = frames.firstOnly }
        return recipe
    }
}
