import Glibc

/// Random numbers that are a function of (seed, index, purpose, attempt) and of how many were drawn before.
///
/// Two streams never share numbers unless all four agree, so that a sample comes out the same alone, in any order and on
/// any number of threads. The Philox key is the seed; the counter is (block number, index, hash of the purpose, attempt).
///
/// The stream is a value: a copy continues independently from the same place, and an encoded stream that is decoded
/// again goes on where it was. Uniform numbers, integers, permutations and choices have the same bits everywhere;
/// normal and log-uniform ones go through the C library's `log`, `cos`, `sin` and `exp`, so have the same bits wherever
/// that library and the processor's features are the same.
public struct RandomStream: Equatable, Codable, Sendable {
    /// The Philox key.
    public let seed: UInt64
    /// What the numbers are for.
    public let purpose: Purpose

    private let sample: UInt32
    private let trial: UInt32
    private let purposeHash: UInt32
    /// The number of the next block that a sequential draw takes.
    private var nextBlock: UInt64 = 0
    /// The second half of the last block that went into 64-bit words.
    private var spareWord: UInt64?
    /// The second of the last pair of normal numbers.
    private var spareNormal: Double?

    /// The stream that belongs to the four arguments, at its beginning.
    ///
    /// - Parameters:
    ///   - seed: The data set's seed.
    ///   - index: The sample's index in the data set, from 0 to 2³² − 1.
    ///   - purpose: What the numbers are for.
    ///   - attempt: Counts the tries when a sample is rejected and drawn again, from 0 to 2³² − 1.
    public init(seed: UInt64, index: Int, purpose: Purpose, attempt: Int = 0) {
        guard let sample = UInt32(exactly: index) else {
            preconditionFailure("RandomStream: index must be from 0 to 2³² − 1, got \(index)")
        }
        guard let trial = UInt32(exactly: attempt) else {
            preconditionFailure("RandomStream: attempt must be from 0 to 2³² − 1, got \(attempt)")
        }
        self.seed = seed
        self.purpose = purpose
        self.sample = sample
        self.trial = trial
        purposeHash = purpose.hash
    }

    /// The sample's index.
    public var index: Int { Int(sample) }

    /// The number of the try.
    public var attempt: Int { Int(trial) }

    // MARK: Random access

