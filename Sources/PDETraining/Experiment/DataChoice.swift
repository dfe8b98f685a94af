import PDEConfig
import PDEData

/// The dataset and what of it is used.
public struct DataChoice: Codable, Equatable, Sendable {
    /// The recipe that makes the dataset when it is missing; nil for a dataset that is there.
    public var recipe: String?
    /// The dataset's folder; nil for `data/` and the recipe's name.
    public var folder: String?
    /// Fields that make up a state; nil for all that vary in time.
    public var fields: [String]?
    /// Numbers of a sample that the network is told, such as `viscosity` or `reynolds`.
    public var parameters: [String] = []
    /// Whether the network is told where solids are: mask and signed distance.
    public var geometry = false
    /// Every how many points along each axis are used.
    public var stride = 1
    /// The most samples of the training split that are used; nil for all.
    public var train: Int?
    /// The most samples that are validated on; nil for all.
    public var valid: Int?
    /// Which samples, and how often: none for all alike.
    public var levels: [LevelChoice] = []

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        recipe = try container.decodeIfPresent(String.self, forKey: .recipe)
        folder = try container.decodeIfPresent(String.self, forKey: .folder)
        fields = try container.decodeIfPresent([String].self, forKey: .fields)
        try container.decode(.parameters, into: &parameters)
        try container.decode(.geometry, into: &geometry)
        try container.decode(.stride, into: &stride, in: 1...4096)
        train = try container.decodeIfPresent(.train, in: Bounds.atLeast(1))
        valid = try container.decodeIfPresent(.valid, in: Bounds.atLeast(1))
        try container.decode(.levels, into: &levels)
        try validate()
    }

    /// A dataset, or none; by default all of it and all fields that vary in time.
    public init(
        recipe: String? = nil, folder: String? = nil, fields: [String]? = nil, parameters: [String] = [],
        geometry: Bool = false, stride: Int = 1, train: Int? = nil, valid: Int? = nil, levels: [LevelChoice] = []
    ) {
        (self.recipe, self.folder, self.fields, self.parameters) = (recipe, folder, fields, parameters)
        (self.geometry, self.stride, self.train, self.valid) = (geometry, stride, train, valid)
        self.levels = levels
    }

    private func validate() throws(ConfigurationError) {
        guard levels.allSatisfy({ $0.weight != nil }) || levels.allSatisfy({ $0.weight == nil }) else {
            throw .invalid(path: "levels", allowed: "levels that all have a weight or all a count")
        }
        guard levels.isEmpty || train == nil else {
            throw .combination(
                paths: ["train", "levels"], why: "levels say themselves how many samples they have",
                advice: "give counts")
        }
        if let fields {
            guard !fields.isEmpty, Set(fields).count == fields.count else {
                throw .invalid(
                    path: "fields", found: "\(fields)", allowed: "one field or more, none twice",
                    advice: "leave it out for all fields that vary in time")
            }
        }
        guard Set(parameters).count == parameters.count else {
            throw .invalid(path: "parameters", found: "\(parameters)", allowed: "names of numbers, none twice")
        }
        let names = levels.map(\.name)
        guard Set(names).count == names.count else {
            throw .invalid(path: "levels", found: "\(names)", allowed: "levels with different names")
        }
        guard levels.isEmpty || levels.contains(where: { ($0.weight?.most ?? 1) > 0 && ($0.count ?? 1) > 0 }) else {
            throw .invalid(
                path: "levels", found: "a share of 0 for all", allowed: "one level or more with a share above 0")
        }
    }
}

extension DataChoice: KeyAliases {
    /// Other names of keys.
    public static let keyAliases = [
        "path": "folder", "directory": "folder", "variables": "fields", "conditions": "parameters",
        "subsample": "stride", "downsample": "stride",
    ]
}

/// One level of a mix: samples of a dataset whose numbers lie within bounds, and their share.
public struct LevelChoice: Codable, Equatable, Sendable {
    /// Its name.
    public var name: String
    /// The recipe of the level's own dataset, whose training split alone is used; null for that of `data`.
    public var recipe: String?
    /// The folder of the level's own dataset; null for `data/` and its recipe's name, or for that of `data`.
    public var folder: String?
    /// Bounds of numbers, both included, by name.
    public var bounds: [String: ClosedRange<Double>]
    /// Its share of the windows that are drawn, which may change with the epochs; nil for each window once an epoch.
    public var weight: LevelWeight?
    /// The number of its samples; nil for all, of which windows are drawn by weight.
    public var count: Int?

    /// Samples within bounds, all or so many, with a share of the windows that are drawn.
    ///
    /// - Parameter folder: the folder of its own dataset; that of `data` if left out.
    public init(
        _ name: String, in folder: String? = nil, where bounds: [String: ClosedRange<Double>] = [:],
        weight: LevelWeight,
        count: Int? = nil
    ) {
        (self.name, self.folder, self.bounds, self.weight, self.count) = (name, folder, bounds, weight, count)
    }

    /// So many samples within bounds.
    ///
    /// - Parameter folder: the folder of its own dataset; that of `data` if left out.
    public init(
        _ name: String, in folder: String? = nil, where bounds: [String: ClosedRange<Double>] = [:], count: Int
    ) {
        (self.name, self.folder, self.bounds, weight, self.count) = (name, folder, bounds, nil, count)
    }

    /// Whether its samples come from a dataset of its own.
    public var hasOwnData: Bool { recipe != nil || folder != nil }

    private enum CodingKeys: String, CodingKey {
        case name, recipe, folder, weight, count
        case bounds = "where"
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        recipe = try container.decodeIfPresent(String.self, forKey: .recipe)
        folder = try container.decodeIfPresent(String.self, forKey: .folder)
        let ends = try container.decode(.bounds, default: [String: [Double]]())
        bounds = [:]
        for (name, ends) in ends {
            guard ends.count == 2, ends[0] <= ends[1] else {
                throw ConfigurationError.invalid(
                    path: "where.\(name)", allowed: "two numbers, the lower one first")
            }
            bounds[name] = ends[0]...ends[1]
        }
        weight = try container.decodeIfPresent(LevelWeight.self, forKey: .weight)
        count = try container.decodeIfPresent(.count, in: Bounds.nonNegative)
        guard weight != nil || count != nil else {
            throw ConfigurationError.invalid(path: "", allowed: "weight, count or both")
        }
    }
}
