import PDECore
import PDEData
import PDETensor

/// A batch as tensors: the frames of its windows and what does not change with time.
public struct TrainingBatch<Scalar: Real>: Sendable {
    /// One tensor a frame of the window, [samples][grid…][channels], in physical units.
    public let frames: [Tensor<Scalar>]
    /// Parameters and geometry as the network sees them, [samples][grid…][conditions]; nil when there are none.
    public let conditions: Tensor<Scalar>?
    /// 1 in the fluid and 0 in solids, [samples][grid…][1]; nil where there are no solids.
    public let fluid: Tensor<Scalar>?

    /// Samples in the batch.
    public var count: Int { frames[0].shape[0] }
}

/// Makes tensors of what a loader has read.
package struct BatchAssembler<Scalar: Real>: Sendable {
    /// Points along each axis and channels of a frame.
    let grid: [Int]
    let channels: Int
    /// The number of frames in a window.
    let frameCount: Int
    /// Parameters of every sample of the split by position, normalised: [parameter][sample].
    let parameters: [[Double]]
    /// Channels of `Batch.constants`: the mask first, then the signed distance; 0 without geometry.
    let geometryChannels: Int
    let backend: any Backend

    package func callAsFunction(_ batch: Batch) -> TrainingBatch<Scalar> {
        let (count, points) = (batch.count, grid.product)
        let size = points * channels
        let frames = (0..<frameCount).map { frame in
            Tensor<Scalar>(shape: [count] + grid + [channels], on: backend) { values in
                for sample in 0..<count {
                    convert(
                        batch.values.pointer + (sample * frameCount + frame) * size,
                        into: values.baseAddress! + sample * size, count: size)
                }
            }
        }
        let width = parameters.count + geometryChannels
        var conditions: Tensor<Scalar>?
        if width > 0 {
            conditions = Tensor(shape: [count] + grid + [width], on: backend) { values in
                for sample in 0..<count {
                    let numbers = parameters.map { Scalar($0[batch.windows[sample].sample]) }
                    for point in 0..<points {
                        let place = (sample * points + point) * width
                        for (index, number) in numbers.enumerated() { values[place + index] = number }
                        for channel in 0..<geometryChannels {
                            values[place + numbers.count + channel] = Scalar(
                                batch.constants!.pointer[(sample * points + point) * geometryChannels + channel])
                        }
                    }
                }
            }
        }
        var fluid: Tensor<Scalar>?
        if geometryChannels > 0 {
            fluid = Tensor(shape: [count] + grid + [1], on: backend) { values in
                for place in values.indices {
                    values[place] = 1 - Scalar(batch.constants!.pointer[place * geometryChannels])
                }
            }
        }
        return TrainingBatch(frames: frames, conditions: conditions, fluid: fluid)
    }

    private func convert(_ from: UnsafePointer<Float>, into to: UnsafeMutablePointer<Scalar>, count: Int) {
        if let to = to as? UnsafeMutablePointer<Float> {
            to.update(from: from, count: count)
        } else {
            for index in 0..<count { to[index] = Scalar(from[index]) }
        }
    }
}
