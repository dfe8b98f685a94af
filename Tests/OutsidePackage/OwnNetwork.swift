import PDEKit

/// Two layers at every point and a convolution between them, with a residual connection.
struct OwnNetwork: Architecture {
    static let kind = "own-network"
    var width = 16

    init(width: Int = 16) { self.width = width }

    init(from decoder: any Decoder) throws {
        self.init()
        try decoder.container(keyedBy: CodingKeys.self).decode(.width, into: &width, in: 1...1024)
    }

    func check(grid: [Int]) throws(GridMisfit) {
        guard grid.count == 1 else {
            throw GridMisfit(key: "kind", problem: "it works on lines", remedy: "Use u-net in two dimensions.")
        }
    }

    func parameterCount(_ shape: OperatorShape) -> Double {
        Double((shape.inputs + 1) * width + (3 * width + 1) * width + (width + 1) * shape.outputs)
    }

    func network<Scalar: FloatingScalar>(
        _ shape: OperatorShape, _ initialization: Initialization
    ) -> any FieldOperator<Scalar> { Network<Scalar>(shape, width, initialization) }

    private struct Network<Scalar: FloatingScalar>: FieldOperator {
        var lifting, projection: Linear<Scalar>
        var convolution: Convolution<Scalar>
        let inputChannels, outputChannels: Int

        init(_ shape: OperatorShape, _ width: Int, _ initialization: Initialization) {
            (inputChannels, outputChannels) = (shape.inputs, shape.outputs)
            lifting = Linear("lifting.", inputs: shape.inputs, outputs: width, initialization)
            convolution = Convolution(
                "convolution.", inputs: width, outputs: width, kernel: [3], padding: .periodic, initialization)
            projection = Linear("projection.", inputs: width, outputs: shape.outputs, initialization)
        }

        mutating func visitParameters(_ path: String, _ visit: (String, inout Tensor<Scalar>) -> Void) {
            lifting.visitParameters(path + "lifting.", visit)
            convolution.visitParameters(path + "convolution.", visit)
            projection.visitParameters(path + "projection.", visit)
        }

        func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
            let lifted = lifting(x).activated(.gelu)
            return projection(lifted + convolution(lifted).activated(.gelu))
        }
    }
}
