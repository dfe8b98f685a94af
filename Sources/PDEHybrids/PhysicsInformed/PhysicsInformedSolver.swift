import PDECore
import PDEOperators
import PDETensor
import PDETraining

/// Solves boundary value problems by a physics-informed network: trained for each problem anew until it satisfies the equation at the grid's
/// points and takes the sides' values, first by Adam on points drawn at random, then by limited-memory BFGS on some that stay.
///
/// The comparison that solvers of high frequencies are published with (S. Fang et al., 2024, section 6). Half of the network's
/// frequencies are drawn around the dominant one of the source, which is what a Gaussian process learns of it, too.
///
/// **What to expect.** Errors of 0.01 to 1 after a minute: high frequencies make the loss stiff, and several of them at once stiffer.
///
/// Source: M. Raissi, P. Perdikaris & G. Karniadakis, "Physics-informed neural networks", J. Comput. Phys. 378 (2019).
public struct PhysicsInformedSolver: Sendable {
    /// Steps of Adam, each on `batch` points.
    public var steps: Int
    /// Iterations of limited-memory BFGS, on `mostPoints` points.
    public var iterations: Int
    /// The seed of the network and of the points.
    public var seed: UInt64

    /// Points of a step of Adam.
    static let batch = 512
    /// Points of an iteration.
    static let mostPoints = 2048

    /// A solver.
    public init(steps: Int = 500, iterations: Int = 125, seed: UInt64 = 0) {
        precondition(steps >= 1 && iterations >= 0, "steps: expected at least 1, got \(steps)")
        (self.steps, self.iterations, self.seed) = (steps, iterations, seed)
    }

    /// The network's values at the grid's points, x slowest, on one thread.
    ///
    /// - Parameter goesOn: asked before every step; false ends the training.
    /// - Throws: `TrainingError.diverged` when the loss is no number any more.
    public func solve(_ problem: GaussianProcessProblem, while goesOn: () -> Bool = { true }) throws -> [Double] {
        let backend = CPUBackend(threads: 1)
        let collocation = CollocationProblem(
            problem, frequency: problem.dominantFrequency, seed: seed, on: backend)
        let plan = TrainingPlan(
            optimizer: OptimizerSettings(Adam(), learningRate: 2e-3), schedule: CosineSchedule(),
            budget: Budget(epochs: steps, batch: Self.batch, validateEvery: steps), threads: 1)
        let fit = try Fit(collocation, plan, on: backend, shouldStop: { !goesOn() })
        let model = refined(fit.model, collocation, backend, goesOn)
        let all = Array(0..<problem.source.count)
        return stride(from: 0, to: all.count, by: 4096).flatMap { first in
            model(collocation.points(Array(all[first..<min(all.count, first + 4096)])).x).values
        }
    }

    private func refined(
        _ model: FourierFeatureNetwork<Double>, _ problem: CollocationProblem, _ backend: CPUBackend,
        _ goesOn: () -> Bool
    ) -> FourierFeatureNetwork<Double> {
        struct Stopped: Error {}
        let points = problem.spread(Self.mostPoints)
        var numbers = model.parameters.flatMap(\.value.values)
        func filled(_ numbers: UnsafePointer<Double>) -> FourierFeatureNetwork<Double> {
            var place = 0
            return model.mappingParameters { _, value in
                defer { place += value.count }
                return Tensor(copying: numbers + place, shape: value.shape, on: backend)
            }
        }
        let limits = LimitedMemoryBFGS.Limits(iterations: iterations, gradient: 1e-12, decrease: 0, longestStep: 1)
        do {
            _ = try LimitedMemoryBFGS(count: numbers.count, memory: 20).minimize(&numbers, limits) {
                numbers, gradient in
                guard goesOn() else { throw Stopped() }
                let (module, variables) = filled(numbers).differentiable
                let loss = problem.loss(module, constant: module, points, step: 0)
                var place = 0
                for slope in loss.gradient(withRespectTo: variables, endingRecord: true) {
                    slope.withUnsafeValues { (gradient + place).update(from: $0.baseAddress!, count: $0.count) }
                    place += slope.count
                }
                return Double(loss.item)
            }
        } catch {}
        return numbers.withUnsafeBufferPointer { filled($0.baseAddress!) }
    }
}
