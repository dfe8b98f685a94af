import PDEConfig
import PDECore
import PDETensor

/// How far a prediction is from the truth: one number for a batch.
public protocol Loss: Kind where Family == Losses {
    /// The loss of an error, the mean over the samples.
    ///
    /// - Parameters:
    ///   - error: prediction − truth, 0 in solids, [samples][grid…][channels] in physical units.
    ///   - truth: the truth, 0 in solids.
    func callAsFunction<Scalar: Real>(
        _ error: Tensor<Scalar>, _ truth: Tensor<Scalar>, _ domain: LossDomain<Scalar>
    ) -> Tensor<Scalar>
}

/// The losses that an experiment can name.
public enum Losses: KindFamily {
    /// A value of any of them.
    public typealias Member = any Loss
    /// One line for each.
    public static let standard: [any Kind.Type] = [
        RelativeL2.self,
        H1.self,
        MeanSquare.self,
    ]
}

/// Where errors are measured.
public struct LossDomain<Scalar: Real> {
    /// Which axes are periodic.
    public let isPeriodic: [Bool]
    /// The smallest root mean square over a sample's points, all channels together, that relative errors are taken against.
    public let smallest: Double
    /// 1 where values count and 0 where they do not, [samples][grid…][1]; nil where everything counts.
    public let fluid: Tensor<Scalar>?

    /// The mean over samples of √(a / b), with one a and b for each, safe where a is zero: its root would have an infinite slope there.
    ///
    /// - Parameter shape: that of the fields, [samples][grid…][channels].
    public func meanRatio(_ a: Tensor<Scalar>, _ b: Tensor<Scalar>, fields shape: [Int]) -> Tensor<Scalar> {
        let tiny = Scalar.leastNormalMagnitude
        let points = Array(shape[1..<shape.count - 1]).product
        let least = max(tiny, Scalar(smallest * smallest * Double(points)))
        let scale = b.maximum(Tensor(repeating: least, shape: b.shape, on: b.backend))
        return ((a + tiny).squareRoot / scale.squareRoot).mean()
    }
}

/// A loss on the fields of a domain, [samples][grid…][channels] in physical units.
///
/// Relative losses do not change when all values are multiplied by a constant. A sample whose truth is zero, or smaller than all
/// others by far, has no relative error to speak of: there the error counts against `smallest`.
public struct FieldLoss: Sendable {
    /// What is measured.
    public let loss: any Loss
    /// Which axes are periodic; differences cross their ends.
    public let isPeriodic: [Bool]
    /// The smallest root mean square over a sample's points, all channels together, that relative errors are taken against.
    public let smallest: Double

    /// A loss for fields with an axis for each entry of `isPeriodic`.
    public init(_ loss: any Loss, isPeriodic: [Bool], smallest: Double = 0) {
        precondition(smallest >= 0 && smallest.isFinite, "smallest: expected 0 or more, got \(smallest)")
        self.loss = loss
        self.isPeriodic = isPeriodic
        self.smallest = smallest
    }

    /// The loss of an experiment: errors are relative to a thousandth of the training split's states at least.
    init(_ loss: any Loss, isPeriodic: [Bool], _ normalization: Normalization) {
        let size = normalization.stateSquare.squareRoot()
        self.init(loss, isPeriodic: isPeriodic, smallest: size.isFinite ? 1e-3 * size : 0)
    }

    /// The loss of `prediction` against `truth`.
    ///
    /// - Parameter fluid: 1 where values count and 0 where they do not, [samples][grid…][1]; everything counts if left out.
    public func callAsFunction<Scalar: Real>(
        _ prediction: Tensor<Scalar>, _ truth: Tensor<Scalar>, fluid: Tensor<Scalar>? = nil
    ) -> Tensor<Scalar> {
        precondition(
            prediction.shape == truth.shape, "prediction: expected shape \(truth.shape), got \(prediction.shape)")
        let error = prediction - truth
        let domain = LossDomain(isPeriodic: isPeriodic, smallest: smallest, fluid: fluid)
        return loss(fluid.map { error * $0 } ?? error, fluid.map { truth * $0 } ?? truth, domain)
    }
}

extension Tensor {
    /// Σ u² of every sample.
    var sampleSquares: Tensor { squared.sum(along: Array(1..<rank)) }
}
