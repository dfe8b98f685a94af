import PDECore
import PDETensor

/// A block of a linear attention operator: attention through learned slices and a perceptron, each on normalised channels and added to
/// what came in.
struct LinearAttentionBlock<Scalar: Real>: Module {
    private var attentionNorm, perceptronNorm: LayerNormalization<Scalar>
    /// What points and slices are weighed by, and what is carried.
    private var feature, value, output: Linear<Scalar>
    /// By head [heads][width/heads][slices]; see `Tensor.linearAttention`.
    private var queries, keys: Tensor<Scalar>
    private var perceptron: Perceptron<Scalar>

    /// First values of all matrices uniform within ±1/√in, as usual for linear layers.
    init(
        _ name: String, width: Int, heads: Int, slices: Int, hidden: Int, activation: Activation,
        _ initialization: Initialization
    ) {
        func linear(_ part: String) -> Linear<Scalar> {
            Linear(name + part, inputs: width, outputs: width, initialization)
        }
        func byHead(_ part: String) -> Tensor<Scalar> {
            let inputs = width / heads
            return initialization.uniform(
                name + part, [heads, inputs, slices], bound: 1 / Double(inputs).squareRoot())
        }
        attentionNorm = LayerNormalization(channels: width, initialization)
        perceptronNorm = LayerNormalization(channels: width, initialization)
        (feature, value, output) = (linear("feature."), linear("value."), linear("output."))
        (queries, keys) = (byHead("queries"), byHead("keys"))
        perceptron = Perceptron(
            name + "perceptron.", inputs: width, hidden: hidden, outputs: width, activation: activation, initialization)
    }

    /// The parameters of such a block.
    static func parameterCount(width: Int, slices: Int, hidden: Int) -> Double {
        let linear = Linear<Double>.parameterCount
        return 4 * Double(width) + 3 * linear(width, width) + 2 * Double(width * slices) + linear(width, hidden)
            + linear(hidden, width)
    }

    mutating func visitParameters(_ path: String, _ visit: (String, inout Tensor<Scalar>) -> Void) {
        attentionNorm.visitParameters(path + "attentionNorm.", visit)
        feature.visitParameters(path + "feature.", visit)
        value.visitParameters(path + "value.", visit)
        visit(path + "queries", &queries)
        visit(path + "keys", &keys)
        output.visitParameters(path + "output.", visit)
        perceptronNorm.visitParameters(path + "perceptronNorm.", visit)
        perceptron.visitParameters(path + "perceptron.", visit)
    }

    /// Every head has matrices of its own.
    var parameterForms: [String: ParameterForm] { ["queries": .matrices, "keys": .matrices] }

    /// Fields [samples][grid…][width].
    func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
        let normal = attentionNorm(x)
        let attended = feature(normal).linearAttention(values: value(normal), queries: queries, keys: keys)
        let h = x + output(attended)
        return h + perceptron(perceptronNorm(h))
    }
}
