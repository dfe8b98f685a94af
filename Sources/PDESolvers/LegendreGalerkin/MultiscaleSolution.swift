import Glibc

/// The solutions of high and of many frequencies with which solvers of boundary value problems are tested on [0, 2π]^d
/// (S. Fang et al., "Solving high frequency and multi-scale PDEs with Gaussian processes", ICLR 2024, section 5), all of their
/// frequencies times a factor s.
public enum MultiscaleSolution: String, CaseIterable, Codable, Sendable {
    /// sin 100x
    case sine
    /// sin 6x cos 100x
    case modulated = "modulated-sine"
    /// x sin 200x
    case growing = "growing-sine"
    /// sin x + 0.1 sin 20x + 0.05 cos 100x
    case mixed = "mixed-sines"
    /// sin 500x − 2(x − 0.5)²
    case parabola = "sine-and-parabola"
    /// sin 100x sin 100y
    case product = "sine-product"
    /// sin 6x cos 20x + sin 6y cos 20y
    case sum = "modulated-sum"
    /// (sin x + 0.1 sin 20x + cos 100x)(sin y + 0.1 sin 20y + cos 100y)
    case mixedProduct = "mixed-product"
    /// sin(x − 200t), t = y/2π
    case wave

    /// 1 or 2.
    public var dimensions: Int {
        switch self {
        case .sine, .modulated, .growing, .mixed, .parabola: 1
        case .product, .sum, .mixedProduct, .wave: 2
        }
    }

    /// The formula at s = 1.
    public var formula: String {
        switch self {
        case .sine: "sin 100x"
        case .modulated: "sin 6x cos 100x"
        case .growing: "x sin 200x"
        case .mixed: "sin x + 0.1 sin 20x + 0.05 cos 100x"
        case .parabola: "sin 500x − 2(x − 0.5)²"
        case .product: "sin 100x sin 100y"
        case .sum: "sin 6x cos 20x + sin 6y cos 20y"
        case .mixedProduct: "(sin x + 0.1 sin 20x + cos 100x)(sin y + 0.1 sin 20y + cos 100y)"
        case .wave: "sin(x − 200t), t = y/2π"
        }
    }

    /// The largest wavenumber along an axis at s = 1.
    public var wavenumber: Double {
        switch self {
        case .sine, .mixed, .product, .mixedProduct: 100
        case .modulated: 106
        case .growing: 200
        case .parabola: 500
        case .sum: 26
        case .wave: Self.waveSpeed
        }
    }

    /// The speed of `wave` in terms of y: 200 per unit of t, which is 2π of y.
    public static let waveSpeed = 200 / (2 * Double.pi)

    /// u, ∂u/∂x, ∂u/∂y and ∇²u at a point.
    public func derivatives(
        at point: SIMD2<Double>, scale s: Double
    ) -> (value: Double, x: Double, y: Double, laplacian: Double) {
        let x = Taylor(variable: point.x)
        func line(_ f: Taylor) -> (Double, Double, Double, Double) { (f.value, f.first, 0, f.second) }
        switch self {
        case .sine: return line(.sine(100 * s, x))
        case .modulated: return line(.sine(6 * s, x) * .cosine(100 * s, x))
        case .growing: return line(x * .sine(200 * s, x))
        case .mixed:
            return line(.sine(s, x) + 0.1 * .sine(20 * s, x) + 0.05 * .cosine(100 * s, x))
        case .parabola:
            let distance = x + Taylor(constant: -0.5)
            return line(.sine(500 * s, x) + -2 * (distance * distance))
        case .product, .sum, .mixedProduct, .wave: return plane(x, Taylor(variable: point.y), s)
        }
    }

    private func plane(_ x: Taylor, _ y: Taylor, _ s: Double) -> (Double, Double, Double, Double) {
        /// a(x) b(y).
        func product(_ a: Taylor, _ b: Taylor) -> (Double, Double, Double, Double) {
            (a.value * b.value, a.first * b.value, a.value * b.first, a.second * b.value + a.value * b.second)
        }
        func mixed(_ t: Taylor) -> Taylor { .sine(s, t) + 0.1 * .sine(20 * s, t) + .cosine(100 * s, t) }
        func modulated(_ t: Taylor) -> Taylor { .sine(6 * s, t) * .cosine(20 * s, t) }
        switch self {
        case .product: return product(.sine(100 * s, x), .sine(100 * s, y))
        case .mixedProduct: return product(mixed(x), mixed(y))
        case .sum:
            let (a, b) = (modulated(x), modulated(y))
            return (a.value + b.value, a.first, b.first, a.second + b.second)
        default:
            let k = Self.waveSpeed * s
            let phase = s * x.value - k * y.value
            let (sine, cosine) = (sin(phase), cos(phase))
            return (sine, s * cosine, -k * cosine, -(s * s + k * k) * sine)
        }
    }
}

/// A function of one variable with its first two derivatives.
private struct Taylor {
    let value, first, second: Double

    init(value: Double, first: Double, second: Double) {
        self.value = value
        self.first = first
        self.second = second
    }

    init(variable x: Double) { self.init(value: x, first: 1, second: 0) }
    init(constant: Double) { self.init(value: constant, first: 0, second: 0) }

    /// sin kx of a variable.
    static func sine(_ k: Double, _ x: Taylor) -> Taylor {
        let (sine, cosine) = (sin(k * x.value), cos(k * x.value))
        return Taylor(value: sine, first: k * cosine, second: -k * k * sine)
    }

    /// cos kx of a variable.
    static func cosine(_ k: Double, _ x: Taylor) -> Taylor {
        let (sine, cosine) = (sin(k * x.value), cos(k * x.value))
        return Taylor(value: cosine, first: -k * sine, second: -k * k * cosine)
    }

    static func + (a: Taylor, b: Taylor) -> Taylor {
        Taylor(value: a.value + b.value, first: a.first + b.first, second: a.second + b.second)
    }

    static func * (a: Taylor, b: Taylor) -> Taylor {
        Taylor(
            value: a.value * b.value, first: a.first * b.value + a.value * b.first,
            second: a.second * b.value + 2 * a.first * b.first + a.value * b.second)
    }

    static func * (factor: Double, a: Taylor) -> Taylor {
        Taylor(value: factor * a.value, first: factor * a.first, second: factor * a.second)
    }
}
