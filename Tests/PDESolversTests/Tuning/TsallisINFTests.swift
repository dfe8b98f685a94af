import Foundation
import PDECore
import PDESolvers
import Testing

@Suite struct TsallisINFTests {
    /// k_i = x + 2/(η √p_i) has the probabilities p_i.
    @Test(arguments: [0.01, 0.2, 2.0])
    func probabilitiesAreThoseThatBelongToTheLosses(_ rate: Double) {
        var stream = RandomStream(seed: 1, index: 0, purpose: "probabilities")
        for count in [1, 2, 5, 20] {
            var expected = (0..<count).map { _ in stream.logUniform(in: 1e-6...1) }
            let sum = expected.reduce(0, +)
            expected = expected.map { $0 / sum }
            for (shift, scale) in [(0, 1), (1e3, 3), (-50, 0.1)] as [(Double, Double)] {
                let losses = expected.map { scale * (shift + 2 / (rate * $0.squareRoot())) }
                var found = [Double](repeating: 0, count: count)
                TsallisINF.fill(&found, losses: losses, scale: scale, rate: rate)
                #expect(abs(found.reduce(0, +) - 1) <= 1e-14)
                #expect(zip(found, expected).allSatisfy { abs($0 - $1) <= 1e-9 * $1 }, "\(count) \(shift)")
            }
        }
    }

    /// Costs of 2 or 3, of the best arm less often: four times the rounds cost far less than four times the regret.
    @Test func regretIsSublinear() throws {
        let chances = [0.3, 0.5, 0.5, 0.6, 0.7]
        func regret(_ rounds: Int) throws -> Double {
            var sum = 0.0
            for seed in 0..<20 {
                var tuner = ParameterTuner(try TsallisINF(armCount: 5), seed: UInt64(seed))
                var noise = RandomStream(seed: UInt64(seed), index: 0, purpose: "costs")
                for _ in 0..<rounds {
                    let arm = try tuner.choose()
                    try tuner.learn(cost: noise.uniform() < chances[arm] ? 3 : 2)
                    sum += chances[arm] - chances[0]
                }
            }
            return sum / 20
        }
        let (short, long) = (try regret(2000), try regret(32000))
        #expect(log(long / short) / log(16) < 0.6, "\(short) \(long)")
        // Any arm as often as the others would cost 0.22 a round.
        #expect(long < 0.1 * 32000 * 0.22)
    }

    /// It finds another arm when costs change for good: it does not count on their being drawn alike.
    @Test func itFollowsAChange() throws {
        var tuner = ParameterTuner(try TsallisINF(armCount: 3), seed: 4)
        var last = [0, 0, 0]
        for step in 0..<20000 {
            let arm = try tuner.choose()
            if step >= 19000 { last[arm] += 1 }
            try tuner.learn(cost: arm == (step < 4000 ? 0 : 2) ? 10 : 30)
        }
        #expect(last[2] > 900, "\(last)")
    }

    @Test func wrongNumbersAreRefused() throws {
        #expect(throws: TuningError.noArms) { try TsallisINF(armCount: 0) }
        var tuner = ParameterTuner(try TsallisINF(armCount: 2), seed: 0)
        let before = tuner
        #expect(throws: TuningError.context) { _ = try tuner.choose(context: .nan) }
        for wrong in [Double.nan, .infinity] {
            #expect(throws: TuningError.self) { try tuner.learn(cost: wrong) }
        }
        #expect(tuner == before)
        #expect("\(TuningError.cost(arm: 1, value: .infinity))".contains("arm 1 cost inf"))
    }
}
