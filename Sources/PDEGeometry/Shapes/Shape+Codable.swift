extension Shape: Codable {
    private enum Key: String, CodingKey, CaseIterable {
        case circle, rectangle, ellipse, polygon, union, intersection, difference, complement
    }

    /// Decodes a shape from an object with one key that names it.
    ///
    /// - Throws: `DecodingError` if there is not exactly one key, or for numbers that are no such shape.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let present = Key.allCases.filter(container.contains)
        guard present.count == 1 else {
            let names = Key.allCases.map(\.rawValue).joined(separator: ", ")
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "shape: expected one key out of \(names)"))
        }
        let key = present[0]
        switch key {
        case .circle: self = .circle(try container.decode(Circle.self, forKey: key))
        case .rectangle: self = .rectangle(try container.decode(Rectangle.self, forKey: key))
        case .ellipse: self = .ellipse(try container.decode(Ellipse.self, forKey: key))
        case .polygon: self = .polygon(try container.decode(Polygon.self, forKey: key))
        case .union: self = .union(try container.decode([Shape].self, forKey: key))
        case .intersection: self = .intersection(try container.decode([Shape].self, forKey: key))
        case .difference:
            var pair = try container.nestedUnkeyedContainer(forKey: key)
            self = .difference(try pair.decode(Shape.self), try pair.decode(Shape.self))
        case .complement: self = .complement(try container.decode(Shape.self, forKey: key))
        }
    }

    /// Encodes the shape as an object with one key that names it.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        switch self {
        case .circle(let circle): try container.encode(circle, forKey: .circle)
        case .rectangle(let rectangle): try container.encode(rectangle, forKey: .rectangle)
        case .ellipse(let ellipse): try container.encode(ellipse, forKey: .ellipse)
        case .polygon(let polygon): try container.encode(polygon, forKey: .polygon)
        case .union(let parts): try container.encode(parts, forKey: .union)
        case .intersection(let parts): try container.encode(parts, forKey: .intersection)
        case .difference(let shape, let less): try container.encode([shape, less], forKey: .difference)
        case .complement(let shape): try container.encode(shape, forKey: .complement)
        }
    }
}
