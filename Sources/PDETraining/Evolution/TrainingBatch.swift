import PDECore
import PDEData
import PDETensor

/// A batch as tensors: the frames of its windows and what does not change with time.
public struct TrainingBatch<Scalar: Real>: TrainingSamples, Sendable {
    /// One tensor a frame of the window, [samples][grid…][channels], in physical units.
    public let frames: [Tensor<Scalar>]
    /// Parameters and geometry as the network sees them, [samples][grid…][conditions]; nil when there are none.
    public let conditions: Tensor<Scalar>?
    /// 1 in the fluid and 0 in solids, [samples][grid…][1]; nil where there are no solids.
    public let fluid: Tensor<Scalar>?
    /// Positions of the samples in their split.
    public let samples: [Int]

    /// Samples in the batch.
    public var count: Int { samples.count }
}

/// Makes tensors of what a loader has read.
package struct BatchAssembler<Scalar: Real>: Sendable {
    /// Points along each axis and channels of a frame.
    let grid: [Int]
    let channels: Int
    /// The number of frames in a window.
    let frameCount: Int
    let conditions: Conditions
    /// The numbers of every sample of the split by position, as the network sees them.
    let numbers: [[Double]]
    let backend: any Backend

    package func callAsFunction(_ batch: Batch) -> TrainingBatch<Scalar> {
        let (count, size) = (batch.count, grid.product * channels)
        let frames = (0..<frameCount).map { frame in
            Tensor<Scalar>(shape: [count] + grid + [channels], on: backend) { values in
                for sample in 0..<count {
                    convert(
                        batch.values.pointer + (sample * frameCount + frame) * size,
                        into: values.baseAddress! + sample * size, count: size)
                }
            }
        }
        let samples = batch.windows[..<count].map(\.sample)
        let geometry = batch.constants.map { UnsafePointer($0.pointer) }
        return TrainingBatch(
            frames: frames, conditions: conditions.channels(samples.map { numbers[$0] }, geometry, on: grid, backend),
            fluid: conditions.fluid(geometry, samples: count, on: grid, backend), samples: samples)
    }

    private func convert(_ from: UnsafePointer<Float>, into to: UnsafeMutablePointer<Scalar>, count: Int) {
        if let to = to as? UnsafeMutablePointer<Float> {
            to.update(from: from, count: count)
        } else {
            for index in 0..<count { to[index] = Scalar(from[index]) }
        }
    }
}

/// A loader's batches as tensors.
final class TrainingBatches<Scalar: Real>: BatchSource {
    private let loader: BatchLoader
    private let assembler: BatchAssembler<Scalar>

    init(_ loader: BatchLoader, _ assembler: BatchAssembler<Scalar>) {
        (self.loader, self.assembler) = (loader, assembler)
    }

    func next() throws -> TrainingBatch<Scalar>? {
        guard let batch = try loader.next() else { return nil }
        let tensors = assembler(batch)
        loader.recycle(batch)
        return tensors
    }

    var waitingSeconds: Double { loader.waitingSeconds }
}
