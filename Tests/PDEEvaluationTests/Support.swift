import Glibc
import PDECore
import PDEEvaluation

/// Counts steps: the state of forecasts that are known in closed form.
struct StepCounter: Stepper {
    let timeStep: Double

    func advance(_ state: inout Int) { state += 1 }
}

/// Multiplies a field by a factor a step.
struct Amplifier: Stepper {
    let timeStep: Double
    let factor: Float

    func advance(_ state: inout Field<Float>) {
        let count = state.values.count
        state.values.withUnsafeMutablePointer { values in
            for i in 0..<count { values[i] *= factor }
        }
    }
}

extension Contestant {
    /// A forecast whose frame `step` (1 for the first) has the value `value(step, channel, point)`.
    static func closedForm(
        _ name: String = "surrogate", kind: Kind = .surrogate, group: String? = nil, inputFrames: Int = 1,
        timeStep: Double = 1, channels: Int = 1, points: Int, value: @escaping @Sendable (Int, Int, Int) -> Float
    ) -> Contestant {
        Contestant(name, kind: kind, group: group, inputFrames: inputFrames) {
            ForecastSession(
                stepper: StepCounter(timeStep: timeStep), state: 0, begin: { _, step in step = 0 },
                read: { step, frame in
                    for channel in 0..<channels {
                        for point in 0..<points { frame[channel * points + point] = value(step, channel, point) }
                    }
                })
        }
    }

    /// A forecast that multiplies by `factor` a step.
    static func amplifier(_ name: String, factor: Float, of description: ReferenceDescription) -> Contestant {
        Contestant(name, kind: .surrogate) {
            ForecastSession(
                stepper: Amplifier(timeStep: description.frameInterval, factor: factor), description: description)
        }
    }
}

/// A reference of one trajectory whose frame `frame` has the value `value(frame, channel, point)`.
func reference(
    _ grid: Grid, frames: Int, channels: Int = 1, cells: [String] = ["all"], energyChannels: [Int]? = nil,
    value: (Int, Int, Int) -> Float
) -> StoredTrajectories {
    let values = (0..<frames).flatMap { frame in
        (0..<channels).flatMap { channel in (0..<grid.count).map { value(frame, channel, $0) } }
    }
    return StoredTrajectories(
        ReferenceDescription(
            name: "made-up", grid: grid, channels: (0..<channels).map { "u\($0)" }, energyChannels: energyChannels,
            frameCount: frames, frameInterval: 1),
        labels: cells.enumerated().map { TrajectoryLabel(index: $0, cell: $1) },
        values: cells.map { _ in values })
}

/// A periodic line.
func line(_ count: Int) -> Grid { .periodic(dimensions: 1, count: count, length: 1) }

/// sin(2π wave (point/count) + phase).
func sine(_ point: Int, of count: Int, wave: Int = 1, phase: Double = 0) -> Float {
    Float(sin(2 * .pi * Double(wave * point) / Double(count) + phase))
}

/// Noise that depends on its place only.
func noise(_ place: Int, seed: UInt64 = 1) -> Float {
    var stream = RandomStream(seed: seed, index: place, purpose: "test")
    return Float(stream.normal())
}

func isClose(_ a: Double?, _ b: Double, within tolerance: Double) -> Bool {
    guard let a else { return false }
    return abs(a - b) <= tolerance
}
