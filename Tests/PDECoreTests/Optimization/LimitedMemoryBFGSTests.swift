import CAllocationCounter
import Foundation
import PDECore
import Testing

@Suite struct LimitedMemoryBFGSTests {

    /// Σ 100 (x₂ᵢ₊₁ − x₂ᵢ²)² + (1 − x₂ᵢ)², whose minimum 0 lies at ones.
    private static func rosenbrock(
        _ count: Int, _ x: UnsafePointer<Double>, _ gradient: UnsafeMutablePointer<Double>
    ) -> Double {
        var value = 0.0
        var i = 0
        while i < count {
            defer { i += 2 }
            let (bend, rest) = (x[i + 1] - x[i] * x[i], 1 - x[i])
            value += 100 * bend * bend + rest * rest
            gradient[i] = -400 * x[i] * bend - 2 * rest
            gradient[i + 1] = 200 * bend
        }
        return value
    }

    @Test(arguments: [2, 20]) func findsTheEndOfACurvedValley(_ count: Int) {
        var x = (0..<count).map { $0 % 2 == 0 ? -1.2 : 1 }
        let outcome = LimitedMemoryBFGS(count: count).minimize(&x) { Self.rosenbrock(count, $0, $1) }
        #expect(outcome.end == .smallGradient)
        #expect(outcome.value < 1e-16 && outcome.evaluations < 80, "\(outcome)")
        for value in x { #expect(abs(value - 1) < 1e-8) }
    }

    /// ½ xᵀDx − Σx with D from 1 to 100: the minimum is D⁻¹1.
    @Test func solvesAQuadraticOfCondition100() {
        let scales = (0..<30).map { pow(10, 2 * Double($0) / 29) }
        var x = [Double](repeating: 0, count: 30)
        let limits = LimitedMemoryBFGS.Limits(gradient: 1e-7)
        let outcome = LimitedMemoryBFGS(count: 30, memory: 30).minimize(&x, limits) { x, gradient in
            (0..<30).reduce(0) { sum, i in
                gradient[i] = scales[i] * x[i] - 1
                return sum + x[i] * (scales[i] * x[i] / 2 - 1)
            }
        }
        #expect(outcome.end == .smallGradient, "\(outcome)")
        for (value, scale) in zip(x, scales) { #expect(abs(value * scale - 1) < 1e-6) }
    }

    /// x − log x has no value at x ≤ 0, where a long first step would end.
    @Test func stepsBackFromWhereThereIsNoValue() {
        var x = [20.0]
        let outcome = LimitedMemoryBFGS(count: 1).minimize(&x) { x, gradient in
            gradient[0] = 1000 * (1 - 1 / x[0])
            return x[0] > 0 ? 1000 * (x[0] - log(x[0])) : .nan
        }
        // The last digits of the value end before those of the gradient.
        #expect([.smallGradient, .noLowerValue].contains(outcome.end) && abs(x[0] - 1) < 1e-7, "\(outcome)")
    }

    @Test func saysWhyItEnded() {
        let search = LimitedMemoryBFGS(count: 2)
        var x = [-1.2, 1.0]
        let few = search.minimize(&x, .init(iterations: 3)) { Self.rosenbrock(2, $0, $1) }
        #expect(few.end == .iterations && few.iterations == 3)
        x = [-1.2, 1.0]
        #expect(search.minimize(&x, .init(decrease: 0.5)) { Self.rosenbrock(2, $0, $1) }.end == .smallDecrease)
        x = [-1.2, 1.0]
        let wrong = search.minimize(&x) { x, gradient in
            let value = Self.rosenbrock(2, x, gradient)
            (gradient[0], gradient[1]) = (-gradient[0], -gradient[1])
            return value
        }
        #expect(wrong.end == .noLowerValue && x == [-1.2, 1.0])
        #expect(search.minimize(&x) { _, _ in .nan }.end == .noStart)
    }

    @Test func noStepIsLongerThanAllowed() {
        var (x, last) = ([-1.2, 1.0], [-1.2, 1.0])
        var longest = 0.0
        let limits = LimitedMemoryBFGS.Limits(longestStep: 0.05)
        let outcome = LimitedMemoryBFGS(count: 2).minimize(&x, limits) { point, gradient in
            // The accepted points are among those that are asked for: a step is at most a probe from the last of them.
            longest = max(longest, abs(point[0] - last[0]), abs(point[1] - last[1]))
            last = [point[0], point[1]]
            return Self.rosenbrock(2, point, gradient)
        }
        #expect(outcome.end == .smallGradient && longest <= 0.1 && longest > 0.02, "\(longest)")
    }

    @Test func repeatsItsBitsAndAllocatesNothingWhenWarm() {
        let search = LimitedMemoryBFGS(count: 20)
        let start = (0..<20).map { sin(Double($0)) }
        var results: [[Double]] = []
        for _ in 0..<2 {
            var x = start.map { $0 }
            let before = allocation_count()
            _ = search.minimize(&x) { Self.rosenbrock(20, $0, $1) }
            let after = allocation_count()
            if !results.isEmpty { #expect(after == before) }
            results.append(x)
        }
        #expect(results[0] == results[1])
    }

    /// With as many pairs as variables, all exact, the approximation is the inverse of a quadratic's Hessian.
    @Test func pairsOfAQuadraticMakeItsInverse() {
        let (a, b, c) = (2.0, 0.5, 1.0)
        let memory = AlignedBuffer<Double>(count: CurvaturePairs<Double>.memoryCount(of: 2, capacity: 2))
        let pairs = CurvaturePairs(count: 2, capacity: 2, in: memory.pointer)
        // Conjugate directions.
        #expect(pairs.keep(step: [1, 0], change: [a, b]))
        #expect(pairs.keep(step: [-b / a, 1], change: [0, c - b * b / a]))
        #expect(!pairs.keep(step: [1, 0], change: [-1, 0]) && !pairs.keep(step: [0, 0], change: [0, 0]))
        let gradient = AlignedBuffer<Double>(count: 2)
        (gradient.pointer[0], gradient.pointer[1]) = (3, -1)
        pairs.apply(to: gradient.pointer)
        let determinant = a * c - b * b
        #expect(abs(gradient.pointer[0] - (3 * c + b) / determinant) < 1e-14)
        #expect(abs(gradient.pointer[1] - (-3 * b - a) / determinant) < 1e-14)
    }
}
