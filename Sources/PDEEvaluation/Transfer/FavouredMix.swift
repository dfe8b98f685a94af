import Glibc

/// The mix that measured curves favour for a budget of solver seconds: one that was measured, or one between two.
public struct FavouredMix: Equatable, Sendable {
    /// What fills up.
    public let filler: String
    /// How samples are mixed.
    public let way: MixScore.Way
    /// Hard samples, and others.
    public let hard, others: Int
    /// What they cost: at most the budget.
    public let seconds: Double
    /// The error that was measured or is expected.
    public let error: Estimate
    /// The names of the mixes on both sides; one where it was measured itself.
    public let between: [String]

    init(_ mix: MixScore) {
        (filler, way, hard, others) = (mix.filler, mix.way, mix.hard, mix.others)
        (seconds, error, between) = (mix.seconds, mix.error, [mix.name])
    }

    /// Between two mixes of one curve: samples are linear in the seconds, the logarithm of the error, and of the ends of its interval, in
    /// that of the seconds.
    init(_ cheap: MixScore, _ dear: MixScore, within budget: Double) {
        let part = (budget - cheap.seconds) / (dear.seconds - cheap.seconds)
        func samples(_ number: (MixScore) -> Int) -> Int {
            Int((Double(number(cheap)) + part * Double(number(dear) - number(cheap))).rounded(.down))
        }
        let weight = log(budget / cheap.seconds) / log(dear.seconds / cheap.seconds)
        func between(_ a: Double, _ b: Double) -> Double { exp(log(a) + weight * (log(b) - log(a))) }
        let (a, b) = (cheap.error, dear.error)
        (filler, way) = (dear.filler, dear.way)
        (hard, others) = (samples(\.hard), samples(\.others))
        seconds = budget
        error = Estimate(
            value: between(a.value, b.value), lower: a.lower.flatMap { low in b.lower.map { between(low, $0) } },
            upper: a.upper.flatMap { high in b.upper.map { between(high, $0) } })
        self.between = [cheap.name, dear.name]
    }
}

extension TransferResult.Panel {
    /// The mix with the smallest error for at most so many solver seconds; nil where all cost more.
    ///
    /// Beside those that were measured stand those between neighbours of a curve: mixes with one filler, mixed one way, that differ in
    /// their hard samples only, in the others only, or in the part of hard ones only.
    public func favoured(within budget: Double) -> FavouredMix? {
        var candidates = mixes.filter { $0.seconds <= budget }.map { FavouredMix($0) }
        for curve in curves {
            for (cheap, dear) in zip(curve, curve.dropFirst())
            where cheap.seconds > 0 && cheap.seconds < budget && budget < dear.seconds {
                candidates.append(FavouredMix(cheap, dear, within: budget))
            }
        }
        return candidates.min { $0.error.value < $1.error.value }
    }

    /// Mixes that differ in one thing only, cheapest first.
    private var curves: [[MixScore]] {
        let kept: [(MixScore) -> Int] = [{ $0.hard }, { $0.others }, { $0.samples }]
        return Self.series(mixes).flatMap { series in
            kept.flatMap { number -> [[MixScore]] in
                Dictionary(grouping: series.mixes, by: number).sorted { $0.key < $1.key }.map(\.value)
            }
        }.filter { $0.count > 1 }
    }
}
