import PDECore
import PDETensor

/// A matrix and a bias applied at every point: [...][in] → [...][out].
public struct Linear<Scalar: Real>: Module {
    /// The matrix [in][out].
    public var weight: Tensor<Scalar>
    /// The bias [out].
    public var bias: Tensor<Scalar>

    /// First values uniform within ±1/√in (K. He et al. 2015, as is usual for linear layers).
    public init(_ name: String, inputs: Int, outputs: Int, _ initialization: Initialization) {
        let bound = 1 / Double(inputs).squareRoot()
        weight = initialization.uniform(name + "weight", [inputs, outputs], bound: bound)
        bias = initialization.uniform(name + "bias", [outputs], bound: bound)
    }

    /// The parameters of such a layer. A floating-point number, as networks that fit in no memory have a size, too.
    static func parameterCount(inputs: Int, outputs: Int) -> Double { Double(inputs + 1) * Double(outputs) }

    /// See `Module`.
    public mutating func visitParameters(_ path: String, _ visit: (String, inout Tensor<Scalar>) -> Void) {
        visit(path + "weight", &weight)
        visit(path + "bias", &bias)
    }

    /// The layer applied to an activated input.
    public func callAsFunction(_ x: Tensor<Scalar>, activation: Activation = .identity) -> Tensor<Scalar> {
        x.linear(weight, bias, activation: activation)
    }
}

/// Two linear layers with an activation between them, at every point.
public struct Perceptron<Scalar: Real>: Module {
    /// The two layers.
    public var first, second: Linear<Scalar>
    /// The activation between them.
    public let activation: Activation

    /// A perceptron with `hidden` channels between its layers.
    public init(
        _ name: String, inputs: Int, hidden: Int, outputs: Int, activation: Activation, _ initialization: Initialization
    ) {
        first = Linear(name + "first.", inputs: inputs, outputs: hidden, initialization)
        second = Linear(name + "second.", inputs: hidden, outputs: outputs, initialization)
        self.activation = activation
    }

    /// See `Module`.
    public mutating func visitParameters(_ path: String, _ visit: (String, inout Tensor<Scalar>) -> Void) {
        first.visitParameters(path + "first.", visit)
        second.visitParameters(path + "second.", visit)
    }

    /// The perceptron applied to an activated input.
    public func callAsFunction(_ x: Tensor<Scalar>, input: Activation = .identity) -> Tensor<Scalar> {
        x.perceptron(first.weight, first.bias, second.weight, second.bias, input: input, hidden: activation)
    }
}
