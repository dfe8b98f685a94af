import Glibc
import PDEConfig
import PDECore

/// a cos(2π Σ n_i x_i/L_i + φ): one wave of a periodic box.
///
/// In a recipe: `{"wave": [2, -1], "amplitude": 0.5, "phase": 1.57}`.
public struct PeriodicMode: Codable, Hashable, Sendable {
    /// n, the periods along each axis of the box, of either sign.
    public var wave: [Int]
    /// a.
    public var amplitude: Double
    /// φ, in radians; −π/2 makes it a sine.
    public var phase: Double

    /// A wave.
    public init(_ wave: [Int], amplitude: Double = 1, phase: Double = 0) {
        (self.wave, self.amplitude, self.phase) = (wave, amplitude, phase)
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        wave = try container.decode([Int].self, forKey: .wave)
        amplitude = try container.decode(.amplitude, in: .signedMagnitude, default: 1)
        phase = try container.decode(.phase, in: .between(-1000, 1000), default: 0)
        guard (1...3).contains(wave.count), wave.allSatisfy((-1000...1000).contains) else {
            throw ConfigurationError.invalid(
                path: "wave", found: "\(wave)", allowed: "whole numbers of periods, one an axis, of at most 1000")
        }
    }

    /// Its value at a place, given by its parts of the box's lengths.
    func value(at place: [Double]) -> Double {
        amplitude * cos(2 * .pi * zip(wave, place).reduce(0) { $0 + Double($1.0) * $1.1 } + phase)
    }

    /// Its coefficients among those that a space stores, where the grid's first point has x = 0 or not; none if the space drops it.
    func coefficients<Scalar: Real>(in space: SpectralSpace<Scalar>) -> [(mode: Int, value: Complex<Double>)] {
        guard zip(wave, space.limits).allSatisfy({ abs($0) <= $1 }) else { return [] }
        let start = zip(wave, space.grid.axes).reduce(phase) { $0 + 2 * .pi * Double($1.0) * $1.1.lower / $1.1.length }
        let value = Complex(amplitude / 2 * cos(start), amplitude / 2 * sin(start))
        var found: [(mode: Int, value: Complex<Double>)] = []
        space.forEachMode { mode, stored in
            if stored == wave { found.append((mode, value)) }
            if stored == wave.map({ -$0 }) { found.append((mode, value.conjugate)) }
        }
        return found
    }
}

extension [PeriodicMode] {
    /// Refuses wavevectors that have not one number for each axis.
    func check(_ dimensions: Int, path: String) throws(ConfigurationError) {
        for (place, mode) in enumerated() where mode.wave.count != dimensions {
            throw .invalid(
                path: "\(path).\(place).wave", found: "\(mode.wave)",
                allowed: dimensions == 1 ? "one number on a line" : "\(dimensions) numbers in \(dimensions) dimensions")
        }
    }
}
