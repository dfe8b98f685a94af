import PDECore
import PDETraining

extension Training {
    /// A classical solver as training asks it: what says how a state that the network has made would have gone on.
    ///
    /// Training's states are plain memory in double precision, a stepper's are fields in its own; this is the way from one to the
    /// other and back. Chains of `StepTask.Mode.diverted` and the penalty `ResponsePenalty` ask for it by `Training.makeSolver`.
    ///
    /// - Parameters:
    ///   - stepper: what goes on by one step of the network, on one thread.
    ///   - state: a state of it, whose values do not count: it gives grid and components.
    ///   - prepare: takes a sample's numbers, by name, before each step.
    public static func classicalSolver<Solver: Stepper, Scalar: Real>(
        _ stepper: Solver, state: Field<Scalar>, prepare: @escaping ([String: Double]) -> Void = { _ in }
    ) -> ClassicalSolver where Solver.State == Field<Scalar> {
        var field = state
        let (components, points) = (state.components, state.grid.count)
        return { memory, parameters in
            prepare(parameters)
            for component in 0..<components { field.read(component, from: UnsafePointer(memory + component * points)) }
            stepper.advance(&field)
            for component in 0..<components { field.write(component, to: memory + component * points) }
        }
    }
}

extension Experiment {
    /// Whether its training asks a classical solver.
    public var asksSolver: Bool {
        (task as? any EvolutionTask)?.step.mode == .diverted || regularizer.asksSolver
    }
}
