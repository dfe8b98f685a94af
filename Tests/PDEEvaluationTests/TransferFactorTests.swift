import Foundation
import PDEData
import PDEEvaluation
import Testing

@Suite("what easier samples save")
struct TransferFactorTests {
    /// A mix whose error is the given one on every trajectory but for a factor of its own, in three seeds.
    private func mix(_ name: String, hard: Int, others: Int, seconds: Double, error: Double, spread: Double = 0)
        -> MixScore
    {
        let runs = (0..<3).map { seed in
            RunScore(
                folder: "\(name)/seed-\(seed)", checkpoint: UInt32(seed), seen: 0,
                marks: (0..<8).map { TrajectoryMarks(error: error * exp(spread * (Double($0) - 3.5)), validFrames: 5) })
        }
        return MixScore(
            name: name, target: "hard", network: "fourier", filler: others > 0 ? "easy" : "", way: .joint, hard: hard,
            others: others, seconds: seconds, runs: runs)
    }

    /// Errors of hard samples alone that fall as one over the root of the seconds.
    private var alone: [MixScore] {
        [10.0, 20, 40, 80].map {
            mix("alone-\(Int($0))", hard: Int($0), others: 0, seconds: $0, error: 1 / $0.squareRoot())
        }
    }

    @Test("a factor is the seconds of hard samples alone at the same error over the mix's, exact on a power law")
    func interpolation() throws {
        let error = 1 / 30.0.squareRoot()
        let factor = try #require(
            TransferFactor(of: mix("m", hard: 5, others: 50, seconds: 6, error: error), against: alone))
        #expect(abs(factor.value.value - 5) < 1e-9 && factor.position == .within)
        let (lower, upper) = (try #require(factor.value.lower), try #require(factor.value.upper))
        #expect(abs(lower - 5) < 1e-9 && abs(upper - 5) < 1e-9)
        let better = try #require(
            TransferFactor(of: mix("m", hard: 5, others: 50, seconds: 8, error: 0.01), against: alone))
        #expect(
            better.position == .atLeast && abs(better.value.value - 10) < 1e-9 && better.text.hasPrefix("at least 10"))
        let worse = try #require(
            TransferFactor(of: mix("m", hard: 5, others: 50, seconds: 20, error: 2), against: alone))
        #expect(worse.position == .atMost && abs(worse.value.value - 0.5) < 1e-9)
        #expect(TransferFactor(of: alone[0], against: [alone[1]]) == nil)
    }

    @Test("trajectories that are hard for all widen no interval, for all are drawn together")
    func pairs() throws {
        let hard = alone.map {
            mix($0.name, hard: $0.hard, others: 0, seconds: $0.seconds, error: $0.error.value, spread: 0.4)
        }
        let same = try #require(
            TransferFactor(
                of: mix("m", hard: 5, others: 50, seconds: 6, error: 1 / 30.0.squareRoot(), spread: 0.4), against: hard)
        )
        #expect(abs(same.value.value - 5) < 1e-9)
        let (lower, upper) = (try #require(same.value.lower), try #require(same.value.upper))
        #expect(abs(upper - lower) < 1e-6)
        let other = try #require(
            TransferFactor(of: mix("m", hard: 5, others: 50, seconds: 6, error: 1 / 30.0.squareRoot()), against: hard))
        let (low, high) = (try #require(other.value.lower), try #require(other.value.upper))
        #expect(high > 1.5 * low)
    }

    @Test("a budget favours the mix of the smallest error that it pays, and a result is read as it was written")
    func budget() throws {
        let mixes = alone + [mix("few", hard: 5, others: 50, seconds: 12, error: 0.1)]
        let result = TransferResult(split: .test, samples: 8, steps: nil, mixes: mixes, notes: ["x: diverged"])
        let panel = try #require(result.panels.first)
        #expect(result.panels.count == 1 && panel.alone.count == 4)
        #expect(panel.favoured(within: 30)?.between == ["few"] && panel.favoured(within: 10)?.between == ["alone-10"])
        #expect(panel.favoured(within: 5) == nil)
        // Between two of a curve that is a power law, and of no two of different curves.
        let expected = try #require(panel.favoured(within: 11))
        #expect(expected.between == ["alone-10", "alone-20"] && expected.hard == 11 && expected.others == 0)
        #expect(abs(expected.error.value - 1 / 11.0.squareRoot()) < 1e-12 && expected.seconds == 11)
        let more = [
            mix("a", hard: 5, others: 10, seconds: 7, error: 0.3),
            mix("b", hard: 5, others: 30, seconds: 9, error: 0.2),
            mix("other", hard: 7, others: 20, seconds: 14, error: 1e-3),
        ]
        let curves = TransferResult(split: .test, samples: 8, steps: nil, mixes: mixes + more, notes: []).panels[0]
        let filled = try #require(curves.favoured(within: 8))
        #expect(filled.between == ["a", "b"] && filled.hard == 5 && filled.others == 20 && filled.filler == "easy")
        #expect(curves.favoured(within: 13)?.between == ["few"])
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("study-\(UUID().uuidString).json").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try result.write(to: path)
        #expect(try TransferResult(path: path) == result)
        let page = TransferReport(title: "a study", result).html()
        #expect(page.contains("hard, fourier") && page.contains("x: diverged") && page.contains("<svg"))
        #expect(page.contains("few") && !page.contains("NaN"))
    }
}
