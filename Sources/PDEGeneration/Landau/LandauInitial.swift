import PDEConfig
import PDECore
import PDESolvers

/// How the initial density of a sample is drawn. All have mass 1, mean 0 and temperature 1.
public indirect enum LandauInitial: Hashable, Sendable {
    /// The solution of Bobylev, Krook and Wu where its K has this value: exact for γ = 0.
    case bkw(width: Distribution)
    /// Two Gaussian beams a distance apart, of which the first has a share of the mass, in a random direction.
    case twoBeam(distance: Distribution, share: Distribution)
    /// A Gaussian that is hotter along a random direction, by a ratio of temperatures.
    case gaussian(anisotropy: Distribution)
    /// A Gaussian with a given temperature along each axis, the mean of which is 1: nothing is drawn.
    case temperatures([Double])
    /// One of these, each as likely as the others.
    case mix([LandauInitial])

    /// The states that are no mixtures.
    var leaves: [LandauInitial] {
        if case .mix(let states) = self { states.flatMap(\.leaves) } else { [self] }
    }

    /// Draws a density.
    ///
    /// - Parameter stream: makes the stream of a purpose.
    func draw(dimensions: Int, _ stream: (RandomStream.Purpose) -> RandomStream) -> VelocityDensity {
        let values = drawnValues(stream).map(\.value)
        let shape: VelocityDensity.Shape
        switch leaves[place(stream)] {
        case .bkw: shape = .bkw(width: values[0])
        case .twoBeam: shape = .beams(distance: values[0], share: values[1])
        case .gaussian: shape = .gaussian(anisotropy: values[0])
        case .temperatures(let temperatures): shape = .temperatures(temperatures)
        case .mix: preconditionFailure("leaves: expected no mixture among them")
        }
        var numbers = stream("direction")
        return VelocityDensity(
            shape, dimensions: dimensions, direction: VelocityDensity.direction(dimensions, from: &numbers))
    }

    /// Which of the leaves a sample begins with.
    private func place(_ stream: (RandomStream.Purpose) -> RandomStream) -> Int {
        var kinds = stream("initial state")
        return kinds.integer(below: leaves.count)
    }

    /// The numbers that are drawn for a sample.
    func drawnValues(_ stream: (RandomStream.Purpose) -> RandomStream) -> [DrawnValue] {
        let place = place(stream)
        let path = leaves.count == 1 ? "initial" : "initial.states.\(place)"
        func drawn(_ name: String, _ distribution: Distribution) -> DrawnValue {
            var numbers = stream(RandomStream.Purpose(name))
            return DrawnValue(
                path: "\(path).\(name)", distribution: distribution, value: distribution.draw(from: &numbers))
        }
        switch leaves[place] {
        case .bkw(let width): return [drawn("width", width)]
        case .twoBeam(let distance, let share): return [drawn("distance", distance), drawn("share", share)]
        case .gaussian(let anisotropy): return [drawn("anisotropy", anisotropy)]
        case .temperatures, .mix: return []
        }
    }

    /// Densities at the ends of what can be drawn: the coldest and the widest are among them.
    func extremes(dimensions: Int) -> [VelocityDensity] {
        let axis = [1.0] + Array(repeating: 0, count: dimensions - 1)
        let shapes = leaves.flatMap { leaf -> [VelocityDensity.Shape] in
            switch leaf {
            case .bkw(let width): return [.bkw(width: width.range.lowerBound), .bkw(width: width.range.upperBound)]
            case .twoBeam(let distance, let share):
                let ends = [share.range.lowerBound, share.range.upperBound]
                let shares = share.range.contains(0.5) ? ends + [0.5] : ends
                return shares.map { .beams(distance: distance.range.upperBound, share: $0) }
            case .gaussian(let anisotropy): return [.gaussian(anisotropy: anisotropy.range.upperBound)]
            case .temperatures(let temperatures): return [.temperatures(temperatures)]
            case .mix: return []
            }
        }
        return shapes.map { VelocityDensity($0, dimensions: dimensions, direction: axis) }
    }
}

extension LandauInitial: Codable {
    private enum Kind: String, Codable, CaseIterable {
        case bkw
        case twoBeam = "two-beam"
        case gaussian, temperatures, mix
    }

    private enum Key: String, CodingKey {
        case kind
        /// K of the solution of Bobylev, Krook and Wu.
        case width
        /// How far the two beams are apart.
        case distance
        /// The first beam's share of the mass.
        case share
        /// The hottest temperature over the coldest.
        case anisotropy
        /// A temperature for each axis, with a mean of 1.
        case temperatures
        /// The states of a mixture, each as likely as the others.
        case states
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        switch try container.decode(Kind.self, forKey: .kind) {
        case .bkw: self = .bkw(width: try container.decode(.width, in: .between(0.5, 0.98)))
        case .twoBeam:
            self = .twoBeam(
                distance: try container.decode(.distance, in: .between(0.5, 8)),
                share: try container.decode(.share, in: .between(0.05, 0.95), default: .fixed(0.5)))
        case .gaussian: self = .gaussian(anisotropy: try container.decode(.anisotropy, in: .between(1.05, 100)))
        case .temperatures:
            let values = try container.decode([Double].self, forKey: .temperatures)
            guard (2...3).contains(values.count), values.allSatisfy({ $0 >= 0.02 }),
                abs(values.reduce(0, +) / Double(values.count) - 1) < 1e-6
            else {
                throw ConfigurationError.invalid(
                    path: "temperatures", found: "\(values)",
                    allowed: "one temperature for each axis, at least 0.02, with a mean of 1",
                    advice: "divide them by their mean: velocities are in units of the thermal speed")
            }
            self = .temperatures(values)
        case .mix:
            let states = try container.decode([LandauInitial].self, forKey: .states)
            guard !states.isEmpty else {
                throw ConfigurationError.invalid(path: "states", found: "[]", allowed: "at least one state")
            }
            self = .mix(states)
        }
    }

    /// Encodes with every default filled in.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        switch self {
        case .bkw(let width):
            try container.encode(Kind.bkw, forKey: .kind)
            try container.encode(width, forKey: .width)
        case .twoBeam(let distance, let share):
            try container.encode(Kind.twoBeam, forKey: .kind)
            try container.encode(distance, forKey: .distance)
            try container.encode(share, forKey: .share)
        case .gaussian(let anisotropy):
            try container.encode(Kind.gaussian, forKey: .kind)
            try container.encode(anisotropy, forKey: .anisotropy)
        case .temperatures(let values):
            try container.encode(Kind.temperatures, forKey: .kind)
            try container.encode(values, forKey: .temperatures)
        case .mix(let states):
            try container.encode(Kind.mix, forKey: .kind)
            try container.encode(states, forKey: .states)
        }
    }
}
