import PDECore
import PDEData
import PDEOperators
import PDETensor

/// To learn outputs from inputs on a grid that stand in memory: pairs of fields, a part of which is held back for validation.
///
/// The network sees inputs of mean zero and size one, and its outputs get the outputs' means and deviations, all fitted on what it
/// is trained on; `model` is in the arrays' own units. The loss is of outputs of mean zero and size one too, so that each channel
/// counts, whatever its units.
public final class ArrayProblem<Scalar: Real>: TrainingProblem {
    /// The network with what surrounds it, from inputs to outputs in their own units.
    public let model: Surrogate<Scalar>
    private let inputs, outputs: Samples
    private let trained, held: [Int]
    private let grid: [Int]
    private let loss: FieldLoss
    private let seed: UInt64
    private let backend: CPUBackend
    private let outputMean, inverseDeviation: Tensor<Scalar>

    /// Channels of many samples.
    private struct Samples {
        let values: [Float]
        let valuesPerSample, channels: Int

        /// Mean and deviation of each channel over some samples.
        func moments(of samples: [Int]) -> [RunningMoments] {
            var moments = [RunningMoments](repeating: RunningMoments(), count: channels)
            for sample in samples {
                for place in 0..<valuesPerSample {
                    moments[place % channels].add(Double(values[sample * valuesPerSample + place]))
                }
            }
            return moments
        }
    }

    /// Pairs of fields, and a network between them.
    ///
    /// - Parameters:
    ///   - network: what is trained; its channels tell those of the arrays.
    ///   - inputs: [samples][grid…][channels in], in row-major order.
    ///   - outputs: [samples][grid…][channels out].
    ///   - grid: points along each axis.
    ///   - isPeriodic: for every axis whether it is periodic; all are if left out.
    ///   - loss: what is made small.
    ///   - validation: the part of the samples that is held back, drawn by the seed: one sample at least.
    ///   - seed: of what is held back and of the batches' order.
    ///   - backend: what the network's parameters compute on.
    /// - Throws: `TrainingError.data` where the arrays are not of this grid and network, hold numbers that are not finite, or fewer
    ///   than two samples.
    public init(
        _ network: any FieldOperator<Scalar>, inputs: [Float], outputs: [Float], grid: [Int], isPeriodic: [Bool]? = nil,
        loss: any Loss = RelativeL2(), validation: Double = 0.1, seed: UInt64 = 0, on backend: CPUBackend
    ) throws(TrainingError) {
        let isPeriodic = isPeriodic ?? grid.map { _ in true }
        precondition(isPeriodic.count == grid.count, "isPeriodic: expected \(grid.count) axes, got \(isPeriodic.count)")
        precondition(validation > 0 && validation < 1, "validation: expected a part between 0 and 1, got \(validation)")
        let points = grid.product
        func samples(_ values: [Float], _ channels: Int, _ name: String) throws(TrainingError) -> Samples {
            guard values.count % (points * channels) == 0, !values.isEmpty else {
                throw .data(
                    path: name,
                    problem: "\(values.count) values are no whole number of samples of \(points) points and "
                        + "\(channels) channel\(channels == 1 ? "" : "s")",
                    remedy: "Give [samples][grid…][channels], with the channels that the network has.")
            }
            if let odd = values.firstIndex(where: { !$0.isFinite }) {
                throw .data(
                    path: name, problem: "sample \(odd / (points * channels)) holds \(values[odd])",
                    remedy: "Leave it out.")
            }
            return Samples(values: values, valuesPerSample: points * channels, channels: channels)
        }
        let given = try samples(inputs, network.inputChannels, "inputs")
        let wanted = try samples(outputs, network.outputChannels, "outputs")
        let count = inputs.count / given.valuesPerSample
        guard outputs.count == count * wanted.valuesPerSample, count >= 2 else {
            throw .data(
                path: "outputs",
                problem: "there are \(outputs.count / wanted.valuesPerSample) outputs for \(count) inputs",
                remedy: "Give one output for each input, and two samples at least.")
        }
        var stream = RandomStream(seed: seed, index: 0, purpose: "held back")
        let order = stream.permutation(of: count)
        let heldCount = min(count - 1, max(1, Int((validation * Double(count)).rounded())))
        (held, trained) = (order.prefix(heldCount).sorted(), order.dropFirst(heldCount).sorted())
        (self.inputs, self.outputs, self.grid, self.seed, self.backend) = (given, wanted, grid, seed, backend)
        let (seen, target) = (given.moments(of: trained), wanted.moments(of: trained))
        let normalization = Normalization(
            stateMean: seen.map(\.mean), stateDeviation: seen.map(\.safeDeviation), outputMean: target.map(\.mean),
            outputDeviation: target.map(\.safeDeviation), parameterMean: [], parameterDeviation: [],
            parameterIsLogarithmic: [])
        model = Surrogate(network, normalization, history: 1, predictsChange: false, on: backend)
        outputMean = Tensor(target.map { Scalar($0.mean) }, shape: [target.count], on: backend)
        inverseDeviation = Tensor(target.map { Scalar(1 / $0.safeDeviation) }, shape: [target.count], on: backend)
        self.loss = FieldLoss(loss, isPeriodic: isPeriodic, smallest: 1e-3 * Double(target.count).squareRoot())
    }

