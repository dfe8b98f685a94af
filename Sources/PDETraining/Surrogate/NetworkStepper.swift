import PDEConfig
import PDECore
import PDETensor

/// A trained surrogate as a stepper, one trajectory at a time, in single or double precision.
///
/// Its memory comes from the pool of its own one-threaded backend, which a warm step does not make grow.
public final class NetworkStepper<Scalar: Real>: Stepper {
    /// What a step needs to know: the last states and what does not change with time.
    public struct State: Sendable {
        /// [1][grid…][history × channels].
        public var states: Tensor<Scalar>
        /// [1][grid…][conditions], or nil.
        public var conditions: Tensor<Scalar>?

        package init(states: Tensor<Scalar>, conditions: Tensor<Scalar>?) {
            (self.states, self.conditions) = (states, conditions)
        }
    }

    /// The model.
    public let model: TrainedModel<Scalar>
    /// The time of one step.
    public var timeStep: Double { model.description.timeStep }
    let backend: CPUBackend

    /// A stepper of the best state of a run.
    /// - Throws: as `TrainedModel.init`.
    ///
    /// - Parameter kinds: what an experiment can name.
    public init(folder: String, threads: Int = 1, kinds: Kinds = Kinds()) throws {
        backend = CPUBackend(threads: threads)
        model = try TrainedModel(folder: folder, on: backend, kinds: kinds)
    }

    /// A state of zeros on a grid.
    public func emptyState(on grid: [Int]) -> State {
        let channels = model.surrogate.channels * model.surrogate.history
        return State(states: Tensor(repeating: 0, shape: [1] + grid + [channels], on: backend), conditions: nil)
    }

    /// A state from frames and a sample's numbers.
    ///
    /// - Parameters:
    ///   - frames: the last `history` frames, the oldest first, each [channel][space…].
    ///   - parameters: the sample's numbers by name; those of the experiment must be there.
    ///   - geometry: mask and signed distance, [space…][2], where the experiment uses them.
    public func state(
        from frames: [UnsafePointer<Float>], on grid: [Int], parameters: [String: Double],
        geometry: UnsafePointer<Float>?
    ) throws(TrainingError) -> State {
        let (channels, points) = (model.surrogate.channels, grid.product)
        let width = frames.count * channels
        let states = Tensor<Scalar>(shape: [1] + grid + [width], on: backend) { values in
            for (index, frame) in frames.enumerated() {
                for channel in 0..<channels {
                    for point in 0..<points {
                        values[point * width + index * channels + channel] = Scalar(frame[channel * points + point])
                    }
                }
            }
        }
        let told = model.description.conditions
        let numbers = try told.numbers(of: "trajectory") { parameters[$0] }
        return State(states: states, conditions: told.channels([numbers], geometry, on: grid, backend))
    }

    /// Goes on by one step.
    public func advance(_ state: inout State) {
        let next = model.surrogate(state.states, conditions: state.conditions)
        state.states = model.surrogate.shifted(state.states, by: next)
    }

    /// Writes the newest frame of a state, [channel][space…].
    public func read(_ state: State, into frame: UnsafeMutablePointer<Float>) {
        let (channels, history) = (model.surrogate.channels, model.surrogate.history)
        let width = channels * history
        state.states.withUnsafeValues { values in
            let points = values.count / width
            for channel in 0..<channels {
                for point in 0..<points {
                    frame[channel * points + point] = Float(
                        values[point * width + (history - 1) * channels + channel])
                }
            }
        }
    }
}
