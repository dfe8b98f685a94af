import PDEOperators
import PDETensor
import Testing

/// Holds a module's derivatives with respect to its input and all parameters together, and, unless not wanted, to each of them alone,
/// where no other can hide it.
func expectDerivatives<M: Module<Double>>(
    of module: M, at x: Tensor<Double>, each: Bool = true, tolerance: Double = 1e-7, _ name: String = "",
    sourceLocation: SourceLocation = #_sourceLocation, _ apply: @escaping (M, Tensor<Double>) -> Tensor<Double>
) {
    let operands = [x] + module.parameters.map(\.value)
    let names = ["input"] + module.parameters.map(\.name)
    func result(_ operands: [Tensor<Double>]) -> Tensor<Double> {
        var values = operands.dropFirst().makeIterator()
        return apply(module.mappingParameters { _, _ in values.next()! }, operands[0])
    }
    expectDerivatives(
        at: operands, tolerance: tolerance, "\(name): all", sourceLocation: sourceLocation, result)
    guard each else { return }
    for index in operands.indices {
        expectDerivatives(
            at: [operands[index]], tolerance: tolerance, "\(name): \(names[index])", sourceLocation: sourceLocation
        ) {
            var changed = operands
            changed[index] = $0[0]
            return result(changed)
        }
    }
}

/// The derivatives of one training step.
private func step<Network: FieldOperator<Float>>(_ network: Network, _ x: Tensor<Float>) -> [Tensor<Float>] {
    let (module, variables) = network.differentiable
    return module(x).squared.sum().gradient(withRespectTo: variables, endingRecord: true)
}

/// Expects steps of a network that have been done before to take no memory from the system.
func expectNoFreshMemory<Network: FieldOperator<Float>>(
    _ network: Network, _ x: Tensor<Float>, sourceLocation: SourceLocation = #_sourceLocation
) {
    for _ in 0..<2 { _ = step(network, x) }
    let fresh = x.backend.pool.usage.freshBlocks
    for _ in 0..<3 { _ = step(network, x) }
    #expect(x.backend.pool.usage.freshBlocks == fresh, sourceLocation: sourceLocation)
}

/// Expects the same result and derivatives, to the last bit, on one to three threads.
func expectSameBits<Network: FieldOperator<Float>>(
    sourceLocation: SourceLocation = #_sourceLocation,
    _ make: (_ threads: Int) -> (network: Network, x: Tensor<Float>)
) {
    let results = (1...3).map { threads -> [[UInt32]] in
        let (network, x) = make(threads)
        return ([network(x)] + step(network, x)).map { $0.values.map(\.bitPattern) }
    }
    #expect(results[0] == results[1], sourceLocation: sourceLocation)
    #expect(results[0] == results[2], sourceLocation: sourceLocation)
}
