import PDECore
import PDEData
import PDEOperators
import PDETensor
import PDETraining

/// What is needed to make a trained solver again.
public struct GaussianProcessDescription: RunDescription, Equatable {
    /// The experiment that it comes from.
    public var experiment: Experiment
    /// The dataset's folder and fingerprint.
    public var dataset, fingerprint: String
    /// Points along each axis in training.
    public var grid: [Int]

    /// What it was to learn.
    public var task: GaussianProcessSolverTask

    /// What no run can be; nil for a sound description.
    public var problem: String? { task.prior == nil ? "its kernel is no mixture of waves" : nil }

    /// What was believed before training.
    var prior: WavePrior { task.prior ?? WavePrior() }
}

/// The hyperparameters as a module: their logarithms.
struct PriorModule<Scalar: Real>: Module {
    var logarithms: Tensor<Scalar>

    init(_ prior: WavePrior, on backend: any Backend) {
        let point = WaveEvidence.Point(prior)
        logarithms = Tensor((0..<3).map { Scalar(point.logarithms[$0]) }, shape: [3], on: backend)
    }

    var point: WaveEvidence.Point {
        logarithms.withUnsafeValues { values in
            WaveEvidence.Point(logarithms: SIMD3(Double(values[0]), Double(values[1]), Double(values[2])))
        }
    }

    mutating func visitParameters(_ path: String, _ visit: (_ name: String, _ parameter: inout Tensor<Scalar>) -> Void)
    {
        visit(path + "prior.logarithms", &logarithms)
    }
}
