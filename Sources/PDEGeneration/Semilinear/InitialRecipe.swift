import PDEConfig
import PDECore
import PDESolvers

/// How the initial state of a sample is drawn: a shape, times an amplitude, plus a mean.
public struct InitialRecipe: Hashable, Sendable {
    /// The shape.
    public let state: InitialState
    /// The factor that multiplies it; series and sines have a largest magnitude of 1 before.
    public let amplitude: Distribution
    /// What is added to every component.
    public let mean: Distribution

    /// The largest difference of two values of a component, whatever the mean; nil where nothing bounds it. Of a Gaussian
    /// field that of four standard deviations up and down, which one sample in some thousands exceeds.
    func jump(dimensions: Int, length: Double) -> Double? {
        let factor = max(abs(amplitude.range.lowerBound), abs(amplitude.range.upperBound))
        if case .gaussian(let field) = state {
            let waves = GaussianRandomField(
                variance: field.variance, shift: field.shift, exponent: field.exponent, hasZeroMean: true)
            return 2 * 4 * waves.deviation(dimensions: dimensions, length: length) * factor
        }
        return state.bound.map { 2 * $0 * factor }
    }
}

extension InitialRecipe: Codable {
    private enum Kind: String, Codable, CaseIterable { case fourier, gaussian, sine, vorticity }

    private enum Key: String, CodingKey {
        case kind, modes, waves, variance, shift, exponent, zeroMean, wavenumber, energy, amplitude, mean
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        switch try container.decode(Kind.self, forKey: .kind) {
        case .fourier: state = .fourier(modes: try container.decode(.modes, in: Bounds.between(1, 1000), default: 5))
        case .sine: state = .sine(waves: try container.decode(.waves, in: Bounds.between(1, 1000), default: 1))
        case .vorticity:
            state = .vorticity(
                RandomVorticity(
                    wavenumber: try container.decode(.wavenumber, in: Bounds.magnitude, default: 6),
                    energy: try container.decode(.energy, in: Bounds.magnitude, default: 0.5)))
        case .gaussian:
            let hasZeroMean = try container.decode(.zeroMean, default: false)
            let shift: Double = try container.decode(.shift, in: hasZeroMean ? Bounds.magnitudeOrZero : .magnitude)
            state = .gaussian(
                GaussianRandomField(
                    variance: try container.decode(.variance, in: Bounds.magnitude), shift: shift,
                    exponent: try container.decode(.exponent, in: Bounds.moreThan(0, atMost: 100)),
                    hasZeroMean: hasZeroMean))
        }
        amplitude = try container.decode(.amplitude, in: .between(-1e6, 1e6), default: .fixed(1))
        mean = try container.decode(.mean, in: .between(-1e6, 1e6), default: .fixed(0))
    }

    /// Encodes with every default filled in.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        switch state {
        case .fourier(let modes):
            try container.encode(Kind.fourier, forKey: .kind)
            try container.encode(modes, forKey: .modes)
        case .sine(let waves):
            try container.encode(Kind.sine, forKey: .kind)
            try container.encode(waves, forKey: .waves)
        case .vorticity(let random):
            try container.encode(Kind.vorticity, forKey: .kind)
            try container.encode(random.wavenumber, forKey: .wavenumber)
            try container.encode(random.energy, forKey: .energy)
        case .gaussian(let field):
            try container.encode(Kind.gaussian, forKey: .kind)
            try container.encode(field.variance, forKey: .variance)
            try container.encode(field.shift, forKey: .shift)
            try container.encode(field.exponent, forKey: .exponent)
            try container.encode(field.hasZeroMean, forKey: .zeroMean)
        }
        try container.encode(amplitude, forKey: .amplitude)
        try container.encode(mean, forKey: .mean)
    }
}
