import PDECore
import PDETensor

/// One step of a classical solver from given states, for training on diverted chains: from states [samples][grid…][channels] of
/// the samples at these positions of the training split to their true successors.
typealias ClassicalStep<Scalar: Real> = (_ states: Tensor<Scalar>, _ samples: [Int]) -> Tensor<Scalar>

extension TrainingData {
    /// A classical solver on tensors.
    /// - Throws: `TrainingError.data` where there is none.
    func classicalStep(_ solver: Training.ClassicalSolver?) throws -> ClassicalStep<Scalar> {
        guard let solver else {
            throw TrainingError.data(
                path: reader.path,
                problem: "there is no classical solver that goes on from its states, which this experiment asks",
                remedy: "Use another task.training or regularizer.kind; flows have none, nor grids of odd size.")
        }
        let names = reader.description.parameters.filter { !$0.isTimeVarying }.map(\.name)
        let numbers = try names.map { try reader.scalar($0) }
        let (points, channels) = (selection.pointCount, selection.channelCount)
        let buffer = AlignedBuffer<Double>(count: points * channels)
        return { states, samples in
            Tensor(shape: states.shape, on: states.backend) { values in
                states.withUnsafeValues { source in
                    for (row, sample) in samples.enumerated() {
                        let place = row * points * channels
                        for point in 0..<points {
                            for channel in 0..<channels {
                                buffer.pointer[channel * points + point] = Double(
                                    source[place + point * channels + channel])
                            }
                        }
                        let parameters = zip(names, numbers).map { ($0, $1.count == 1 ? $1[0] : $1[sample]) }
                        solver(buffer.pointer, Dictionary(uniqueKeysWithValues: parameters))
                        for point in 0..<points {
                            for channel in 0..<channels {
                                values[place + point * channels + channel] = Scalar(
                                    buffer.pointer[channel * points + point])
                            }
                        }
                    }
                }
            }
        }
    }
}
