import PDECore
import PDETensor
import Testing

/// Holds all derivatives of a function of tensors against central differences of each other, in double precision.
///
/// With weights c of the result and directions v, w in the space of all operands, φ = ⟨c, f(x)⟩ is a number, and:
/// - ⟨∇φ, v⟩, swept backwards, against differences of φ;
/// - ⟨c, J v⟩, swept forwards, against the same;
/// - ⟨∇⟨∇φ, v⟩, w⟩ (backwards twice), ⟨∇⟨c, J v⟩, w⟩ (forwards, then backwards), the tangent of ⟨∇φ, v⟩ along w (backwards, then
///   forwards), and that of ⟨c, J v⟩ (forwards twice) against differences of ⟨∇φ, v⟩.
struct DerivativeCheck {
    typealias T = Tensor<Double>
    let function: ([T]) -> T
    let operands: [T]
    var step = 1e-5

    /// The largest errors found, relative to the size of what they are errors of.
    struct Errors {
        var reverse = 0.0, forward = 0.0
        var reverseReverse = 0.0, forwardReverse = 0.0, reverseForward = 0.0, forwardForward = 0.0
        var worst: Double {
            [reverse, forward, reverseReverse, forwardReverse, reverseForward, forwardForward].max()!
        }
    }

    init(_ operands: [T], _ function: @escaping ([T]) -> T) {
        self.operands = operands
        self.function = function
    }

    private func randomTensors(_ tensors: [T], _ purpose: RandomStream.Purpose) -> [T] {
        tensors.enumerated().map { random($1.shape, purpose, index: $0, on: $1.backend) }
    }

    private func moved(_ amount: Double, along directions: [T]) -> [T] {
        zip(operands, directions).map { ($0 + $1 * amount) }
    }

    func errors() -> Errors {
        let c = randomTensors([function(operands)], "cotangent")[0]
        let (v, w) = (randomTensors(operands, "v"), randomTensors(operands, "w"))

        func value(_ x: [T]) -> Double { (function(x) * c).sum().item }
        func slope(_ x: [T]) -> Double {
            let x = x.map(\.variable)
            return inner(function(x).gradient(withRespectTo: x, cotangent: c), v)
        }
        let slopeDifference = (value(moved(step, along: v)) - value(moved(-step, along: v))) / (2 * step)
        let curvatureDifference = (slope(moved(step, along: w)) - slope(moved(-step, along: w))) / (2 * step)

        var errors = Errors()
        let x = operands.map(\.variable)
        let result = function(x)
        let gradient = result.gradient(withRespectTo: x, cotangent: c)
        let scale = sizes(gradient, v)
        errors.reverse = abs(inner(gradient, v) - slopeDifference) / scale
        let directions = zip(x, v).map { (variable: $0, direction: $1) }
        errors.forward = abs((result.tangent(along: directions) * c).sum().item - slopeDifference) / scale

        let recorded = result.gradient(withRespectTo: x, cotangent: c, recording: true)
        let firstOrder = total(recorded, v)
        let second = firstOrder.isRecorded ? firstOrder.gradient(withRespectTo: x) : x.map(\.zeros)
        let scale2 = sizes(second, w) + scale
        errors.reverseReverse = abs(inner(second, w) - curvatureDifference) / scale2
        let tangent = (result.tangent(along: directions, recording: true) * c).sum()
        let mixed = tangent.isRecorded ? tangent.gradient(withRespectTo: x) : x.map(\.zeros)
        errors.forwardReverse = abs(inner(mixed, w) - curvatureDifference) / scale2
        let along = zip(x, w).map { (variable: $0, direction: $1) }
        errors.reverseForward = abs(firstOrder.tangent(along: along).item - curvatureDifference) / scale2
        errors.forwardForward = abs(tangent.tangent(along: along).item - curvatureDifference) / scale2
        return errors
    }

    private func inner(_ a: [T], _ b: [T]) -> Double { total(a, b).item }
    private func total(_ a: [T], _ b: [T]) -> T { zip(a, b).map { ($0 * $1).sum() }.reduce(a[0].detached.sum() * 0, +) }
    private func sizes(_ a: [T], _ b: [T]) -> Double {
        max(1e-3, zip(a, b).reduce(0) { $0 + ($1.0.squared.sum().item * $1.1.squared.sum().item).squareRoot() })
    }
}

/// Standard normal numbers that depend on the purpose and the index alone.
func random(
    _ shape: [Int], _ purpose: RandomStream.Purpose, index: Int = 0, on backend: any Backend
) -> Tensor<Double> {
    var stream = RandomStream(seed: 7, index: index, purpose: purpose)
    return Tensor(shape: shape, on: backend) { stream.fillNormal($0) }
}

/// Expects every derivative of a function to agree with differences to `tolerance`.
func expectDerivatives(
    at operands: [Tensor<Double>], tolerance: Double = 1e-7, _ name: String = "",
    sourceLocation: SourceLocation = #_sourceLocation, _ function: @escaping ([Tensor<Double>]) -> Tensor<Double>
) {
    let errors = DerivativeCheck(operands, function).errors()
    #expect(errors.worst < tolerance, "\(name): \(errors)", sourceLocation: sourceLocation)
}
