import Glibc

/// Cosines and sines of |μ + kΔ| x at one x after the other, for all waves μ and lines k, from those of μx and of kΔx alone.
struct LinePhases {
    private let frequencies: [Double]
    private let spacing: Double
    /// (cos, sin) of μx, and of kΔx for k = 0, 1, ….
    private var waves, lines: [SIMD2<Double>]

    /// - Parameters:
    ///   - frequencies: the waves' μ.
    ///   - spacing: Δ.
    ///   - most: the largest k.
    init(_ frequencies: [Double], spacing: Double, most: Int) {
        (self.frequencies, self.spacing) = (frequencies, spacing)
        waves = Array(repeating: SIMD2(), count: frequencies.count)
        lines = Array(repeating: SIMD2(), count: most + 1)
    }

    mutating func move(to x: Double) {
        for (wave, frequency) in frequencies.enumerated() {
            waves[wave] = SIMD2(cos(frequency * x), sin(frequency * x))
        }
        for k in lines.indices {
            let phase = Double(k) * spacing * x
            lines[k] = SIMD2(cos(phase), sin(phase))
        }
    }

    /// (cos, sin) of |μ + kΔ| x.
    func phase(wave: Int, line: Int) -> SIMD2<Double> {
        let (a, b) = (waves[wave], lines[abs(line)])
        let sine = line < 0 ? -b.y : b.y
        let own = SIMD2(a.x * b.x - a.y * sine, a.y * b.x + a.x * sine)
        return frequencies[wave] + Double(line) * spacing < 0 ? SIMD2(own.x, -own.y) : own
    }
}
