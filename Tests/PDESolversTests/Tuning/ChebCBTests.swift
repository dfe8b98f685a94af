import Foundation
import PDECore
import PDESolvers
import Testing

@Suite struct ChebCBTests {
    /// Six arms, each best in a sixth of the contexts.
    private static func cost(_ arm: Int, _ x: Double) -> Double {
        let distance = x - (Double(arm) + 0.5) / 6
        return 5 + 60 * distance * distance
    }

    @Test(arguments: [0, 1, 2] as [UInt64])
    func itFindsTheBestArmOfEachContext(_ seed: UInt64) throws {
        var tuner = ParameterTuner(try ChebCB(armCount: 6, contexts: 0...1), seed: seed)
        var stream = RandomStream(seed: seed, index: 0, purpose: "contexts")
        var (excess, fixed) = (0.0, 0.0)
        for step in 0..<3000 {
            let x = stream.uniform()
            let arm = try tuner.choose(context: x)
            let noise = stream.uniform(in: -0.5...0.5)
            try tuner.learn(cost: Self.cost(arm, x) + noise)
            guard step >= 2000 else { continue }
            let least = (0..<6).map { Self.cost($0, x) }.min()!
            excess += Self.cost(arm, x) - least
            fixed += Self.cost(3, x) - least
        }
        // What the arm in the middle, the best fixed one, costs above the least, and a tenth of it.
        #expect(excess < 0.1 * fixed, "\(excess) \(fixed)")
    }

    @Test func probabilitiesSumToOneAndFavourTheBest() throws {
        var learner = try ChebCB(armCount: 20, contexts: -3...7)
        var stream = RandomStream(seed: 3, index: 0, purpose: "contexts")
        for _ in 0..<500 {
            let arm = learner.choose(context: stream.uniform(in: -3...7), draw: stream.uniform())
            #expect(abs(learner.probabilities.reduce(0, +) - 1) <= 1e-14)
            #expect(learner.probabilities.allSatisfy { $0 > 0 } && learner.probabilities.max()! >= 0.05 - 1e-15)
            learner.learn(cost: Double(10 + arm))
        }
    }

    /// A series of the cost's own degree is found; contexts outside count as the ends.
    @Test func contextsOutsideCountAsTheEnds() throws {
        var learner = try ChebCB(armCount: 2, contexts: 0...1)
        for step in 0..<400 {
            let x = Double(step % 20) / 19
            let arm = learner.choose(context: x, draw: Double(step * 7 % 400) / 400)
            learner.learn(cost: arm == 0 ? 1 + 4 * x : 4 - 2 * x)
        }
        var (low, end) = (learner, learner)
        #expect(low.choose(context: -.infinity, draw: 0.3) == 0)
        _ = end.choose(context: 0, draw: 0.3)
        #expect(low == end)
        #expect(learner.choose(context: 9, draw: 0.9) == 1)
    }

    @Test func wrongRangesAreRefused() {
        #expect(throws: TuningError.noArms) { try ChebCB(armCount: 0, contexts: 0...1) }
        #expect(throws: TuningError.contextRange(lower: 2, upper: 2)) { try ChebCB(armCount: 3, contexts: 2...2) }
        #expect(throws: TuningError.self) { try ChebCB(armCount: 3, contexts: 2...(.infinity)) }
    }

    /// The same seed chooses the same, another differently, and a decoded snapshot goes on as the original.
    @Test func choicesAreAFunctionOfTheSeedAndResume() throws {
        func arms<Learner: TuningLearner>(_ tuner: inout ParameterTuner<Learner>, _ steps: Range<Int>) throws -> [Int] {
            try steps.map { step in
                let x = Double(step * 37 % 100) / 100
                let arm = try tuner.choose(context: x)
                try tuner.learn(cost: Self.cost(arm, x))
                return arm
            }
        }
        func check<Learner: TuningLearner>(_ learner: Learner) throws {
            var (first, second) = (ParameterTuner(learner, seed: 8), ParameterTuner(learner, seed: 8))
            var other = ParameterTuner(learner, seed: 9)
            let whole = try arms(&first, 0..<600)
            #expect(try arms(&other, 0..<600) != whole)
            let half = try arms(&second, 0..<300)
            var resumed = try JSONDecoder().decode(
                ParameterTuner<Learner>.self, from: JSONEncoder().encode(second))
            #expect(resumed == second && resumed.step == 300)
            #expect(try half + arms(&resumed, 300..<600) == whole)
        }
        try check(try ChebCB(armCount: 6, contexts: 0...1))
        try check(try TsallisINF(armCount: 6))
    }
}
