import PDECore

/// Energy by wavenumber of truth, prediction and their difference.
///
/// Periodic boxes are transformed by Fourier. On any other box every axis is taken by a type-II cosine transform, that is,
/// mirrored at its ends: no window eats the values near walls, and a field that is smooth up to a wall shows no step there.
/// A periodic box with an odd last axis goes the second way too.
package final class FieldSpectrum {
    package let shells: SpectralShells
    /// Mean square by shell, channels in their scales.
    package private(set) var truth, prediction, error: [Double]

    private enum Transform {
        case fourier(RealFourierTransform<Float>)
        case cosine(FourierPlan)
    }

    private let transform: Transform
    private let points: Int
    private let input, truthCoefficients, predictionCoefficients: AlignedBuffer<Float>

    package init(on grid: Grid) {
        points = grid.count
        input = AlignedBuffer(count: points)
        shells = SpectralShells(describing: grid)
        if SpectralShells.isFourier(grid) {
            let fourier = RealFourierTransform<Float>(shape: grid.shape)
            transform = .fourier(fourier)
            truthCoefficients = AlignedBuffer(count: 2 * fourier.modeCount)
            predictionCoefficients = AlignedBuffer(count: 2 * fourier.modeCount)
        } else {
            var (axes, stride): ([FourierAxis], Int) = ([], 1)
            for axis in grid.axes.reversed() {
                axes.insert(FourierAxis(axis.count, stride: stride), at: 0)
                stride *= axis.count
            }
            let kinds = [FourierPlan.RealKind](repeating: .cosineII, count: grid.axes.count)
            transform = .cosine(FourierPlan(.realToReal(kinds), axes: axes, of: Float.self))
            truthCoefficients = AlignedBuffer(count: points)
            predictionCoefficients = AlignedBuffer(count: points)
        }
        truth = [Double](repeating: 0, count: shells.wavenumbers.count)
        prediction = truth
        error = truth
    }

    /// The spectra of a frame, [channel][space…]; those of truth and error are zero without a truth.
    package func analyse(
        truth: UnsafePointer<Float>?, prediction: UnsafePointer<Float>, scales: UnsafePointer<Double>, channels: Int
    ) {
        for shell in self.truth.indices {
            self.truth[shell] = 0
            self.prediction[shell] = 0
            error[shell] = 0
        }
        for channel in 0..<channels {
            let weight = 1 / (scales[channel] * scales[channel])
            coefficients(of: prediction + channel * points, into: predictionCoefficients)
            if let truth {
                coefficients(of: truth + channel * points, into: truthCoefficients)
                gatherBoth(weight)
            } else {
                gatherPrediction(weight)
            }
        }
    }

    /// A copy brings the values to where the transform wants them.
    private func coefficients(of values: UnsafePointer<Float>, into result: AlignedBuffer<Float>) {
        input.pointer.update(from: values, count: points)
        switch transform {
        case .fourier(let fourier): fourier.forward(input.pointer, into: result.pointer)
        case .cosine(let plan): plan.execute(input.pointer, result.pointer)
        }
    }

    private func gatherBoth(_ scale: Double) {
        let (t, p) = (truthCoefficients.pointer, predictionCoefficients.pointer)
        truth.withUnsafeMutableBufferPointer { truth in
            prediction.withUnsafeMutableBufferPointer { prediction in
                error.withUnsafeMutableBufferPointer { error in
                    shells.shell.withUnsafeBufferPointer { shell in
                        shells.weight.withUnsafeBufferPointer { weight in
                            let (truth, prediction) = (truth.baseAddress!, prediction.baseAddress!)
                            let (shell, weight) = (shell.baseAddress!, weight.baseAddress!)
                            let error = error.baseAddress!
                            let count = shells.shell.count
                            if case .fourier = transform {
                                for mode in 0..<count {
                                    let (a, b) = (t[2 &* mode], t[2 &* mode &+ 1])
                                    let (c, d) = (p[2 &* mode], p[2 &* mode &+ 1])
                                    let w = scale * Double(weight[mode])
                                    let place = Int(truncatingIfNeeded: shell[mode])
                                    truth[place] += w * Double(a * a + b * b)
                                    prediction[place] += w * Double(c * c + d * d)
                                    error[place] += w * Double((c - a) * (c - a) + (d - b) * (d - b))
                                }
                            } else {
                                for mode in 0..<count {
                                    let (a, c) = (t[mode], p[mode])
                                    let w = scale * Double(weight[mode])
                                    let place = Int(truncatingIfNeeded: shell[mode])
                                    truth[place] += w * Double(a * a)
                                    prediction[place] += w * Double(c * c)
                                    error[place] += w * Double((c - a) * (c - a))
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    private func gatherPrediction(_ scale: Double) {
        let p = predictionCoefficients.pointer
        prediction.withUnsafeMutableBufferPointer { prediction in
            shells.shell.withUnsafeBufferPointer { shell in
                shells.weight.withUnsafeBufferPointer { weight in
                    let prediction = prediction.baseAddress!
                    let (shell, weight) = (shell.baseAddress!, weight.baseAddress!)
                    let count = shells.shell.count
                    if case .fourier = transform {
                        for mode in 0..<count {
                            let (c, d) = (p[2 &* mode], p[2 &* mode &+ 1])
                            let w = scale * Double(weight[mode])
                            prediction[Int(truncatingIfNeeded: shell[mode])] += w * Double(c * c + d * d)
                        }
                    } else {
                        for mode in 0..<count {
                            let w = scale * Double(weight[mode])
                            prediction[Int(truncatingIfNeeded: shell[mode])] += w * Double(p[mode] * p[mode])
                        }
                    }
                }
            }
        }
    }
}
