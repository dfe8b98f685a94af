import PDECore
import PDETensor

/// A convolution with its weights: [samples][grid…][in] → [samples][results…][out].
public struct Convolution<Scalar: Real>: Module {
    /// [kernel…][in][out].
    public var weight: Tensor<Scalar>
    /// [out], or none.
    public var bias: Tensor<Scalar>?
    /// Points from one result to the next, and from one weight to the next.
    public let stride, dilation: Int
    /// What lies beyond the ends, or nil to stay inside: see `Tensor.convolved`.
    public private(set) var padding: Padding?

    /// First values uniform within ±1/√(kernel points × in) (K. He et al. 2015).
    public init(
        _ name: String, inputs: Int, outputs: Int, kernel: [Int], stride: Int = 1, dilation: Int = 1, padding: Padding?,
        bias: Bool = true, _ initialization: Initialization
    ) {
        let bound = 1 / Double(kernel.reduce(inputs, *)).squareRoot()
        weight = initialization.uniform(name + "weight", kernel + [inputs, outputs], bound: bound)
        self.bias = bias ? initialization.uniform(name + "bias", [outputs], bound: bound) : nil
        self.stride = stride
        self.dilation = dilation
        self.padding = padding
    }

    /// The parameters of such a convolution.
    static func parameterCount(inputs: Int, outputs: Int, kernel: [Int], bias: Bool = true) -> Double {
        Double(kernel.reduce(inputs, *) + (bias ? 1 : 0)) * Double(outputs)
    }

    /// See `Module`.
    public mutating func visitParameters(_ path: String, _ visit: (String, inout Tensor<Scalar>) -> Void) {
        visit(path + "weight", &weight)
        if var bias {
            visit(path + "bias", &bias)
            self.bias = bias
        }
    }

    /// The convolution of `x`.
    public func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
        x.convolved(weight, bias: bias, stride: stride, dilation: dilation, padding: padding)
    }

    /// The same convolution with something else beyond the ends.
    func with(padding: Padding) -> Convolution {
        var copy = self
        copy.padding = padding
        return copy
    }

    /// The convolution of `coarse`, repeated onto a grid of twice the points, with `fine` joined behind it: what
    /// `Tensor.upsampledConvolved` says, for a convolution that keeps the grid.
    public func callAsFunction(upsampling coarse: Tensor<Scalar>, joining fine: Tensor<Scalar>) -> Tensor<Scalar> {
        let result = coarse.upsampledConvolved(joining: fine, weight, padding: ends)
        return bias.map { result + $0 } ?? result
    }

    /// The convolution of `x` with `other` on the same grid joined behind it, for a convolution that keeps the grid.
    public func callAsFunction(_ x: Tensor<Scalar>, joining other: Tensor<Scalar>) -> Tensor<Scalar> {
        let result = x.convolved(joining: other, weight, padding: ends)
        return bias.map { result + $0 } ?? result
    }

    private var ends: Padding {
        guard stride == 1, dilation == 1, let padding else {
            preconditionFailure("a joining convolution has stride 1, dilation 1 and padding")
        }
        return padding
    }
}
