import PDECore
import PDEOperators
import PDESolvers
import PDETensor

/// Any network as a preconditioner, in single precision, on residuals of root mean square 1.
///
/// It is no matrix: conjugate gradients make its directions A-orthogonal to the last two.
package final class NetworkPreconditioner<Scalar: Real>: PreconditionerOperator {
    package let isSymmetric = false
    package let recall = 2
    private let shape: [Int]
    private let backend = CPUBackend(threads: 1)
    private let correct: (Tensor<Float>) -> Tensor<Float>

    package init(_ network: any FieldOperator<Float>, for system: PoissonSystem<Scalar>) {
        shape = [1] + system.grid.shape
        let channels = system.networkChannels()
        let tensor = Tensor(channels, shape: shape + [2 * system.grid.dimensions], on: backend)
        correct = network.correction(for: tensor)
    }

    package func apply(_ residual: Field<Scalar>, into correction: inout Field<Scalar>) {
        let count = residual.grid.count
        residual.values.withUnsafePointer { from in
            let square = (0..<count).reduce(0.0) { $0 + Double(from[$1]) * Double(from[$1]) }
            let size = (square / Double(count)).squareRoot()
            let input = Tensor<Float>(shape: shape, on: backend) { values in
                for cell in values.indices { values[cell] = Float(Double(from[cell]) / size) }
            }
            let output = correct(input)
            output.withUnsafeValues { values in
                correction.values.withUnsafeMutablePointer { to in
                    for cell in 0..<count { to[cell] = Scalar(Double(values[cell]) * size) }
                }
            }
        }
    }
}
