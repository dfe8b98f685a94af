import PDEKit

/// Gradient descent with momentum.
struct OwnOptimizer: UpdateRule {
    static let kind = "own-momentum"
    static let keyAliases = ["momentum": "past"]
    var past = 0.9
    var numbersPerParameter: Double { 1 }

    init(past: Double = 0.9) { self.past = past }

    init(from decoder: any Decoder) throws {
        self.init()
        try decoder.container(keyedBy: CodingKeys.self).decode(.past, into: &past, in: 0..<1)
    }

    func updater<Scalar: FloatingScalar>(of group: ParameterGroup<Scalar>) -> any Updater<Scalar> {
        Momentum(past: Scalar(past), group)
    }

    private final class Momentum<Scalar: FloatingScalar>: Updater {
        let past: Scalar
        let parameters, state: [NamedTensor<Scalar>]

        init(past: Scalar, _ group: ParameterGroup<Scalar>) {
            (self.past, parameters) = (past, group.parameters)
            state = parameters.map { ("momentum/" + $0.name, $0.value.zeros) }
        }

        func update(_ gradients: [Tensor<Scalar>], _ step: UpdateStep) {
            let (rate, scale) = (Scalar(step.learningRate), Scalar(step.gradientScale))
            for (index, gradient) in gradients.enumerated() {
                gradient.withUnsafeValues { gradient in
                    state[index].value.withUnsafeMutableValues { velocity in
                        parameters[index].value.withUnsafeMutableValues { parameter in
                            for place in gradient.indices {
                                velocity[place] = past * velocity[place] + scale * gradient[place]
                                parameter[place] -= rate * velocity[place]
                            }
                        }
                    }
                }
            }
        }
    }
}
