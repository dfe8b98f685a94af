import PDEConfig
import PDECore

/// A sum of given waves, in every component or in one. No random numbers.
///
/// In a recipe: `{"kind": "modes", "modes": [{"wave": [1, 0], "amplitude": 2}, {"wave": [3, -2], "phase": 1.5, "component": 1}]}`.
public struct ModeSum: InitialState {
    /// Its name.
    public static let kind = "modes"
    /// What else it is called.
    public static let aliases = ["waves", "cosines", "mode-sum"]

    /// A wave, and the component that it is part of; nil for all of them.
    public struct Mode: Codable, Hashable, Sendable {
        /// The wave.
        public var wave: PeriodicMode
        /// The component.
        public var component: Int?

        private enum CodingKeys: String, CodingKey { case component }

        /// A wave of a component, or of all.
        public init(_ wave: PeriodicMode, component: Int? = nil) { (self.wave, self.component) = (wave, component) }

        /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
        public init(from decoder: any Decoder) throws {
            wave = try PeriodicMode(from: decoder)
            component = try decoder.container(keyedBy: CodingKeys.self).decodeIfPresent(
                .component, in: Bounds.between(0, 2))
        }

        /// Encodes with every default filled in.
        public func encode(to encoder: any Encoder) throws {
            try wave.encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encodeIfPresent(component, forKey: .component)
        }
    }

    /// The waves.
    public var modes: [Mode]

    /// The sum of these waves.
    public init(_ modes: [Mode]) { self.modes = modes }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        modes = try decoder.container(keyedBy: CodingKeys.self).decode([Mode].self, forKey: .modes)
        guard let first = modes.first else {
            throw ConfigurationError.invalid(path: "modes", found: "[]", allowed: "at least one wave")
        }
        try modes.map(\.wave).check(first.wave.wave.count, path: "modes")
    }

    /// See `InitialState`.
    public var isRandom: Bool { false }

    /// Those of the wavevectors.
    public var dimensions: ClosedRange<Int> {
        let count = modes.first?.wave.wave.count ?? 1
        return count...count
    }

    /// See `InitialState`.
    public func summary(_ number: (Double) -> String) -> String {
        guard modes.count <= 4 else { return "a sum of \(modes.count) given waves" }
        let waves = modes.map { mode in
            let periods = mode.wave.wave.map { "\($0)" }.joined(separator: ", ")
            let phase = mode.wave.phase == 0 ? "" : ", phase \(number(mode.wave.phase))"
            let component = mode.component.map { ", component \($0)" } ?? ""
            return "(\(periods)) of amplitude \(number(mode.wave.amplitude))\(phase)\(component)"
        }
        return "the sum of the \(waves.count == 1 ? "wave" : "waves") \(waves.joined(separator: "; "))"
    }

    /// A wave of a component that the equation does not have.
    public func objection(dimensions: Int, components: Int) -> String? {
        modes.compactMap(\.component).first { $0 >= components }.map {
            "a wave is of component \($0), and the equation has \(formatCount(components, "component"))"
        }
    }

    /// Twice the sum of the amplitudes.
    public func jump(lengths: [Double]) -> Double? { modes.reduce(0) { $0 + 2 * abs($1.wave.amplitude) } }

    /// See `InitialState`.
    public func waves(along axis: Int, lengths: [Double]) -> WaveDemand? {
        WaveDemand(Double(modes.map { abs($0.wave.wave[axis]) }.max() ?? 0), of: "modes")
    }

    /// The sum of a component's waves.
    public func field(on grid: Grid, component: Int, from stream: RandomStream) -> Field<Double> {
        field(on: grid, component: component, from: stream) { true }
    }

    /// The sum of a component's waves; `goesOn` is asked now and then.
    public func field(
        on grid: Grid, component: Int, from stream: RandomStream, while goesOn: () -> Bool
    ) -> Field<Double> {
        let own = modes.filter { $0.component == nil || $0.component == component }
        var field = Field<Double>(on: grid)
        for point in 0..<grid.count {
            if point % 1024 == 0, !goesOn() { break }
            let place = grid.place(of: point)
            field[0, point] = own.reduce(0) { $0 + $1.wave.value(at: place) }
        }
        return field
    }
}

extension Grid {
    /// Where a point of a periodic grid lies, in parts of the box's lengths.
    func place(of point: Int) -> [Double] {
        var rest = point
        return axes.reversed().map { axis in
            defer { rest /= axis.count }
            return Double(rest % axis.count) / Double(axis.count)
        }.reversed()
    }
}
