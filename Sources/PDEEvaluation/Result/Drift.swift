/// A way in which a rollout that stays bounded leaves the statistics of the truth.
public enum Drift: String, Codable, Sendable, CaseIterable {
    /// Over the last tenth of the scored steps the energy is a quarter above or a fifth below the truth's, or beyond the
    /// reference it exceeds the truth's largest by a quarter.
    case energy
    /// A channel's mean moves by a tenth of the channel's scale more than the truth's ever does.
    case mean
    /// Over the last tenth of the scored steps the energies of the smallest scales are off by a factor of ten, or beyond
    /// the reference their share exceeds the truth's largest ten times.
    case smallScales

    /// What a reader is told.
    var words: String {
        switch self {
        case .energy: "the energy"
        case .mean: "a mean that should be kept"
        case .smallScales: "the smallest scales"
        }
    }

    private static let energyFactor = 1.25
    private static let meanRoom = 0.1
    private static let smallScaleDecades = 1.0

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
        if most(trace.meanDrift) > most(trace.truthMeanDrift) + meanRoom { drifts.append(.mean) }
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
