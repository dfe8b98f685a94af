import PDECore
import PDEOperators
import PDETensor
import Testing

/// Every module's derivatives, first and second, with respect to its input and to each parameter.
@Suite struct ModuleDerivativeTests {
    private let cpu = CPUBackend(threads: 2)
    private var initialization: Initialization { Initialization(seed: 1, backend: cpu) }

    @Test(arguments: [Activation.identity, .gelu, .tanh]) func linearLayers(_ activation: Activation) {
        let layer = Linear<Double>("linear.", inputs: 3, outputs: 4, initialization)
        expectDerivatives(of: layer, at: random([2, 5, 3], "x", on: cpu), "\(activation)") {
            $0($1, activation: activation)
        }
    }

    @Test(arguments: [Activation.identity, .gelu, .silu]) func perceptrons(_ activation: Activation) {
        let perceptron = Perceptron<Double>(
            "perceptron.", inputs: 3, hidden: 6, outputs: 2, activation: activation, initialization)
        expectDerivatives(of: perceptron, at: random([2, 5, 3], "x", on: cpu), "\(activation)") {
            $0($1, input: activation)
        }
    }

    @Test(arguments: [0, 0.25], [false, true]) func fourierOperators(_ padding: Double, _ coordinates: Bool) {
        for (grid, modes) in [([9], [3]), ([6, 8], [2, 3]), ([4, 4, 5], [1, 2, 2])] {
            let network = FourierOperator<Double>(
                FourierArchitecture(
                    width: 3, modes: modes, layers: 3, hidden: 4, padding: padding, coordinates: coordinates),
                OperatorShape(inputs: 2, outputs: 2, axes: grid.count), initialization)
            expectDerivatives(
                of: network, at: random([2] + grid + [2], "x", on: cpu), "\(grid), padding \(padding)"
            ) { $0($1) }
        }
    }
}
