import PDEConfig
import PDEGeometry

/// The family sets the standard margins, so that reading needs more than a decoder; paths in errors begin at the recipe's root.
extension ObstacleRecipe: Encodable {
    private enum Key: String, CodingKey {
        /// How many obstacles, or a range of which each number is as likely.
        case count
        /// The shapes to choose from, each as likely.
        case shapes
        /// The largest extent before rotation, in heights: one, or a uniform range.
        case size
        /// Shorter over longer extent of rectangles and ellipses: one, or a uniform range.
        case aspect
        /// Whether obstacles are turned by a uniform angle.
        case rotated
        /// The smallest distance between two obstacles, in heights.
        case gap
        /// The smallest distances from the sides of the box, in heights: one for all, or an object.
        case margins
        /// The least width of the widest open stretch in every cross-section, in heights.
        case passage
        /// Whether obstacles keep to the cells, so that boxes are exact.
        case snapped
        /// Bodies that all samples have, in the place of random ones.
        case bodies
    }

    private enum Side: String, CodingKey {
        /// The least distance from the left side.
        case inlet
        /// The least distance from the right side.
        case outlet
        /// The least distance from the lower side.
        case bottom
        /// The least distance from the upper side.
        case top
    }

    /// The most obstacles in a sample: each has three numbers a frame.
    private static let mostObstacles = 100

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    init(from decoder: any Decoder, in family: FlowEquation.FamilyName) throws {
        let whole = try decoder.singleValueContainer()
        if (try? whole.decode(String.self)) != nil {
            self = try whole.decode(DifficultyLevel.self).obstacles
        } else if (try? whole.decode(Double.self)) != nil {
            let count = try whole.decode(Int.self)
            guard (0...Self.mostObstacles).contains(count) else {
                throw ConfigurationError.invalid(
                    path: "obstacles", allowed: "a whole number between 0 and \(Self.mostObstacles)")
            }
            self = count == 0 ? .none : .placed(Self.standard(count...count, in: family))
        } else {
            self = try Self.decode(decoder.container(keyedBy: Key.self), in: family)
        }
    }

