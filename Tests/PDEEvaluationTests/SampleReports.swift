import Glibc
import PDECore
import PDEEvaluation

/// Made-up evaluations to draw reports of: everything in them is known in closed form, nothing is trained or solved.
enum SampleReports {
    /// Does as much arithmetic a step as it is told.
    private struct Labour: Stepper {
        let timeStep: Double
        let amount: Int

        func advance(_ state: inout (step: Int, sum: Double)) {
            state.step += 1
            for i in 0..<amount { state.sum += sin(Double(i) + state.sum) }
        }
    }

    private static func contestant(
        _ name: String, _ kind: Contestant.Kind, labour: Int, interval: Double, inputFrames: Int = 1, size: Int,
        value: @escaping @Sendable (_ trajectory: Int, _ step: Int, _ place: Int) -> Float
    ) -> Contestant {
        Contestant(name, kind: kind, inputFrames: inputFrames) {
            var trajectory = 0
            return ForecastSession(
                stepper: Labour(timeStep: interval, amount: labour), state: (0, 0),
                begin: { inputs, state in
                    trajectory = inputs.label.index
                    state = (0, 0)
                },
                read: { state, frame in
                    for place in 0..<size { frame[place] = value(trajectory, state.step, place) }
                })
        }
    }

    /// Waves that steepen and decay on a line; surrogate and coarse solvers are out of phase.
    static func line() throws -> (evaluation: Evaluation, rollouts: [RecordedRollout]) {
        let (n, frames, interval) = (256, 101, 0.05)
        let cells = ["ν = 0.01", "ν = 0.03", "ν = 0.1"]
        let wave: @Sendable (Int, Double, Int, Double) -> Float = { trajectory, time, point, slip in
            var stream = RandomStream(seed: 5, index: trajectory, purpose: "waves")
            let damping = [0.05, 0.12, 0.3][trajectory % 3]
            var sum = 0.0
            for k in 1...24 {
                let amplitude = stream.uniform(in: 0.6...1.4) / Double(k) * exp(-damping * Double(k - 1))
                let phase = stream.uniform(in: 0...0.5)
                sum +=
                    amplitude * exp(-0.02 * damping * Double(k * k) * time)
                    * sin(2 * .pi * Double(k) * (Double(point) / Double(n) - 0.11 * time * (1 + slip)) + phase)
            }
            return Float(sum)
        }
        let count = 12
        let labels = (0..<count).map { TrajectoryLabel(index: $0, cell: cells[$0 % 3]) }
        let reference = StoredTrajectories(
            ReferenceDescription(
                name: "made-up waves", grid: .periodic(dimensions: 1, count: n, length: 1), channels: ["u"],
                frameCount: frames, frameInterval: interval),
            labels: labels,
            values: (0..<count).map { trajectory in
                (0..<frames).flatMap { frame in (0..<n).map { wave(trajectory, Double(frame) * interval, $0, 0) } }
            })
        let network = contestant("Fourier operator", .surrogate, labour: 3000, interval: interval, size: n) {
            trajectory, step, point in
            let slip = 0.015 * (1 + 0.6 * Double(trajectory % 4)) * (1 + 0.01 * Double(step))
            let ripple = 0.002 * Double(step) * sin(0.9 * Double(point) + 0.3 * Double(step))
            return wave(trajectory, Double(step) * interval, point, slip) + Float(0.03 * ripple)
        }
        let solvers = [32, 64, 128].map { side in
            contestant("\(side) points", .solver, labour: side * 40, interval: interval, size: n) {
                trajectory, step, point in
                wave(trajectory, Double(step) * interval, point, 100 / Double(side * side))
            }
        }
        let evaluator = RolloutEvaluator(
            reference, options: EvaluationOptions(steps: 140, tracksFront: true, oneStepSamples: 1), threads: 1)
        let evaluation = try evaluator.evaluate(
            [network] + solvers + [
                .persistence(of: reference.description),
                .trainingMean(Array(repeating: 0, count: n), of: reference.description),
            ])
        return (evaluation, try evaluator.record([network], in: evaluation))
    }

    /// Vortices that drift across a box; one rollout of the surrogate breaks off.
    static func plane() throws -> (evaluation: Evaluation, rollouts: [RecordedRollout]) {
        let (side, frames, interval) = (96, 49, 0.1)
        let points = side * side
        let vortices: @Sendable (Int, Double, Int, Double) -> Float = { trajectory, time, place, slip in
            let (component, point) = (place / points, place % points)
            let x = 2 * Double.pi * Double(point / side) / Double(side)
            let y = 2 * Double.pi * Double(point % side) / Double(side)
            var sum = 0.0
            for k in 1...3 {
                let (kx, ky) = (Double(k), Double(1 + (k + trajectory) % 3))
                let phase = Double(trajectory * k) + 0.7 * time * (1 + slip)
                let decay = exp(-0.01 * (kx * kx + ky * ky) * time) / Double(k)
                sum +=
                    component == 0
                    ? decay * ky * sin(kx * x + phase) * cos(ky * y - 0.5 * phase)
                    : -decay * kx * cos(kx * x + phase) * sin(ky * y - 0.5 * phase)
            }
            return Float(sum)
        }
        let count = 6
        let reference = StoredTrajectories(
            ReferenceDescription(
                name: "made-up vortices", grid: .periodic(dimensions: 2, count: side, length: 2 * .pi),
                channels: ["velocity_x", "velocity_y"], frameCount: frames, frameInterval: interval),
            labels: (0..<count).map { TrajectoryLabel(index: $0, cell: $0 < 3 ? "one obstacle" : "many obstacles") },
            values: (0..<count).map { trajectory in
                (0..<frames).flatMap { frame in
                    (0..<2 * points).map { vortices(trajectory, Double(frame) * interval, $0, 0) }
                }
            })
        let network = contestant(
            "U-Net", .surrogate, labour: 60_000, interval: interval, inputFrames: 2, size: 2 * points
        ) { trajectory, step, place in
            if trajectory == 5, step >= 40 { return .nan }
            let time = interval * Double(step + 1)
            let growth = trajectory == 5 ? 0.004 * exp(0.12 * Double(step)) : 0.0004 * Double(step)
            return vortices(trajectory, time, place, 0.06) + Float(growth) * noise(place, seed: 9)
        }
        let evaluator = RolloutEvaluator(reference, options: EvaluationOptions(oneStepSamples: 1), threads: 1)
        let evaluation = try evaluator.evaluate([network, .persistence(of: reference.description)])
        return (evaluation, try evaluator.record([network], in: evaluation, count: 2, frames: 40))
    }
}
