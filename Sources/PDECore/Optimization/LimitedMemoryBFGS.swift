/// Minimises a smooth function of many variables from its values and gradients: limited-memory BFGS with a line search.
///
/// Steps go along minus the approximate inverse Hessian (`CurvaturePairs`) times the gradient, as far as the strong Wolfe conditions
/// ask (c₁ 10⁻⁴, c₂ 0.9): lengths are bracketed, then taken where the cubic through both ends has its minimum. A value that is no number
/// counts as too far. The same function and start give the same bits; after the first call nothing is allocated.
///
/// **What to expect.** Superlinear convergence on smooth functions, some tens of evaluations for a few tens of variables on scales that
/// differ by less than a thousand. Signs of failure are `End.noLowerValue` far from a minimum: a gradient that is not the function's.
/// For functions with noise use an optimiser of training instead.
///
/// Source: J. Nocedal & S. Wright, "Numerical Optimization" (2006), algorithms 3.5, 3.6, 7.5.
public final class LimitedMemoryBFGS {
    /// A function's value at x; writes its gradient.
    public typealias Function = (_ x: UnsafePointer<Double>, _ gradient: UnsafeMutablePointer<Double>) throws -> Double

    /// When to end.
    public struct Limits: Equatable, Sendable {
        /// The most steps.
        public var iterations = 200
        /// A gradient whose largest entry is at most this ends the search.
        public var gradient = 1e-8
        /// A step that makes the value smaller by at most so much, relative to the larger of 1 and the value, ends the search.
        public var decrease = 0.0
        /// The most that a step changes one of the variables.
        public var longestStep = Double.infinity

        /// Limits.
        public init(
            iterations: Int = 200, gradient: Double = 1e-8, decrease: Double = 0, longestStep: Double = .infinity
        ) {
            (self.iterations, self.gradient, self.decrease) = (iterations, gradient, decrease)
            self.longestStep = longestStep
        }
    }

    /// Why a search ended.
    public enum End: String, Sendable {
        /// The gradient is as small as was asked.
        case smallGradient
        /// The value hardly became smaller.
        case smallDecrease
        /// No smaller value was found along the gradient: round-off, or a gradient that is not the function's.
        case noLowerValue
        /// As many steps were taken as are allowed.
        case iterations
        /// The function has no value where the search began.
        case noStart
    }

    /// How a search ended.
    public struct Outcome: Equatable, Sendable {
        /// Why.
        public let end: End
        /// The function's value, and the largest entry of its gradient.
        public let value, gradient: Double
        /// Steps, and evaluations of the function.
        public let iterations, evaluations: Int
    }

    /// A point along a direction: how far, the value and the slope there.
    private typealias Probe = (length: Double, value: Double, slope: Double)

    private let count: Int
    private let memory: AlignedBuffer<Double>
    private let pairs: CurvaturePairs<Double>
    private let start, gradient, newGradient, direction: UnsafeMutablePointer<Double>
    private var evaluations = 0

    /// A search in `count` variables that keeps `memory` pairs of steps and gradients.
    public init(count: Int, memory capacity: Int = 10) {
        self.count = count
        let pairs = CurvaturePairs<Double>.memoryCount(of: count, capacity: capacity)
        memory = AlignedBuffer(count: pairs + 4 * count)
        self.pairs = CurvaturePairs(count: count, capacity: capacity, in: memory.pointer)
        start = memory.pointer + pairs
        gradient = start + count
        newGradient = gradient + count
        direction = newGradient + count
    }

    /// Goes from `x` to a minimum nearby.
    ///
    /// - Parameters:
    ///   - x: where to begin; on return the best point found, also where the function throws.
    ///   - function: gets a point and writes the gradient there.
    /// - Returns: how it ended. What the function throws ends the search.
    public func minimize(_ x: inout [Double], _ limits: Limits = Limits(), _ function: Function) rethrows -> Outcome {
        precondition(x.count == count, "x: expected \(count) variables, got \(x.count)")
        return try x.withUnsafeMutableBufferPointer { x in
            guard let x = x.baseAddress else {
                return Outcome(end: .smallGradient, value: 0, gradient: 0, iterations: 0, evaluations: 0)
            }
            return try minimize(x, limits, function)
        }
    }

