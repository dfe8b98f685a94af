import Glibc
public enum UnaryFunction: Int32, Sendable, CaseIterable { case exp, log, sin, cos, tanh, sqrt, reciprocal, erf, gelu, geluDerivative, sigmoid, silu, siluDerivative, softplus, relu, absoluteValue, sign, step }
public enum BinaryOperation: Int32, Sendable, CaseIterable { case add, subtract, multiply, divide, maximum, minimum, power }
public enum Activation: String, Sendable, CaseIterable, Codable { case identity, relu, gelu, tanh, silu, sigmoid, softplus }
func fn(_ f: UnaryFunction, _ x: Double) -> Double {
    let s = 1 / (1 + Glibc.exp(-x))
    switch f {
    case .exp: return Glibc.exp(x)
    case .log: return Glibc.log(x)
    case .sin: return Glibc.sin(x)
    case .cos: return Glibc.cos(x)
    case .tanh: return Glibc.tanh(x)
    case .sqrt: return x.squareRoot()
    case .reciprocal: return 1 / x
    case .erf: return Glibc.erf(x)
    case .gelu: return x * 0.5 * Glibc.erfc(-x / 2.0.squareRoot())
    case .geluDerivative: return 0.5 * Glibc.erfc(-x / 2.0.squareRoot()) + x * Glibc.exp(-x * x / 2) / (2 * Double.pi).squareRoot()
    case .sigmoid: return s
    case .silu: return x * s
    case .siluDerivative: return s + x * s * (1 - s)
    case .softplus: return x > 30 ? x : Glibc.log1p(Glibc.exp(x))
    case .relu: return x > 0 ? x : 0
    case .absoluteValue: return Swift.abs(x)
    case .sign: return x > 0 ? 1 : x < 0 ? -1 : 0
    case .step: return x > 0 ? 1 : 0
    }
}
func op(_ o: BinaryOperation, _ a: Double, _ b: Double) -> Double {
    switch o {
    case .add: a + b
    case .subtract: a - b
    case .multiply: a * b
    case .divide: a / b
    case .maximum: Swift.max(a, b)
    case .minimum: Swift.min(a, b)
    case .power: Glibc.pow(a, b)
    }
}
extension Real {
    public static func map(_ f: UnaryFunction, _ x: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>, count: Int) { for i in 0..<count { y[i] = Self(fn(f, Double(x[i]))) } }
    public static func activate(_ f: Activation, _ x: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>, count: Int) { for i in 0..<count { y[i] = f == .identity ? x[i] : Self(fn(UnaryFunction.allCases.first { "\($0)" == f.rawValue }!, Double(x[i]))) } }
    public static func activationBackward(_ f: Activation, _ x: UnsafePointer<Self>, gradient g: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>, count: Int) {
        for i in 0..<count { let z = Double(x[i]); let s = 1 / (1 + Glibc.exp(-z)); let t = Glibc.tanh(z)
            let d: Double = switch f { case .identity: 1; case .relu: z > 0 ? 1 : 0; case .gelu: fn(.geluDerivative, z); case .tanh: 1 - t * t; case .silu: fn(.siluDerivative, z); case .sigmoid: s * (1 - s); case .softplus: s }
            y[i] = Self(d * Double(g[i])) } }
    public static func affine(_ a: Self, _ x: UnsafePointer<Self>, plus b: Self, into y: UnsafeMutablePointer<Self>, count: Int) { for i in 0..<count { y[i] = a * x[i] + b } }
    public static func addScaled(_ a: Self, _ x: UnsafePointer<Self>, to y: UnsafeMutablePointer<Self>, count: Int) { for i in 0..<count { y[i] += a * x[i] } }
    public static func combine(_ o: BinaryOperation, _ a: UnsafePointer<Self>, _ b: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>, count: Int) { for i in 0..<count { y[i] = Self(op(o, Double(a[i]), Double(b[i]))) } }
    public static func combine(_ o: BinaryOperation, _ a: UnsafePointer<Self>, _ b: Self, into y: UnsafeMutablePointer<Self>, count: Int) { for i in 0..<count { y[i] = Self(op(o, Double(a[i]), Double(b))) } }
    public static func combine(_ o: BinaryOperation, _ a: Self, _ b: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>, count: Int) { for i in 0..<count { y[i] = Self(op(o, Double(a), Double(b[i]))) } }
    public static func combine(_ o: BinaryOperation, _ x: UnsafePointer<Self>, row v: UnsafePointer<Self>, reversed: Bool, into y: UnsafeMutablePointer<Self>, rows: Int, columns: Int) {
        for r in 0..<rows { for c in 0..<columns { let i = r * columns + c; y[i] = Self(reversed ? op(o, Double(v[c]), Double(x[i])) : op(o, Double(x[i]), Double(v[c]))) } } }
    public static func sum(_ x: UnsafePointer<Self>, count: Int) -> Double { var s = 0.0; for i in 0..<count { s += Double(x[i]) }; return s }
    public static func maximum(_ x: UnsafePointer<Self>, count: Int) -> Self { var m = x[0]; for i in 0..<count { m = Swift.max(m, x[i]) }; return m }
    public static func addColumnSums(_ x: UnsafePointer<Self>, rows: Int, columns: Int, into y: UnsafeMutablePointer<Self>) { for r in 0..<rows { for c in 0..<columns { y[c] += x[r * columns + c] } } }
}
