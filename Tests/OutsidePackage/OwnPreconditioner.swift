import PDEKit

/// One step of Jacobi's method.
struct OwnPreconditioner: PoissonPreconditioner {
    static let kind = "own-jacobi"

    func summary(_ number: (Double) -> String) -> String { "Jacobi" }

    func makeOperator<Scalar: FloatingScalar>(
        for system: PoissonSystem<Scalar>, team: ThreadTeam
    ) -> any PreconditionerOperator<Scalar> {
        Jacobi(inverse: system.couplings.diagonal.map { $0 > 0 ? 1 / $0 : 0 })
    }

    private final class Jacobi<Scalar: FloatingScalar>: PreconditionerOperator {
        let inverse: [Scalar]
        var isSymmetric: Bool { true }

        init(inverse: [Scalar]) { self.inverse = inverse }

        func apply(_ residual: Field<Scalar>, into correction: inout Field<Scalar>) {
            for cell in inverse.indices { correction[0, cell] = inverse[cell] * residual[0, cell] }
        }
    }
}
