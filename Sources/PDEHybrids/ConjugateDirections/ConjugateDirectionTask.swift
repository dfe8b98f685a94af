import PDEConfig
import PDECore
import PDEOperators
import PDETensor
import PDETraining

/// To propose search directions of conjugate gradients: from the residual of −∇·(a∇u) = f to a correction, without labels.
///
/// Systems and right-hand sides are drawn by the seed (`DrawnSystem`); there is no dataset. Made small is the mean factor by which an
/// iteration reduces ‖r‖₂ over a few iterations of conjugate gradients from u = 0, with exact line searches and directions that are
/// A-orthogonal to the last two. That does not change with the scale of A or of f. The first of these iterations alone is the loss of
/// A. Kaneda et al., "A Deep Conjugate Direction Method for Iteratively Solving Linear Systems" (ICML 2023); later ones meet residuals
/// as the network itself leaves them.
public struct ConjugateDirectionTask: TrainingTask {
    /// Its name.
    public static let kind = "deep-conjugate-direction"
    /// Other names.
    public static let aliases = ["dcdm", "conjugate-direction", "residual"]
    /// Other names of keys.
    public static let keyAliases = [
        "size": "resolution", "cells": "resolution", "unroll": "iterations", "jump": "contrast",
    ]

    /// Cells along each axis of a training system.
    public var resolution: Int
    /// Axes, 2 or 3.
    public var dimensions: Int
    /// Systems of an epoch.
    public var systems: Int
    /// Iterations of conjugate gradients that the loss is of.
    public var iterations: Int
    /// The least and the largest ratio of a medium's two values.
    public var contrast: [Double]
    /// The share of systems whose coefficient varies.
    public var media: Double
    /// The share of systems that are the pressure's in a channel with obstacles; all others are Poisson's equation on a box.
    public var obstacles: Double
    /// The share of right-hand sides that are combinations of Ritz vectors; of what is left three quarters are noise and a quarter smooth.
    public var ritz: Double
    /// Ritz vectors of a system.
    public var ritzVectors: Int

    /// A task.
    public init(
        resolution: Int = 32, dimensions: Int = 2, systems: Int = 256, iterations: Int = 6,
        contrast: [Double] = [1, 1e4], media: Double = 0.7, obstacles: Double = 0.25, ritz: Double = 0.2,
        ritzVectors: Int = 24
    ) {
        (self.resolution, self.dimensions, self.systems, self.iterations) = (
            resolution, dimensions, systems, iterations
        )
        (self.contrast, self.media, self.obstacles) = (contrast, media, obstacles)
        (self.ritz, self.ritzVectors) = (ritz, ritzVectors)
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try container.decode(.resolution, into: &resolution, in: 8...1024)
        try container.decode(.dimensions, into: &dimensions, in: 2...3)
        try container.decode(.systems, into: &systems, in: 1...1_000_000)
        try container.decode(.iterations, into: &iterations, in: 1...64)
        try container.decode(.contrast, into: &contrast)
        guard contrast.count == 2, contrast[0] >= 1, contrast[1] >= contrast[0], contrast[1] <= 1e9 else {
            throw ConfigurationError.invalid(
                path: "contrast", found: "\(contrast)", allowed: "two numbers from 1 to 1e9, the lower one first")
        }
        try container.decode(.media, into: &media, in: Bounds.between(0, 1))
        try container.decode(.obstacles, into: &obstacles, in: Bounds.between(0, 1))
        try container.decode(.ritz, into: &ritz, in: Bounds.between(0, 1))
        try container.decode(.ritzVectors, into: &ritzVectors, in: 1...1024)
        guard media + obstacles <= 1 else {
            throw ConfigurationError.invalid(
                path: "obstacles", found: "\(obstacles)", allowed: "at most 1 together with media, \(media)")
        }
    }

    /// There is no dataset.
    public var needsData: Bool { false }

    /// See `TrainingTask`.
    public func check(_ experiment: Experiment) throws(ConfigurationError) {
        try experiment.refusePenalty(of: Self.kind)
    }

    /// What its runs say of their networks.
    public var descriptionType: any RunDescription.Type { ConjugateDirectionDescription.self }

    /// See `TrainingTask`.
    public func problem<Scalar: Real>(_ setting: ProblemSetting) throws -> any RunProblem<Scalar> {
        try ConjugateDirectionProblem<Scalar>(self, setting)
    }

    /// What the network maps.
    var shape: OperatorShape {
        var shape = OperatorShape(
            inputs: 1 + 2 * dimensions, outputs: 1, isPeriodic: [Bool](repeating: false, count: dimensions))
        shape.grid = grid
        return shape
    }

    var grid: [Int] { [Int](repeating: resolution, count: dimensions) }
}

/// What is needed to make a trained network again.
public struct ConjugateDirectionDescription: RunDescription, Equatable {
    /// The experiment that it comes from.
    public var experiment: Experiment
    /// What it was to learn.
    public var task: ConjugateDirectionTask

    /// What no network can be; nil for a sound description.
    public var problem: String? {
        do throws(TrainingError) { try task.shape.check(experiment.model) } catch { return "\(error)" }
        return nil
    }
}

/// A network that proposes directions, as it is trained and kept.
struct ConjugateDirectionModel<Scalar: Real>: Module {
    var network: any FieldOperator<Scalar>

    /// - Parameter admit: is told how many parameters there will be before any is made, and throws for too many.
    init(
        _ description: ConjugateDirectionDescription, _ initialization: Initialization,
        admit: (_ parameters: Double) throws(TrainingError) -> Void
    ) throws(TrainingError) {
        let (shape, model) = (description.task.shape, description.experiment.model)
        try shape.check(model)
        try admit(model.parameterCount(shape))
        network = model.network(shape, initialization)
    }

    mutating func visitParameters(_ path: String, _ visit: (_ name: String, _ parameter: inout Tensor<Scalar>) -> Void)
    { network.visitParameters(path, visit) }
}
