import Foundation
import PDECore

/// The numbers that bring what a network sees and what it says to size one, fitted on the training split alone.
public struct Normalization: Codable, Equatable, Sendable {
    /// Mean and standard deviation of every channel of a state.
    public var stateMean, stateDeviation: [Double]
    /// Mean and standard deviation of what the network has to add: of the target, or of its difference from the last input.
    public var outputMean, outputDeviation: [Double]
    /// Mean and standard deviation of every parameter, of its logarithm where that is what is used.
    public var parameterMean, parameterDeviation: [Double]
    /// Which parameters go in as logarithms: those that span more than a decade and are positive.
    public var parameterIsLogarithmic: [Bool]

    /// Numbers as large as this one's inverse, or as this, are no field's: their squares are none any more.
    static let largest = 1e100

    /// The mean square of a state at a point, over the training split: all channels together.
    var stateSquare: Double { zip(stateMean, stateDeviation).reduce(0) { $0 + $1.0 * $1.0 + $1.1 * $1.1 } }

    /// Whether a parameter has a logarithm, where that is what the network sees, and is a number.
    func takes(_ index: Int, _ value: Double) -> Bool {
        value.isFinite && (value > 0 || !parameterIsLogarithmic[index])
    }

    /// Has the network say the next state in the units in which it sees the last.
    mutating func takeUnitsOfState() { (outputMean, outputDeviation) = (stateMean, stateDeviation) }

    /// A parameter as the network sees it.
    public func parameter(_ index: Int, _ value: Double) -> Double {
        let value = parameterIsLogarithmic[index] ? log(value) : value
        return (value - parameterMean[index]) / parameterDeviation[index]
    }

    /// Fits the part for parameters.
    ///
    /// - Parameter values: for each parameter its values over the training samples.
    package static func parameters(_ values: [[Double]]) -> (mean: [Double], deviation: [Double], isLogarithmic: [Bool])
    {
        var result = (mean: [Double](), deviation: [Double](), isLogarithmic: [Bool]())
        for values in values {
            let (low, high) = (values.min() ?? 1, values.max() ?? 1)
            let isLogarithmic = low > 0 && high >= 10 * low
            var moments = RunningMoments()
            for value in values { moments.add(isLogarithmic ? log(value) : value) }
            result.mean.append(moments.mean)
            result.deviation.append(moments.safeDeviation)
            result.isLogarithmic.append(isLogarithmic)
        }
        return result
    }
}

/// Mean and standard deviation, one value at a time (Welford 1962).
struct RunningMoments: Equatable {
    private(set) var count = 0.0
    private(set) var mean = 0.0
    private var squares = 0.0

    mutating func add(_ value: Double) {
        count += 1
        let change = value - mean
        mean += change / count
        squares += change * (value - mean)
    }

    var deviation: Double { count > 0 ? (squares / count).squareRoot() : 0 }

    /// One where nothing varies, so that dividing by it changes nothing.
    var safeDeviation: Double { deviation > 1e-12 * (1 + abs(mean)) ? deviation : 1 }
}
