import PDECore
import PDETensor

/// How far a prediction is from the truth: one number for a batch.
///
/// Fields are [samples][grid…][channels] in physical units; each loss is the mean over the samples of a number that does not
/// change when all values are multiplied by a constant, but for `meanSquare`. A sample whose truth is zero, or smaller than all
/// others by far, has no relative error to speak of: there the error counts against `smallest`.
public struct Loss: Equatable, Sendable {
    /// What is measured.
    public enum Kind: String, Codable, CaseIterable, Sendable {
        /// ‖e‖ / ‖u‖ of each sample (Li et al. 2021).
        case relativeL2 = "relative-l2"
        /// The same with first derivatives: √(‖e‖² + ‖h∇e‖² n²/(2π)²) / √(…) of each sample, with differences along each axis.
        case h1
        /// The mean of e² over everything that counts.
        case meanSquare = "mse"
    }

    /// What is measured.
    public let kind: Kind
    /// Which axes are periodic; differences of `h1` cross their ends.
    public let isPeriodic: [Bool]
    /// The smallest root mean square over a sample's points, all channels together, that relative errors are taken against.
    public let smallest: Double

    /// A loss for fields with an axis for each entry of `isPeriodic`.
    public init(_ kind: Kind, isPeriodic: [Bool], smallest: Double = 0) {
        precondition(smallest >= 0 && smallest.isFinite, "smallest: expected 0 or more, got \(smallest)")
        self.kind = kind
        self.isPeriodic = isPeriodic
        self.smallest = smallest
    }

    /// The loss of an experiment: errors are relative to a thousandth of the training split's states at least.
    init(_ kind: Kind, isPeriodic: [Bool], _ normalization: Normalization) {
        let size = normalization.stateSquare.squareRoot()
        self.init(kind, isPeriodic: isPeriodic, smallest: size.isFinite ? 1e-3 * size : 0)
    }

    /// The loss of `prediction` against `truth`.
    ///
    /// - Parameter fluid: 1 where values count and 0 where they do not, [samples][grid…][1]; everything counts if left out.
    public func callAsFunction<Scalar: Real>(
        _ prediction: Tensor<Scalar>, _ truth: Tensor<Scalar>, fluid: Tensor<Scalar>? = nil
    ) -> Tensor<Scalar> {
        precondition(
            prediction.shape == truth.shape, "prediction: expected shape \(truth.shape), got \(prediction.shape)")
        var (error, truth) = (prediction - truth, truth)
        if let fluid {
            error = error * fluid
            truth = truth * fluid
        }
        switch kind {
        case .meanSquare:
            let sum = error.squared.sum()
            guard let fluid else { return sum * Scalar(1 / Double(error.count)) }
            return sum / (fluid.sum() * Scalar(error.shape.last!))
        case .relativeL2: return ratio(square(error), square(truth), points: truth.shape)
        case .h1: return ratio(square(error) + slopes(error), square(truth) + slopes(truth), points: truth.shape)
        }
    }

    /// The mean over samples of √(a / b), safe where a is zero: its root would have an infinite slope there.
    private func ratio<Scalar: Real>(
        _ a: Tensor<Scalar>, _ b: Tensor<Scalar>, points shape: [Int]
    ) -> Tensor<Scalar> {
        let tiny = Scalar.leastNormalMagnitude
        let points = Array(shape[1..<shape.count - 1]).product
        let least = max(tiny, Scalar(smallest * smallest * Double(points)))
        let scale = b.maximum(Tensor(repeating: least, shape: b.shape, on: b.backend))
        return ((a + tiny).squareRoot / scale.squareRoot).mean()
    }

    /// Σ u² of every sample.
    private func square<Scalar: Real>(_ u: Tensor<Scalar>) -> Tensor<Scalar> {
        u.squared.sum(along: Array(1..<u.rank))
    }

    /// Σ (n Δu / 2π)² along every axis, of every sample: a wave of one period has slope 1.
    private func slopes<Scalar: Real>(_ u: Tensor<Scalar>) -> Tensor<Scalar> {
        isPeriodic.enumerated().map { index, isPeriodic in
            let axis = index + 1
            let n = u.shape[axis]
            let difference =
                isPeriodic
                ? u.rolled(-1, along: axis) - u
                : u.sliced(1..<n, along: axis) - u.sliced(0..<n - 1, along: axis)
            return square(difference) * Scalar((Double(n) / (2 * Double.pi)) * (Double(n) / (2 * Double.pi)))
        }.reduce(Tensor(repeating: 0, shape: [u.shape[0]], on: u.backend), +)
    }
}