    private static func decode(
        _ container: KeyedDecodingContainer<Key>, in family: FlowEquation.FamilyName
    ) throws -> ObstacleRecipe {
        if container.contains(.bodies) {
            let bodies = try container.decode([RecipeBody].self, forKey: .bodies).map(\.shape)
            guard bodies.count <= mostObstacles else {
                throw ConfigurationError.invalid(path: "obstacles.bodies", allowed: "at most \(mostObstacles) bodies")
            }
            return bodies.isEmpty ? .none : .bodies(bodies)
        }
        let count: ClosedRange<Int> = try range(container, .count, .between(0, mostObstacles), standard: 3...3)
        let kinds = try container.decode(.shapes, default: [ObstacleKind.square])
        guard !kinds.isEmpty else {
            throw ConfigurationError.invalid(
                path: "obstacles.shapes",
                allowed: "at least one of \(ObstacleKind.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        let isRotated = try container.decode(.rotated, default: false)
        let standard = standard(count, kinds, isRotated: isRotated, in: family)
        let placement = ObstaclePlacement(
            count: count, kinds: kinds,
            size: try range(container, .size, .moreThan(0, lessThan: 1), standard: standard.size),
            aspect: try range(container, .aspect, .moreThan(0, atMost: 1), standard: standard.aspect),
            isRotated: isRotated,
            gap: try container.decode(.gap, in: Bounds.between(0, 1), default: standard.gap),
            margins: try margins(container, standard: standard.margins),
            passage: try container.decode(.passage, in: Bounds.between(0, 1), default: standard.passage),
            isSnapped: try container.decode(.snapped, default: standard.isSnapped))
        return count == 0...0 ? .none : .placed(placement)
    }

    /// Obstacles of a sixteenth to an eighth of the height that keep a sixteenth from each other and from walls, and leave
    /// room for the inlet's profile and the outlet's wake.
    static func standard(
        _ count: ClosedRange<Int>, _ kinds: [ObstacleKind] = [.square], isRotated: Bool = false,
        in family: FlowEquation.FamilyName
    ) -> ObstaclePlacement {
        let isChannel = family == .channel
        // Boxes of whole cells are exact. Where no shape is a box, positions stay free.
        let hasBoxes = !isRotated && kinds.contains { $0 == .square || $0 == .rectangle }
        return ObstaclePlacement(
            count: count, kinds: kinds, size: 0.0625...0.125, isRotated: isRotated, gap: 0.0625,
            margins: Margins(
                inlet: isChannel ? 0.125 : 0.0625, outlet: isChannel ? 0.25 : 0.0625, bottom: 0.0625, top: 0.0625),
            passage: 0.125, isSnapped: hasBoxes)
    }

    /// One number, or two: `[low, high]`.
    private static func range<Value: Comparable & Codable>(
        _ container: KeyedDecodingContainer<Key>, _ key: Key, _ bounds: Bounds<Value>, standard: ClosedRange<Value>
    ) throws -> ClosedRange<Value> {
        guard container.contains(key) else { return standard }
        let ends: [Value]
        if let value = try? container.decode(Value.self, forKey: key) {
            ends = [value, value]
        } else {
            ends = try container.decode([Value].self, forKey: key)
        }
        guard ends.count == 2, ends[0] <= ends[1], ends.allSatisfy(bounds.contains) else {
            let isOne = ends.count == 2 && ends[0] == ends[1]
            throw ConfigurationError.invalid(
                path: "obstacles.\(key.rawValue)", found: isOne ? "\(ends[0])" : ends.count == 2 ? "\(ends)" : nil,
                allowed: "a number or [low, high], \(bounds)")
        }
        return ends[0]...ends[1]
    }

    /// One number for all sides, or an object that names some.
    private static func margins(_ container: KeyedDecodingContainer<Key>, standard: Margins) throws -> Margins {
        let bounds = Bounds.between(0.0, 100.0)
        guard container.contains(.margins) else { return standard }
        if (try? container.decode(Double.self, forKey: .margins)) != nil {
            return Margins(try container.decode(.margins, in: bounds))
        }
        let sides = try container.nestedContainer(keyedBy: Side.self, forKey: .margins)
        return Margins(
            inlet: try sides.decode(.inlet, in: bounds, default: standard.inlet),
            outlet: try sides.decode(.outlet, in: bounds, default: standard.outlet),
            bottom: try sides.decode(.bottom, in: bounds, default: standard.bottom),
            top: try sides.decode(.top, in: bounds, default: standard.top))
    }

    /// Encodes with every default filled in.
    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .none, .level(.none):
            var container = encoder.singleValueContainer()
            try container.encode(0)
        case .level(let level):
            var container = encoder.singleValueContainer()
            try container.encode(level == .one ? DifficultyLevel.medium : .hard)
        case .bodies(let bodies):
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(bodies, forKey: .bodies)
        case .placed(let placement):
            var container = encoder.container(keyedBy: Key.self)
            if placement.count.count == 1 {
                try container.encode(placement.count.lowerBound, forKey: .count)
            } else {
                try container.encode(Self.ends(placement.count), forKey: .count)
            }
            try container.encode(placement.kinds, forKey: .shapes)
            try container.encode(Self.ends(placement.size), forKey: .size)
            try container.encode(Self.ends(placement.aspect), forKey: .aspect)
            try container.encode(placement.isRotated, forKey: .rotated)
            try container.encode(placement.gap, forKey: .gap)
            var sides = container.nestedContainer(keyedBy: Side.self, forKey: .margins)
            try sides.encode(placement.margins.inlet, forKey: .inlet)
            try sides.encode(placement.margins.outlet, forKey: .outlet)
            try sides.encode(placement.margins.bottom, forKey: .bottom)
            try sides.encode(placement.margins.top, forKey: .top)
            try container.encode(placement.passage, forKey: .passage)
            try container.encode(placement.isSnapped, forKey: .snapped)
        }
    }

    private static func ends<Value>(_ range: ClosedRange<Value>) -> [Value] { [range.lowerBound, range.upperBound] }
}
