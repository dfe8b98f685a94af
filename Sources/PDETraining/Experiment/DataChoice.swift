import PDEConfig

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
        guard levels.allSatisfy({ $0.weight != nil }) || levels.allSatisfy({ $0.count != nil }) else {
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
        guard levels.isEmpty || levels.contains(where: { ($0.weight ?? 0) > 0 || ($0.count ?? 0) > 0 }) else {
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

/// One level of a mix: samples whose numbers lie within bounds, and their share.
public struct LevelChoice: Codable, Equatable, Sendable {
    /// Its name.
    public var name: String
    /// Bounds of numbers, both included, by name.
    public var bounds: [String: ClosedRange<Double>]
    /// Its share of the windows that are drawn; nil where a count is given.
    public var weight: Double?
    /// The number of its samples; nil where a weight is given.
    public var count: Int?

    /// Samples within bounds, with a share of the windows that are drawn.
    public init(_ name: String, where bounds: [String: ClosedRange<Double>], weight: Double) {
        (self.name, self.bounds, self.weight, count) = (name, bounds, weight, nil)
    }

    /// So many samples within bounds.
    public init(_ name: String, where bounds: [String: ClosedRange<Double>], count: Int) {
        (self.name, self.bounds, weight, self.count) = (name, bounds, nil, count)
    }

    private enum CodingKeys: String, CodingKey {
        case name, weight, count
        case bounds = "where"
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        let ends = try container.decode(.bounds, default: [String: [Double]]())
        bounds = [:]
        for (name, ends) in ends {
            guard ends.count == 2, ends[0] <= ends[1] else {
                throw ConfigurationError.invalid(
                    path: "where.\(name)", allowed: "two numbers, the lower one first")
            }
            bounds[name] = ends[0]...ends[1]
        }
        weight = try container.decodeIfPresent(.weight, in: Bounds.nonNegative)
        count = try container.decodeIfPresent(.count, in: Bounds.nonNegative)
        guard (weight == nil) != (count == nil) else {
            throw ConfigurationError.invalid(path: "", allowed: "either weight or count")
        }
    }
}
