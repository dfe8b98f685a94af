import PDEConfig
import PDECore

extension ModelChoice: Codable {
    private enum Key: String, CodingKey {
        case kind, width, modes, layers, hidden, padding, levels, blocks, dilations, normalized, coordinates, activation
    }

    private enum Kind: String, Codable, CaseIterable {
        case fourier
        case uNet = "u-net"
        case dilatedResidual = "dilated-residual"
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        switch try container.decode(Kind.self, forKey: .kind) {
        case .fourier: self = .fourier(try Self.fourier(container))
        case .uNet:
            self = .uNet(
                UNetChoice(
                    width: try container.decode(.width, in: Bounds.between(1, 4096), default: 32),
                    levels: try container.decode(.levels, in: Bounds.between(1, 10), default: 3),
                    blocks: try container.decode(.blocks, in: Bounds.between(1, 16), default: 2),
                    normalized: try container.decode(.normalized, default: true),
                    coordinates: try container.decode(.coordinates, default: false),
                    activation: try container.decode(.activation, default: .gelu)))
        case .dilatedResidual:
            let dilations = try container.decode(.dilations, default: [1, 2, 4, 8, 4, 2, 1])
            guard !dilations.isEmpty, dilations.allSatisfy({ (1...1024).contains($0) }) else {
                throw ConfigurationError.invalid(path: "dilations", allowed: "numbers between 1 and 1024")
            }
            self = .dilatedResidual(
                DilatedChoice(
                    width: try container.decode(.width, in: Bounds.between(1, 4096), default: 48),
                    blocks: try container.decode(.blocks, in: Bounds.between(1, 64), default: 4), dilations: dilations,
                    coordinates: try container.decode(.coordinates, default: false),
                    activation: try container.decode(.activation, default: .relu)))
        }
    }

    private static func fourier(_ container: KeyedDecodingContainer<Key>) throws -> FourierChoice {
        let modes: [Int]
        if try container.decode(JSON.self, forKey: .modes).array != nil {
            modes = try container.decode([Int].self, forKey: .modes)
        } else {
            modes = [try container.decode(Int.self, forKey: .modes)]
        }
        guard (1...3).contains(modes.count), modes.allSatisfy({ $0 >= 1 }) else {
            throw ConfigurationError.invalid(path: "modes", allowed: "a positive number, or one for each axis")
        }
        return FourierChoice(
            width: try container.decode(.width, in: Bounds.between(1, 4096), default: 32), modes: modes,
            layers: try container.decode(.layers, in: Bounds.between(1, 64), default: 4),
            hidden: try container.decode(.hidden, in: Bounds.between(1, 65536), default: 128),
            padding: try container.decode(.padding, in: Bounds.between(0, 1), default: 0),
            coordinates: try container.decode(.coordinates, default: true),
            activation: try container.decode(.activation, default: .gelu))
    }

    /// Encodes with every default filled in.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        switch self {
        case .fourier(let choice):
            try container.encode(Kind.fourier, forKey: .kind)
            try container.encode(choice.width, forKey: .width)
            try container.encode(choice.modes, forKey: .modes)
            try container.encode(choice.layers, forKey: .layers)
            try container.encode(choice.hidden, forKey: .hidden)
            try container.encode(choice.padding, forKey: .padding)
            try container.encode(choice.coordinates, forKey: .coordinates)
            try container.encode(choice.activation, forKey: .activation)
        case .uNet(let choice):
            try container.encode(Kind.uNet, forKey: .kind)
            try container.encode(choice.width, forKey: .width)
            try container.encode(choice.levels, forKey: .levels)
            try container.encode(choice.blocks, forKey: .blocks)
            try container.encode(choice.normalized, forKey: .normalized)
            try container.encode(choice.coordinates, forKey: .coordinates)
            try container.encode(choice.activation, forKey: .activation)
        case .dilatedResidual(let choice):
            try container.encode(Kind.dilatedResidual, forKey: .kind)
            try container.encode(choice.width, forKey: .width)
            try container.encode(choice.blocks, forKey: .blocks)
            try container.encode(choice.dilations, forKey: .dilations)
            try container.encode(choice.coordinates, forKey: .coordinates)
            try container.encode(choice.activation, forKey: .activation)
        }
    }
}
