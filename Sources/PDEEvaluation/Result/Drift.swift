/// A way in which a rollout that stays bounded leaves the statistics of the truth.
public enum Drift: String, Codable, Sendable, CaseIterable {
    /// Over the last tenth of the scored steps the energy is a quarter above or a fifth below the truth's, or beyond the
    /// reference it exceeds the truth's largest by a quarter.
    case energy
    /// A channel's mean moves by a tenth of the channel's scale more than the truth's ever does; beyond the reference only
    /// where the truth keeps its means.
    case mean
    /// Over the last tenth of the scored steps the energies of the smallest scales are off by a factor of ten, or beyond
    /// the reference their share exceeds the truth's largest ten times.
    case smallScales

    /// What a reader is told.
    ///
    /// - Parameters:
    ///   - quantity: what `energy` is of these channels.
    ///   - keepsMeans: whether the truth keeps the channels' means.
    func words(_ quantity: String, keepsMeans: Bool) -> String {
        switch self {
        case .energy: "the \(quantity)"
        case .mean: keepsMeans ? "a mean that should be kept" : "a channel's mean"
        case .smallScales: "the smallest scales"
        }
    }

    private static let energyFactor = 1.25
    private static let meanRoom = 0.1
    private static let smallScaleDecades = 1.0
    /// A mean that moves by less than this part of its channel's scale over all scored steps is kept.
    static let keptMean = 1e-4

    static func all(in trace: RolloutTrace) -> [Drift] {
        var drifts: [Drift] = []
        let scored = trace.error.count
        let last = scored - max(1, scored / 10)..<scored
        let truthLevel = trace.truthEnergy[last].reduce(0.0) { $0 + Double($1) }
        let level = trace.energy[last].reduce(0.0) { $0 + Double($1) }
        let largest = trace.truthEnergy.reduce(trace.initialEnergy) { max($0, Double($1)) }
        let beyond = trace.energy[scored...].reduce(0.0) { max($0, Double($1)) }
        if level > energyFactor * truthLevel || energyFactor * level < truthLevel || beyond > energyFactor * largest {
            drifts.append(.energy)
        }
        func most(_ values: [Float]) -> Double { Double(values.reduce(0, max)) }
        let truthDrift = most(trace.truthMeanDrift)
        let judged = truthDrift < keptMean ? trace.meanDrift : Array(trace.meanDrift[..<scored])
        if most(judged) > truthDrift + meanRoom { drifts.append(.mean) }
        let spectra = trace.highDecades.count
        let end = trace.highDecades[(spectra - max(1, spectra / 10))...].filter { !$0.isNaN }
        let decades = end.isEmpty ? 0 : end.reduce(0.0) { $0 + Double($1) } / Double(end.count)
        let share = most(Array(trace.highShare[spectra...]))
        // Shares below single-precision round-off say nothing.
        if decades > smallScaleDecades || share > max(10 * most(trace.truthHighShare), 1e-6) {
            drifts.append(.smallScales)
        }
        return drifts
    }
}