    private func minimize(
        _ x: UnsafeMutablePointer<Double>, _ limits: Limits, _ function: Function
    ) rethrows -> Outcome {
        pairs.clear()
        evaluations = 1
        var value = try function(x, gradient)
        guard value.isFinite else { return outcome(.noStart, value, 0) }
        for iteration in 0..<limits.iterations {
            if largest(gradient) <= limits.gradient { return outcome(.smallGradient, value, iteration) }
            start.update(from: x, count: count)
            var found = try descend(x, value, limits, function)
            if found == nil, pairs.stored > 0 {
                // What is known of the curvature misleads: once more along the gradient itself.
                pairs.clear()
                found = try descend(x, value, limits, function)
            }
            guard let found else { return outcome(.noLowerValue, value, iteration) }
            for i in 0..<count {
                start[i] = x[i] - start[i]
                direction[i] = newGradient[i] - gradient[i]
            }
            pairs.keep(step: start, change: direction)
            gradient.update(from: newGradient, count: count)
            let decrease = value - found
            value = found
            if decrease <= limits.decrease * max(1, abs(value)) {
                return outcome(.smallDecrease, value, iteration + 1)
            }
        }
        return outcome(largest(gradient) <= limits.gradient ? .smallGradient : .iterations, value, limits.iterations)
    }

    private func outcome(_ end: End, _ value: Double, _ iterations: Int) -> Outcome {
        Outcome(
            end: end, value: value, gradient: largest(gradient), iterations: iterations, evaluations: evaluations)
    }

    private func largest(_ values: UnsafePointer<Double>) -> Double {
        var largest = 0.0
        for i in 0..<count { largest = max(largest, abs(values[i])) }
        return largest
    }

    /// One step from `start`, into `x` and `newGradient`; nil, with `x` as it was, where no smaller value is found.
    private func descend(
        _ x: UnsafeMutablePointer<Double>, _ value: Double, _ limits: Limits, _ function: Function
    ) rethrows -> Double? {
        for i in 0..<count { direction[i] = -gradient[i] }
        pairs.apply(to: direction)
        let slope = Double.dot(count, gradient, direction)
        guard slope < 0 else { return nil }
        let longest = limits.longestStep / largest(direction)
        let first = pairs.stored > 0 ? 1 : min(1, 1 / Double.nrm2(count, direction))
        var (low, high): (Probe, Probe?) = ((0, value, slope), nil)
        var length = min(first, longest)
        for _ in 0..<30 {
            let probe = try probe(length, x, function)
            if !(probe.value <= value + 1e-4 * length * slope) || probe.value >= low.value {
                high = probe
            } else {
                if abs(probe.slope) <= -0.9 * slope { return probe.value }
                if let end = high {
                    if probe.slope * (end.length - low.length) >= 0 { high = low }
                } else if probe.slope >= 0 {
                    high = low
                } else if length >= longest {
                    return probe.value
                }
                low = probe
            }
            length = high.map { Self.between(low, $0) } ?? min(4 * length, longest)
            if length == low.length { break }
        }
        // A shorter step than the conditions ask for is better than none.
        guard low.length > 0 else {
            x.update(from: start, count: count)
            return nil
        }
        return try probe(low.length, x, function).value
    }

    private func probe(
        _ length: Double, _ x: UnsafeMutablePointer<Double>, _ function: Function
    ) rethrows -> Probe {
        for i in 0..<count { x[i] = start[i] + length * direction[i] }
        evaluations += 1
        do {
            let value = try function(x, newGradient)
            return (length, value, Double.dot(count, newGradient, direction))
        } catch {
            x.update(from: start, count: count)
            throw error
        }
    }

    /// Where the cubic through both ends has its minimum, well inside; the middle where it has none.
    private static func between(_ a: Probe, _ b: Probe) -> Double {
        let width = b.length - a.length
        let middle = a.length + width / 2
        guard b.value.isFinite, b.slope.isFinite else { return a.length + width / 10 }
        let d = a.slope + b.slope - 3 * (a.value - b.value) / (a.length - b.length)
        let radicand = d * d - a.slope * b.slope
        guard radicand >= 0 else { return middle }
        let root = width > 0 ? radicand.squareRoot() : -radicand.squareRoot()
        let place = b.length - width * (b.slope + root - d) / (b.slope - a.slope + 2 * root)
        let (first, last) = (a.length + width / 10, a.length + 9 * width / 10)
        return place.isFinite ? min(max(place, min(first, last)), max(first, last)) : middle
    }
}
