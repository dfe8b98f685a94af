import PDEConfig
import PDEPlot

/// One channel of a recorded rollout as small whole numbers, ready to stand in a page.
///
/// Pictures take one byte a value and are shown in 254 steps of colour, lines two bytes, so that no staircase is seen. Code 0
/// means that the value is no number.
struct QuantisedRollout {
    private let record: RecordedRollout
    private let channel: Int
    /// The values at the ends of the scale of truth and prediction, and the largest error shown.
    let limits: ClosedRange<Double>
    let largestError: Double
    /// Whether zero stands in the middle of the scale.
    let isSigned: Bool
    private let codes: Int

    init(_ record: RecordedRollout, channel: Int) {
        self.record = record
        self.channel = channel
        codes = record.rows == 1 ? 65_535 : 255
        let truth = record.values(record.truth, channel: channel)
        let prediction = record.values(record.prediction, channel: channel)
        // The truth sets the scale: a prediction that leaves it is meant to look so.
        let shown = truth.isEmpty ? prediction : truth
        let extent = ValueLimits.percentile(0.05).resolved(for: shown)
        isSigned =
            extent.lowerBound < 0 && extent.upperBound > 0
            && min(-extent.lowerBound, extent.upperBound) > 0.25 * max(-extent.lowerBound, extent.upperBound)
        let margin = record.rows == 1 ? 0.08 * (extent.upperBound - extent.lowerBound) : 0
        let reach = max(-extent.lowerBound, extent.upperBound)
        limits =
            isSigned
            ? -(reach + margin)...(reach + margin) : (extent.lowerBound - margin)...(extent.upperBound + margin)
        let errors = zip(prediction, truth).map { abs($0 - $1) }.filter(\.isFinite).sorted()
        let typical = errors.isEmpty ? 0 : Double(errors[Int(0.995 * Double(errors.count - 1))])
        largestError = min(max(typical, 1e-6 * reach + 1e-30), limits.upperBound - limits.lowerBound)
    }

    /// The page's script reads this.
    /// - Parameters:
    ///   - note: what the channel is, in which units.
    ///   - hasTruth: whether the truth is told, too.
    func json(note: String, hasTruth: Bool) -> JSON {
        let truth = record.values(record.truth, channel: channel)
        let prediction = record.values(record.prediction, channel: channel)
        let error = zip(prediction, truth).map { $0 - $1 }
        return .object([
            ("channel", .string(record.channels[channel])), ("low", .number(limits.lowerBound)),
            ("high", .number(limits.upperBound)), ("error", .number(largestError)), ("signed", .bool(isSigned)),
            ("note", .string(note)), ("truth", .string(hasTruth ? packed(truth, limits) : "")),
            ("prediction", .string(packed(prediction, limits))),
            ("difference", .string(packed(error, -largestError...largestError))),
        ])
    }

    private func packed(_ values: [Float], _ limits: ClosedRange<Double>) -> String {
        let low = Float(limits.lowerBound)
        let scale = Float(Double(codes - 1) / (limits.upperBound - limits.lowerBound))
        var bytes: [UInt8] = []
        bytes.reserveCapacity(values.count * (codes > 255 ? 2 : 1))
        for value in values {
            let code = value.isNaN ? 0 : 1 + Int(min(max((value - low) * scale, 0), Float(codes - 1)).rounded())
            bytes.append(UInt8(truncatingIfNeeded: code))
            if codes > 255 { bytes.append(UInt8(truncatingIfNeeded: code >> 8)) }
        }
        return Base64.text(Deflate.packed(bytes, level: 9))
    }
}
