import PDECore

/// A stepper that goes through trajectories one after the other, and how frames become its state and its state frames.
///
/// One session serves one thread.
public struct ForecastSession<Forecaster: Stepper> {
    let stepper: Forecaster
    var state: Forecaster.State
    let begin: (InputFrames, inout Forecaster.State) throws -> Void
    let read: (borrowing Forecaster.State, UnsafeMutablePointer<Float>) -> Void

    /// A session.
    ///
    /// - Parameters:
    ///   - stepper: a trained network, a classical solver. After `begin`, its time step must divide the frame interval.
    ///   - state: a state to begin from, overwritten for every trajectory.
    ///   - begin: sets the stepper's parameters from the label of the input frames and the state from their values.
    ///   - read: writes a state as a frame, [channel][space…].
    public init(
        stepper: Forecaster, state: Forecaster.State,
        begin: @escaping (InputFrames, inout Forecaster.State) throws -> Void,
        read: @escaping (borrowing Forecaster.State, UnsafeMutablePointer<Float>) -> Void
    ) {
        self.stepper = stepper
        self.state = state
        self.begin = begin
        self.read = read
    }
}

extension ForecastSession where Forecaster.State == Field<Float> {
    /// A session of a stepper whose state is a frame.
    ///
    /// - Parameters:
    ///   - stepper: the stepper.
    ///   - description: gives the grid and the number of channels.
    ///   - prepare: sets the stepper's parameters for a trajectory.
    public init(
        stepper: Forecaster, description: ReferenceDescription,
        prepare: @escaping (TrajectoryLabel) throws -> Void = { _ in }
    ) {
        let size = description.frameSize
        self.init(
            stepper: stepper, state: Field(on: description.grid, components: description.channels.count),
            begin: { inputs, state in
                try prepare(inputs.label)
                state.values.withUnsafeMutablePointer { $0.update(from: inputs.newest, count: size) }
            },
            read: { state, frame in
                state.values.withUnsafePointer { frame.update(from: $0, count: size) }
            })
    }
}

/// A session whose stepper's type is out of sight: one dynamic call a frame.
protocol Forecast: AnyObject {
    func begin(_ inputs: InputFrames) throws
    /// Goes on by one frame and writes it.
    func advance(into frame: UnsafeMutablePointer<Float>)
}

final class SteppedForecast<Forecaster: Stepper>: Forecast {
    private var session: ForecastSession<Forecaster>
    private let contestant: String
    private var stepsPerFrame = 1

    init(_ session: ForecastSession<Forecaster>, contestant: String) {
        self.session = session
        self.contestant = contestant
    }

    func begin(_ inputs: InputFrames) throws {
        try session.begin(inputs, &session.state)
        let interval = inputs.description.frameInterval
        guard let steps = wholeSteps(of: session.stepper.timeStep, in: interval) else {
            throw EvaluationError.timeStep(
                contestant: contestant, step: session.stepper.timeStep, interval: interval)
        }
        stepsPerFrame = steps
    }

    func advance(into frame: UnsafeMutablePointer<Float>) {
        session.stepper.advance(&session.state, steps: stepsPerFrame)
        session.read(session.state, frame)
    }
}
