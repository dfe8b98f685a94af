import PDEData

/// What to make a dataset of that somebody else computed, and how: what `pdegen import` is told.
///
/// Files in The Well's and PDEBench's layouts say themselves what they hold. Of an array of NumPy or HDF5 the `axes` have to
/// be named; other arrays are given as `FILE` or `FILE:DATASET`, and `:DATASET` is one in the same file. `{split}` in paths
/// stands for `train`, `valid` and `test`, for data whose splits lie in files of their own.
public struct ImportRecipe: Codable, Equatable, Sendable {
    /// The dataset's name, which its files carry.
    public var name: String
    /// One line for the reader.
    public var title: String
    /// The file, or a folder in The Well's layout.
    public var source: String
    /// The array in an HDF5 file that holds several.
    public var dataset: String?
    /// What the array's axes are, as its writer sees them: `sample`, `time`, `channel`, `-` for one of a single entry, and
    /// names of the grid's axes, slowest first as they are to be stored.
    public var axes: [String]
    /// The grid's axes in the order in which they are stored; empty takes the order of `axes`.
    public var grid: [String]
    /// The names of the channels; `velocity_x` and `velocity_y` in a row on axes x and y are one vector `velocity`.
    public var fields: [String]
    /// Arrays of further fields, by name: the same axes without channel, and one of components at the end for a vector.
    public var arrays: [String: String]
    /// Arrays of fields that are constant in time, by name: the same without time.
    public var constants: [String: String]
    /// Parameters by name: an array with one number a sample.
    public var parameters: [String: String]
    /// The length of axes, by name; 1 unless given.
    public var lengths: [String: Double]
    /// Arrays of coordinates, by axis; unless given, points that divide the length: cells' centres, on periodic axes the
    /// cells' beginnings.
    public var coordinates: [String: String]
    /// The time from one frame to the next.
    public var interval: Double?
    /// An array of the frames' times.
    public var times: String?
    /// What holds at both ends of axes, by name.
    public var boundaries: [String: Boundary.Kind]
    /// Shares of train, valid and test that add up to 1, or numbers of samples; nil keeps the source's splits, and takes
    /// 0.8, 0.1 and 0.1 where it has none.
    public var split: [Double]?
    /// Samples of the source that are left out.
    public var leaveOut: [Int]
    /// The seed by which samples are dealt out to the splits.
    public var seed: UInt64
    /// Samples in a shard; nil picks about 16 MiB.
    public var perShard: Int?

    /// Describes an import.
    public init(
        name: String, title: String = "", source: String, dataset: String? = nil, axes: [String] = [],
        grid: [String] = [], fields: [String] = [], arrays: [String: String] = [:], constants: [String: String] = [:],
        parameters: [String: String] = [:], lengths: [String: Double] = [:], coordinates: [String: String] = [:],
        interval: Double? = nil, times: String? = nil, boundaries: [String: Boundary.Kind] = [:],
        split: [Double]? = nil, leaveOut: [Int] = [], seed: UInt64 = 0, perShard: Int? = nil
    ) {
        self.name = name
        self.title = title
        self.source = source
        self.dataset = dataset
        self.axes = axes
        self.grid = grid
        self.fields = fields
        self.arrays = arrays
        self.constants = constants
        self.parameters = parameters
        self.lengths = lengths
        self.coordinates = coordinates
        self.interval = interval
        self.times = times
        self.boundaries = boundaries
        self.split = split
        self.leaveOut = leaveOut
        self.seed = seed
        self.perShard = perShard
    }
}
