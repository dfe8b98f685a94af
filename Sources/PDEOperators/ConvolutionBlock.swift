import PDECore
import PDETensor

/// A convolution that keeps the grid, normalisation if wanted, and an activation. What lies beyond the ends is said at every call.
struct ConvolutionBlock<Scalar: Real>: Module {
    private var convolution: Convolution<Scalar>
    private var normalization: GroupNormalization<Scalar>?
    private let activation: Activation

    init(
        _ name: String, inputs: Int, outputs: Int, kernel: [Int], groups: Int?, activation: Activation,
        _ initialization: Initialization
    ) {
        // A bias in front of a normalisation would do nothing that its shift does not.
        convolution = Convolution(
            name + "convolution.", inputs: inputs, outputs: outputs, kernel: kernel, padding: nil,
            bias: groups == nil, initialization)
        normalization = groups.map {
            GroupNormalization(channels: outputs, groups: $0, activation: activation, initialization)
        }
        self.activation = activation
    }

    /// The parameters of such a block.
    static func parameterCount(inputs: Int, outputs: Int, kernel: [Int], isNormalized: Bool) -> Double {
        Convolution<Scalar>.parameterCount(inputs: inputs, outputs: outputs, kernel: kernel, bias: !isNormalized)
            + (isNormalized ? 2 * Double(outputs) : 0)
    }

    mutating func visitParameters(_ path: String, _ visit: (String, inout Tensor<Scalar>) -> Void) {
        convolution.visitParameters(path + "convolution.", visit)
        normalization?.visitParameters(path + "normalization.", visit)
    }

    func callAsFunction(_ x: Tensor<Scalar>, padding: Padding) -> Tensor<Scalar> {
        finished(convolution.with(padding: padding)(x))
    }

    func callAsFunction(
        upsampling coarse: Tensor<Scalar>, joining fine: Tensor<Scalar>, padding: Padding
    ) -> Tensor<Scalar> {
        finished(convolution.with(padding: padding)(upsampling: coarse, joining: fine))
    }

    func callAsFunction(_ x: Tensor<Scalar>, joining other: Tensor<Scalar>, padding: Padding) -> Tensor<Scalar> {
        finished(convolution.with(padding: padding)(x, joining: other))
    }

    private func finished(_ h: Tensor<Scalar>) -> Tensor<Scalar> { normalization?(h) ?? h.activated(activation) }
}
