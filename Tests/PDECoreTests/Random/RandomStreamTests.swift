import Foundation
import PDECore
import Testing

@Suite struct RandomStreamTests {
    private func stream(
        seed: UInt64 = 42, index: Int = 3, purpose: RandomStream.Purpose = "test", attempt: Int = 0
    ) -> RandomStream {
        RandomStream(seed: seed, index: index, purpose: purpose, attempt: attempt)
    }

    /// Bounds the Kolmogorov–Smirnov distance at the level at which one in a thousand streams would exceed it.
    private func expectDistribution(
        of values: [Double], _ distribution: (Double) -> Double, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let n = Double(values.count)
        let distance = values.sorted().enumerated().reduce(0.0) { worst, entry in
            let expected = distribution(entry.element)
            return max(worst, abs(expected - Double(entry.offset) / n), abs(expected - Double(entry.offset + 1) / n))
        }
        #expect(distance < 1.95 / n.squareRoot(), sourceLocation: sourceLocation)
    }

    @Test func uniformIsUniformAndBelowOne() {
        var stream = stream()
        let values = (0..<100_000).map { _ in stream.uniform() }
        #expect(values.allSatisfy { $0 >= 0 && $0 < 1 })
        expectDistribution(of: values) { $0 }
        let lag = zip(values, values.dropFirst()).reduce(0) { $0 + ($1.0 - 0.5) * ($1.1 - 0.5) }
        #expect(abs(lag * 12) < 4 * Double(values.count).squareRoot())
    }

    @Test func normalHasTheMomentsAndDistributionOfANormal() {
        var stream = stream()
        let values = (0..<200_000).map { _ in stream.normal() }
        let n = Double(values.count)
        let moments = (1...4).map { k in values.reduce(0) { $0 + pow($1, Double(k)) } / n }
        // Four standard errors of each moment: sqrt(1, 2, 15, 96) / sqrt(n).
        for (moment, (expected, deviation)) in zip(moments, [(0.0, 1.0), (1, 2), (0, 15), (3, 96)]) {
            #expect(abs(moment - expected) < 4 * (deviation / n).squareRoot())
        }
        expectDistribution(of: values) { 0.5 * erfc(-$0 / 2.0.squareRoot()) }
    }

    @Test func logUniformHasAUniformLogarithmInsideItsRange() {
        var stream = stream()
        let values = (0..<20_000).map { _ in stream.logUniform(in: 1e-3...10) }
        #expect(values.allSatisfy { $0 >= 1e-3 && $0 <= 10 })
        expectDistribution(of: values) { log($0 / 1e-3) / log(1e4) }
    }

    @Test func uniformInARangeStaysThere() {
        var stream = stream()
        let values = (0..<20_000).map { _ in stream.uniform(in: -2...3) }
        #expect(values.allSatisfy { $0 >= -2 && $0 <= 3 })
        expectDistribution(of: values) { ($0 + 2) / 5 }
        #expect(stream.uniform(in: 5...5) == 5)
    }

    @Test func integersAreUnbiased() {
        var stream = stream()
        var counts = [Int](repeating: 0, count: 7)
        for _ in 0..<70_000 { counts[stream.integer(below: 7)] += 1 }
        // χ² with 6 degrees of freedom exceeds 22.5 once in a thousand.
        #expect(counts.reduce(0) { $0 + Double(($1 - 10_000) * ($1 - 10_000)) / 10_000 } < 22.5)
        // A bound of 3·2⁶¹ rejects a quarter of the words: a biased method would put 2/3 of the values in the lower half.
        let bound = 3 << 61
        let low = (0..<10_000).filter { _ in stream.integer(below: bound) < bound / 2 }.count
        #expect(abs(low - 5000) < 200)
        #expect(stream.integer(below: 1) == 0)
    }

