/// Something that carries a state forward in time by one step: a classical solver, a trained network, a solver with a
/// learned part.
///
/// A stepper owns its workspace and allocates nothing after `init`; one stepper serves one thread. Generation,
/// evaluation and hybrids see steppers only through this protocol.
public protocol Stepper<State> {
    /// What is advanced: a field, a spectrum, a set of particles.
    associatedtype State

    /// The time that one call of `advance` covers.
    var timeStep: Double { get }

    /// Replaces the state at time t by the state at t + `timeStep`.
    func advance(_ state: inout State)
}

extension Stepper {
    /// Advances `state` by `frames` × `stepsPerFrame` steps and shows it after each frame.
    ///
    /// - Parameters:
    ///   - state: the initial state; the last frame on return.
    ///   - frames: number of frames after the initial one.
    ///   - stepsPerFrame: steps between two frames.
    ///   - observe: gets the frame's number, 1…`frames`, and its state; returning false ends the rollout there.
    /// - Returns: the number of frames that were reached.
    @inlinable
    @discardableResult
    public func rollout(
        _ state: inout State, frames: Int, stepsPerFrame: Int = 1, observe: (Int, borrowing State) throws -> Bool
    ) rethrows -> Int {
        for frame in 0..<frames {
            advance(&state, steps: stepsPerFrame)
            if try !observe(frame + 1, state) { return frame + 1 }
        }
        return frames
    }

    /// Advances `state` by `steps` steps.
    @inlinable
    public func advance(_ state: inout State, steps: Int) {
        for _ in 0..<steps { advance(&state) }
    }
}

/// How many steps of the length `step` an interval is, to a millionth of it; nil where it is no whole number of them.
package func wholeSteps(of step: Double, in interval: Double) -> Int? {
    let steps = (interval / step).rounded()
    guard steps >= 1, steps <= 1e15, abs(steps * step - interval) <= 1e-6 * interval else { return nil }
    return Int(steps)
}
