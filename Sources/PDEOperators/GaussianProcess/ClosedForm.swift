import PDEConfig
import PDECore
import PDETensor

/// A network whose numbers follow in closed form from pairs of what goes in and what comes out, all at once: no steps, no optimiser.
///
/// It is as large as the training data, which stand in `OperatorShape.closedForm`.
public protocol ClosedFormArchitecture: Architecture {
    /// The most pairs that it takes in; of more, so many are taken that lie evenly spread.
    var pairs: Int { get }
}

/// What of the training a network in closed form is as large as.
public struct ClosedFormShape: Codable, Equatable, Sendable {
    /// Points along each axis.
    public var grid: [Int]
    /// Pairs that it is fitted to.
    public var pairs: Int
    /// The network whose errors it learns; nil where it learns the whole.
    public var mean: OneOf<Architectures>?
    /// The symmetries that what is learned has, and what is said is averaged over; nil for none.
    public var symmetries: [BoxSymmetry]?

    /// A shape.
    public init(grid: [Int], pairs: Int, mean: (any Architecture)? = nil, symmetries: [BoxSymmetry]? = nil) {
        (self.grid, self.pairs, self.mean) = (grid, pairs, mean.map { OneOf(wrappedValue: $0) })
        self.symmetries = symmetries
    }
}

/// The network of a `ClosedFormArchitecture`.
public protocol ClosedFormOperator<Scalar>: FieldOperator {
    /// The parameters of the network whose errors it learns, by that network's names; empty where there is none.
    var meanParameters: [(name: String, value: Tensor<Scalar>)] { get }

    /// The symmetries that what it says may be averaged over; 1 for none.
    var symmetryCount: Int { get }

    /// Takes the numbers that follow from pairs, which are then its parameters' values.
    ///
    /// - Parameters:
    ///   - pairs: what it is fitted to, as many as its shape says; used up.
    ///   - note: is told what a user should know of the fit.
    ///   - shouldStop: asked between parts of the work.
    /// - Returns: the root mean square of what it says of the pairs less what they are; nil where it was stopped.
    /// - Throws: `LinearAlgebraError` for numbers that are not finite.
    func fit(
        _ pairs: inout FittedPairs<Scalar>, threads: Int, note: (String) -> Void, shouldStop: () -> Bool
    ) throws -> Double?

    /// Takes the share, of those given, for which an error is smallest; an error that is no number is larger than any.
    ///
    /// - Returns: each share's error.
    func weigh(_ shares: [ClosedFormShare], by error: () throws -> Double) rethrows -> [Double]

    /// Adjusts what it says of its own errors to what they are on pairs that it was not fitted to.
    func calibrate(_ pairs: FittedPairs<Scalar>)
}

/// How much of what a network in closed form has learned it says.
public struct ClosedFormShare: Equatable, Sendable {
    /// The part of what it adds to its mean network.
    public var part: Double
    /// Whether the answer is the average over its shape's symmetries.
    public var isAveraged: Bool

    /// A share.
    public init(_ part: Double, isAveraged: Bool) { (self.part, self.isAveraged) = (part, isAveraged) }
}

/// What a network sees and what it should say, pair by pair, in the network's units.
public struct FittedPairs<Scalar: Real> {
    /// [pairs][grid… × channels], what goes in and what comes out.
    public var inputs, outputs: Matrix<Scalar>

    /// Pairs.
    public init(inputs: Matrix<Scalar>, outputs: Matrix<Scalar>) {
        precondition(
            inputs.rows == outputs.rows, "outputs: expected \(inputs.rows) as there are inputs, got \(outputs.rows)")
        (self.inputs, self.outputs) = (inputs, outputs)
    }

    /// Their number.
    public var count: Int { inputs.rows }
}