    @Test func permutationsArePermutationsEachEquallyOften() {
        var stream = stream()
        #expect(stream.permutation(of: 1000).sorted() == Array(0..<1000))
        #expect(stream.permutation(of: 0).isEmpty)
        var counts: [[Int]: Int] = [:]
        for _ in 0..<24_000 { counts[stream.permutation(of: 4), default: 0] += 1 }
        #expect(counts.count == 24)
        // χ² with 23 degrees of freedom exceeds 49.7 once in a thousand.
        #expect(counts.values.reduce(0) { $0 + Double(($1 - 1000) * ($1 - 1000)) / 1000 } < 49.7)
    }

    @Test func choiceReachesEveryElement() {
        var stream = stream()
        #expect(Set((0..<200).map { _ in stream.choice(["a", "b", "c"]) }) == ["a", "b", "c"])
    }

    @Test func streamsOfOtherSeedsIndicesPurposesAndAttemptsShareNoBlock() {
        var seen: Set<SIMD4<UInt32>> = []
        var streams = 0
        for seed in [0, 1, 1 << 32] as [UInt64] {
            for index in [0, 1, 1 << 20] {
                for purpose in ["initial state", "forcing"] as [RandomStream.Purpose] {
                    for attempt in 0..<2 {
                        let stream = stream(seed: seed, index: index, purpose: purpose, attempt: attempt)
                        seen.formUnion((0..<100).map { stream.block(at: $0) })
                        streams += 1
                    }
                }
            }
        }
        #expect(seen.count == streams * 100)
    }

    @Test func randomAccessAgreesWithSequentialDrawsAndDoesNotAdvance() {
        var stream = stream()
        let unchanged = stream
        let pairs = (0..<50).map { stream.normals(at: $0) }
        #expect(stream == unchanged)
        for pair in pairs {
            #expect(stream.normal() == pair.0)
            #expect(stream.normal() == pair.1)
        }
    }

    @Test func fillNormalEqualsRepeatedDraws() {
        var one = stream()
        var other = stream()
        #expect(one.normal() == other.normal())
        let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: 101)
        defer { buffer.deallocate() }
        one.fillNormal(buffer)
        for value in buffer { #expect(value == Float(other.normal())) }
        #expect(one == other)
    }

    /// Mean and variance of a gamma distribution are its shape, its third central moment twice that.
    @Test(arguments: [0.5, 0.9, 1, 4.5, 1e6]) func gammaNumbersHaveTheirMoments(_ shape: Double) {
        var stream = stream()
        let count = 100_000
        let values = (0..<count).map { _ in (stream.gamma(shape: shape) - shape) / shape.squareRoot() }
        func moment(_ power: Int) -> Double {
            values.reduce(0) { $0 + pow($1, Double(power)) } / Double(count)
        }
        #expect(values.allSatisfy { $0 > -shape.squareRoot() })
        let skewness = 2 / shape.squareRoot()
        #expect(abs(moment(1)) < 0.015 && abs(moment(2) - 1) < 0.04)
        #expect(abs(moment(3) - skewness) < 0.1 + 0.1 * skewness, "\(moment(3))")
    }

    @Test func aDecodedStreamContinuesWhereItWas() throws {
        var stream = stream(seed: .max)
        _ = (stream.uniform(), stream.normal())
        var decoded = try JSONDecoder().decode(RandomStream.self, from: JSONEncoder().encode(stream))
        #expect(decoded == stream)
        for _ in 0..<10 {
            #expect(decoded.normal() == stream.normal())
            #expect(decoded.uniform() == stream.uniform())
            #expect(decoded.integer(below: 1000) == stream.integer(below: 1000))
        }
    }

    /// The values of an independent implementation in Python.
    @Test func goldenValuesHold() {
        var stream = stream()
        let uniforms: [UInt64] = [4_589_953_291_733_388_160, 4_597_324_352_462_013_672, 4_598_922_993_935_838_670]
        #expect((0..<3).map { _ in stream.uniform().bitPattern } == uniforms)
        #expect((0..<2).map { _ in Float(stream.normal()) } == [0.16586542, 1.0964937])
        #expect((0..<4).map { _ in stream.integer(below: 1_000_000) } == [678_000, 822_204, 90_442, 239_269])
        #expect(stream.permutation(of: 8) == [6, 0, 2, 1, 4, 3, 5, 7])
    }
}