    /// The four random words of block `position`, without advancing the stream.
    ///
    /// Sequential draws use the blocks from 0 upwards: give random access a purpose of its own.
    public func block(at position: UInt32) -> SIMD4<UInt32> {
        Philox4x32.block(
            counter: SIMD4(position, sample, purposeHash, trial),
            key: SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)))
    }

    /// Two independent standard normal numbers that belong to block `position`, without advancing the stream.
    ///
    /// Meant for spectral modes keyed by their wavevector, so that a finer grid keeps the modes of a coarser one.
    /// Sequential draws use the blocks from 0 upwards: give random access a purpose of its own.
    ///
    /// Source: G. E. P. Box, M. E. Muller, "A note on the generation of random normal deviates" (1958).
    public func normals(at position: UInt32) -> (Double, Double) {
        let words = Self.words(of: block(at: position))
        // 1 − u lies in (0, 1], where the logarithm is finite.
        let radius = (-2 * log(1 - Self.unitInterval(words.0))).squareRoot()
        let angle = 2 * Double.pi * Self.unitInterval(words.1)
        return (radius * cos(angle), radius * sin(angle))
    }

    /// The number uniform in [0, 1) that belongs to block `position`, without advancing the stream.
    ///
    /// Sequential draws use the blocks from 0 upwards: give random access a purpose of its own.
    public func uniform(at position: UInt32) -> Double {
        Self.unitInterval(Self.words(of: block(at: position)).0)
    }

    // MARK: Sequential draws

    /// The next number uniform in [0, 1): a multiple of 2⁻⁵³.
    public mutating func uniform() -> Double {
        Self.unitInterval(word())
    }

    /// The next number uniform in `range`, whose bounds must be finite.
    public mutating func uniform(in range: ClosedRange<Double>) -> Double {
        let width = range.upperBound - range.lowerBound
        precondition(width.isFinite, "RandomStream.uniform: expected a range of finite width, got \(range)")
        return min(range.lowerBound + width * uniform(), range.upperBound)
    }

    /// The next number in `range` whose logarithm is uniform; the lower bound must be positive.
    public mutating func logUniform(in range: ClosedRange<Double>) -> Double {
        precondition(
            range.lowerBound > 0 && range.upperBound.isFinite,
            "RandomStream.logUniform: expected a range of positive finite numbers, got \(range)")
        let (lower, upper) = (log(range.lowerBound), log(range.upperBound))
        let value = exp(lower + (upper - lower) * uniform())
        return max(range.lowerBound, min(value, range.upperBound))
    }

    /// The next integer uniform in 0..<`bound`, without bias.
    ///
    /// Source: D. Lemire, "Fast random integer generation in an interval" (2019), algorithm 5.
    public mutating func integer(below bound: Int) -> Int {
        precondition(bound > 0, "RandomStream.integer: bound must be positive, got \(bound)")
        let bound = UInt64(bound)
        var product = bound.multipliedFullWidth(by: word())
        if product.low < bound {
            let threshold = (0 &- bound) % bound
            while product.low < threshold {
                product = bound.multipliedFullWidth(by: word())
            }
        }
        return Int(product.high)
    }

    /// The next standard normal number. Numbers come in pairs, a pair from each block.
    public mutating func normal() -> Double {
        if let spare = spareNormal {
            spareNormal = nil
            return spare
        }
        let pair = normals(at: takeBlock())
        spareNormal = pair.1
        return pair.0
    }

    /// Fills `values` with standard normal numbers: the same as calling `normal()` for each in turn.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public mutating func fillNormal<Scalar: Real>(_ values: UnsafeMutableBufferPointer<Scalar>) {
        for i in values.indices {
            values[i] = Scalar(normal())
        }
    }

    /// A permutation of 0..<`count`, each equally likely (Fisher–Yates, from the last place down).
    public mutating func permutation(of count: Int) -> [Int] {
        precondition(count >= 0, "RandomStream.permutation: count must not be negative, got \(count)")
        var order = [Int](repeating: 0, count: count)
        order.withUnsafeMutableBufferPointer { permute($0) }
        return order
    }

    /// Fills `order` with such a permutation.
    package mutating func permute(_ order: UnsafeMutableBufferPointer<Int>) {
        for place in order.indices { order[place] = place }
        for last in stride(from: order.count - 1, to: 0, by: -1) {
            order.swapAt(last, integer(below: last + 1))
        }
    }

    /// One of `elements`, each equally likely; there must be at least one.
    public mutating func choice<Element>(_ elements: [Element]) -> Element {
        precondition(!elements.isEmpty, "RandomStream.choice: expected at least one element")
        return elements[integer(below: elements.count)]
    }

    // MARK: Words

    private mutating func takeBlock() -> UInt32 {
        guard let position = UInt32(exactly: nextBlock) else {
            preconditionFailure("RandomStream: all 2³² blocks of “\(purpose.name)” are used up")
        }
        nextBlock += 1
        return position
    }

    private mutating func word() -> UInt64 {
        if let spare = spareWord {
            spareWord = nil
            return spare
        }
        let words = Self.words(of: block(at: takeBlock()))
        spareWord = words.1
        return words.0
    }

    private static func words(of block: SIMD4<UInt32>) -> (UInt64, UInt64) {
        (UInt64(block.y) << 32 | UInt64(block.x), UInt64(block.w) << 32 | UInt64(block.z))
    }

    private static func unitInterval(_ word: UInt64) -> Double {
        Double(word >> 11) * 0x1p-53
    }
}
