/// A function of one variable at a point with its first five derivatives.
public struct KernelDerivatives: Equatable, Sendable {
    /// The highest order.
    public static let highest = 5
    private var orders = SIMD8<Double>()

    /// Zero.
    public init() {}

    /// A function by its derivatives; order 0 is the value.
    public init(_ derivative: (_ order: Int) -> Double) {
        for n in 0...Self.highest { orders[n] = derivative(n) }
    }

    /// The derivative of an order from 0, the value, to 5.
    public subscript(order: Int) -> Double {
        get { orders[order] }
        set { orders[order] = newValue }
    }

    /// The sum of two functions.
    public static func + (a: Self, b: Self) -> Self {
        var sum = a
        sum.orders += b.orders
        return sum
    }

    /// A multiple of a function.
    public static func * (factor: Double, a: Self) -> Self {
        var multiple = a
        multiple.orders *= factor
        return multiple
    }

    /// The product of two functions, by Leibniz's rule.
    public static func * (a: Self, b: Self) -> Self {
        Self { n in (0...n).reduce(0) { $0 + binomials[n][$1] * a[$1] * b[n - $1] } }
    }

    /// Those of z ∂f/∂z, the last order's left 0: a kernel that depends on z/ℓ changes by minus this with log ℓ.
    func stretched(at z: Double) -> Self {
        Self { n in n < Self.highest ? Double(n) * self[n] + z * self[n + 1] : 0 }
    }

    static let binomials: [[Double]] = [
        [1], [1, 1], [1, 2, 1], [1, 3, 3, 1], [1, 4, 6, 4, 1], [1, 5, 10, 10, 5, 1],
    ]
}