    /// Some samples as tensors.
    public struct Pairs: TrainingSamples {
        /// What goes in and what comes out, [samples][grid…][channels].
        public let inputs, outputs: Tensor<Scalar>
        /// The number of samples.
        public var count: Int { inputs.shape[0] }
    }

    private func pairs(_ samples: some Collection<Int>) -> Pairs {
        func tensor(_ source: Samples) -> Tensor<Scalar> {
            Tensor(shape: [samples.count] + grid + [source.channels], on: backend) { target in
                for (row, sample) in samples.enumerated() {
                    let (to, from) = (row * source.valuesPerSample, sample * source.valuesPerSample)
                    for place in 0..<source.valuesPerSample { target[to + place] = Scalar(source.values[from + place]) }
                }
            }
        }
        return Pairs(inputs: tensor(inputs), outputs: tensor(outputs))
    }

    /// See `TrainingProblem`.
    public func batchCount(size: Int) -> Int { (trained.count + size - 1) / size }

    /// See `TrainingProblem`.
    public func batches(size: Int, from start: BatchPosition, epochs: Int) -> any BatchSource<Pairs> {
        ArrayBatches(start, epochs: epochs) { [self] position in
            var stream = RandomStream(seed: seed, index: position.epoch, purpose: "order of pairs")
            let order = stream.permutation(of: trained.count)
            let first = position.batch * size
            return first < order.count
                ? pairs(order[first..<min(first + size, order.count)].map { trained[$0] }) : nil
        }
    }

    /// See `TrainingProblem`.
    public func loss(
        _ model: Surrogate<Scalar>, constant: Surrogate<Scalar>, _ batch: Pairs, step: Int
    ) -> Tensor<Scalar> { error(of: prediction(model, batch), batch.outputs) }

    private func error(of prediction: Tensor<Scalar>, _ truth: Tensor<Scalar>) -> Tensor<Scalar> {
        loss((prediction - outputMean) * inverseDeviation, (truth - outputMean) * inverseDeviation)
    }

    /// See `TrainingProblem`.
    public func prediction(_ model: Surrogate<Scalar>, _ batch: Pairs) -> Tensor<Scalar> {
        model(batch.inputs, conditions: nil)
    }

    /// See `TrainingProblem`.
    public func validate(_ model: Surrogate<Scalar>, batch: Int, shouldStop: () -> Bool) throws -> Double {
        var sum = 0.0
        for first in stride(from: 0, to: held.count, by: batch) {
            if shouldStop() { throw TrainingError.interrupted }
            let pairs = pairs(held[first..<min(first + batch, held.count)])
            sum += Double(error(of: prediction(model, pairs), pairs.outputs).item) * Double(pairs.count)
        }
        return sum / Double(held.count)
    }
}

/// Batches that are made when they are asked for.
private final class ArrayBatches<Batch>: BatchSource {
    private var position: BatchPosition
    private let epochs: Int
    private let make: (BatchPosition) -> Batch?
    let waitingSeconds = 0.0

    /// - Parameter make: gives the batch at a position; nil behind an epoch's last one.
    init(_ start: BatchPosition, epochs: Int, _ make: @escaping (BatchPosition) -> Batch?) {
        (position, self.epochs, self.make) = (start, epochs, make)
    }

    func next() -> Batch? {
        while position.epoch < epochs {
            if let batch = make(position) {
                position.batch += 1
                return batch
            }
            position = BatchPosition(epoch: position.epoch + 1)
        }
        return nil
    }
}
