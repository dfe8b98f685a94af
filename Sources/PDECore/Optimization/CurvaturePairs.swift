/// The last steps of a descent and how the gradient changed along them: an approximation of the inverse Hessian in little memory.
///
/// All that it keeps lies in memory that its owner gives, so that the owner can write it down and put it back.
/// Source: J. Nocedal & S. Wright, "Numerical Optimization" (2006), algorithm 7.4 and equation 7.20.
public struct CurvaturePairs<Scalar: LinearAlgebraScalar> {
    /// Variables, and the most pairs that are kept.
    public let count, capacity: Int
    private let memory: UnsafeMutablePointer<Scalar>

    /// How many numbers the pairs of so many variables keep.
    public static func memoryCount(of count: Int, capacity: Int) -> Int { 2 + 2 * capacity * (count + 1) }

    /// Pairs in `memory`, of `memoryCount(of:capacity:)` numbers: zeros, or what pairs of these sizes have left there.
    public init(count: Int, capacity: Int, in memory: UnsafeMutablePointer<Scalar>) {
        precondition(capacity >= 1, "capacity: expected at least 1, got \(capacity)")
        (self.count, self.capacity, self.memory) = (count, capacity, memory)
    }

    /// Pairs that are there.
    public var stored: Int { Int(memory[0]) }
    private var next: Int { Int(memory[1]) }
    private var reciprocals: UnsafeMutablePointer<Scalar> { memory + 2 }
    private var weights: UnsafeMutablePointer<Scalar> { memory + 2 + capacity }
    private func step(_ place: Int) -> UnsafeMutablePointer<Scalar> { memory + 2 + 2 * capacity + place * count }
    private func change(_ place: Int) -> UnsafeMutablePointer<Scalar> { step(capacity + place) }
    /// The place of the pair that is `age` steps old.
    private func place(_ age: Int) -> Int { (next + capacity - 1 - age) % capacity }

    /// Keeps a step and the gradient's change along it, in the place of the oldest where all are taken.
    ///
    /// - Returns: false for a pair without clear positive curvature, s·y ≤ 10⁻⁸ ‖s‖‖y‖, which is left out: with it the approximation
    ///   would not stay positive definite.
    @discardableResult
    public func keep(step s: UnsafePointer<Scalar>, change y: UnsafePointer<Scalar>) -> Bool {
        let curvature = Scalar.dot(count, s, y)
        let product = Scalar.nrm2(count, s) * Scalar.nrm2(count, y)
        guard curvature > 1e-8 * product, (1 / curvature).isFinite else { return false }
        step(next).update(from: s, count: count)
        change(next).update(from: y, count: count)
        reciprocals[next] = 1 / curvature
        memory[1] = Scalar((next + 1) % capacity)
        memory[0] = Scalar(min(stored + 1, capacity))
        return true
    }

    /// Forgets all pairs.
    public func clear() { memory.update(repeating: 0, count: 2) }

    /// Replaces a gradient by the approximate inverse Hessian times it; leaves it as it is where there are no pairs.
    public func apply(to gradient: UnsafeMutablePointer<Scalar>) {
        guard stored > 0 else { return }
        for age in 0..<stored {
            let place = place(age)
            weights[place] = reciprocals[place] * Scalar.dot(count, step(place), gradient)
            Scalar.axpy(count, alpha: -weights[place], x: change(place), y: gradient)
        }
        let last = change(place(0))
        Scalar.scal(count, alpha: 1 / (reciprocals[place(0)] * Scalar.dot(count, last, last)), x: gradient)
        for rank in 0..<stored {
            let place = place(stored - 1 - rank)
            let back = reciprocals[place] * Scalar.dot(count, change(place), gradient)
            Scalar.axpy(count, alpha: weights[place] - back, x: step(place), y: gradient)
        }
    }
}
