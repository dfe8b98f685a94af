import Glibc

/// Means, energies and errors of one predicted frame, all channels together.
///
/// Channels are added in units of their scales; nRMSE = ‖p − t‖/‖t‖, the correlation is mean-centred channel by channel,
/// VRMSE = sqrt(mean((p−t)²)/(var t + 1e-7)) is averaged over the channels (Ohana et al. 2024, "The Well").
struct FrameMoments {
    /// ‖p − t‖/‖t‖; infinite where the truth is zero and the prediction is not.
    var error = 0.0
    var varianceError = 0.0
    var correlation = 0.0
    /// Root mean squares of a frame in the channels' scales, and of p − t.
    var truthNorm = 0.0, predictionNorm = 0.0, errorNorm = 0.0
    /// ½ Σ ⟨u²⟩ over the energy's channels, in their own units.
    var truthEnergy = 0.0, energy = 0.0

    static let varianceFloor = 1e-7

    /// Moments of a prediction; those that need the truth stay 0 without one.
    ///
    /// - Parameters:
    ///   - truth: [channel][space…], or nil past the reference.
    ///   - prediction: [channel][space…].
    ///   - energyWeights: 1 for a channel that counts in the energy, else 0.
    ///   - means: gets the prediction's mean of each channel.
    ///   - truthMeans: gets the truth's.
    init(
        truth: UnsafePointer<Float>?, prediction: UnsafePointer<Float>, points: Int, scales: UnsafePointer<Double>,
        shifts: UnsafePointer<Float>, energyWeights: UnsafePointer<Double>, channels: Int,
        means: UnsafeMutablePointer<Double>,
        truthMeans: UnsafeMutablePointer<Double>
    ) {
        let n = Double(points)
        var (errors, truths, predictions, covariance, truthVariance, predictionVariance) = (
            0.0, 0.0, 0.0, 0.0, 0.0, 0.0
        )
        for channel in 0..<channels {
            let sums = PointSums(
                truth: truth.map { $0 + channel * points }, prediction: prediction + channel * points, count: points,
                shift: shifts[channel])
            let weight = 1 / (scales[channel] * scales[channel])
            let shift = Double(shifts[channel])
            let (meanT, meanP) = (sums.truth / n, sums.prediction / n)
            means[channel] = shift + meanP
            // Back from the shift, a field of zeros may come out as a small negative square; NaN stays NaN.
            let predictionSquare = max(sums.predictionSquared / n + shift * (2 * meanP + shift), 0)
            predictions += weight * predictionSquare
            energy += 0.5 * energyWeights[channel] * predictionSquare
            guard truth != nil else { continue }
            truthMeans[channel] = shift + meanT
            let truthSquare = max(sums.truthSquared / n + shift * (2 * meanT + shift), 0)
            truths += weight * truthSquare
            truthEnergy += 0.5 * energyWeights[channel] * truthSquare
            let squaredError = sums.errorSquared / n
            errors += weight * squaredError
            let product = (sums.truthSquared + sums.predictionSquared - sums.errorSquared) / (2 * n)
            let variance = max(0, sums.truthSquared / n - meanT * meanT)
            covariance += weight * (product - meanT * meanP)
            truthVariance += weight * variance
            predictionVariance += weight * max(0, sums.predictionSquared / n - meanP * meanP)
            varianceError += (squaredError / (variance + Self.varianceFloor)).squareRoot() / Double(channels)
        }
        predictionNorm = predictions.squareRoot()
        guard truth != nil else { return }
        truthNorm = truths.squareRoot()
        errorNorm = errors.squareRoot()
        error = errors == 0 ? 0 : (errors / truths).squareRoot()
        let spread = (truthVariance * predictionVariance).squareRoot()
        correlation = spread > 0 ? min(1, covariance / spread) : errors == 0 ? 1 : 0
    }
}
