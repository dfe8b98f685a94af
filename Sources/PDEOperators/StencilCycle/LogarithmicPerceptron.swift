import PDECore
import PDETensor

/// A perceptron on logarithms of ratios that says 0 where all are 0: [...][in] → [...].
public struct LogarithmicPerceptron<Scalar: Real>: Module {
    /// [in][out] of each layer.
    public private(set) var weights: [Tensor<Scalar>]
    /// [out] of the hidden layers, which SiLU follows.
    public private(set) var biases: [Tensor<Scalar>]

    /// The last layer begins with zeros, so that the perceptron says 0 everywhere.
    init(_ name: String, inputs: Int, width: Int, layers: Int, _ initialization: Initialization) {
        let sizes = [inputs] + [Int](repeating: width, count: layers)
        weights = zip(sizes, sizes.dropFirst()).enumerated().map { number, size in
            initialization.normal(
                "\(name)\(number).weight", [size.0, size.1], deviation: 1 / Double(size.0).squareRoot())
        }
        weights.append(initialization.constant([width, 1], 0))
        biases = (0..<layers).map { _ in initialization.constant([width], 0) }
    }

    static func parameterCount(inputs: Int, width: Int, layers: Int) -> Double {
        Double((inputs + 1) * width + (layers - 1) * (width + 1) * width + width)
    }

    /// See `Module`.
    public mutating func visitParameters(_ path: String, _ visit: (String, inout Tensor<Scalar>) -> Void) {
        for number in weights.indices {
            visit("\(path)\(number).weight", &weights[number])
            if biases.indices.contains(number) { visit("\(path)\(number).bias", &biases[number]) }
        }
    }

    /// What it says of features of equal shape, within ±`StencilFeatures.most`.
    func callAsFunction(_ features: [Tensor<Scalar>]) -> Tensor<Scalar> {
        let x = Tensor.stacked(features, along: features[0].rank)
        let zero = Tensor<Scalar>(repeating: 0, shape: [1, features.count], on: x.backend)
        let most = x.number(Scalar(StencilFeatures.most))
        return (said(of: x).reshaped(features[0].shape) - said(of: zero).reshaped([])).minimum(most).maximum(-most)
    }

    private func said(of x: Tensor<Scalar>) -> Tensor<Scalar> {
        var x = x
        for (weight, bias) in zip(weights, biases) { x = (x.product(weight) + bias).mapped(.silu) }
        return x.product(weights.last!)
    }
}
