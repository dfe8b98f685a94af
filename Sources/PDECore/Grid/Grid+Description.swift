extension Grid: CustomStringConvertible {
    /// Points, placement and extent of every axis: `64 periodic on [0, 1) × 32 cells on [0, 2]`.
    public var description: String { axes.map(\.description).joined(separator: " × ") }
}

extension Grid {
    /// How many points it has: `64`, or `128 × 64` where axes differ.
    package var size: String {
        Set(shape).count == 1 ? "\(shape[0])" : shape.map { "\($0)" }.joined(separator: " × ")
    }
}

extension Grid.Axis: CustomStringConvertible {
    /// Points, placement and extent: `64 periodic on [0, 1)`.
    public var description: String {
        "\(count) \(placement.rawValue) on [\(lower), \(upper)\(placement == .periodic ? ")" : "]")"
    }
}

extension Field: CustomStringConvertible {
    /// Components, grid and range of values.
    public var description: String {
        let values = values.values
        let range = "\(values.min() ?? 0) to \(values.max() ?? 0)"
        return "\(components == 1 ? "scalar" : "\(components) components") on \(grid), from \(range)"
    }
}
