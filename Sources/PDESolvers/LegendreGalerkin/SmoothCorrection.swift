import PDECore

/// The correction F + g of Newton's method for ∇²u + r(u) = f on a square, g within the smoothest functions ψᵢ(x) ψⱼ(y) of a method.
///
/// In the preconditioned form e + ∇⁻²(r′(u) e) = F the operator smooths: what g leaves out is smaller by r′(u) over the first eigenvalue
/// of −∇² that is left out. A few dozen functions an axis leave a thousandth a step where r′ and the
/// square are of the size of 1, at a fraction of the whole system's cost.
///
/// - Signs of failure: Newton's method stagnates where max |r′| L² comes near (65π)², that eigenvalue on a square of side L.
struct SmoothCorrection {
    /// Functions along an axis, at most.
    static let mostFunctions = 64

    /// From coefficients to values at the nodes, and, transposed, from those to the integrals with the functions.
    let synthesis, analysis: KroneckerProduct
    /// The inverse of −∇² in their products.
    private let inverse: Matrix<Double>
    private let linear = GeneralizedMinimalResidual(tolerance: 1e-4, iterationLimit: 100)

    /// - Parameters:
    ///   - values: ψ at the nodes, [node][function], orthogonal; the integrals of ψ² and of ψ′² stand in `masses` and `stiffnesses`.
    ///   - weights: of the nodes in integrals.
    init(_ values: Matrix<Double>, weights: [Double], masses: [Double], stiffnesses: [Double]) {
        let weighted = Matrix(rows: values.rows, columns: values.columns) { weights[$0] * values[$0, $1] }
        (synthesis, analysis) = (KroneckerProduct(values, values), KroneckerProduct(weighted, weighted))
        inverse = Matrix(rows: masses.count, columns: masses.count) {
            1 / (stiffnesses[$0] * masses[$1] + masses[$0] * stiffnesses[$1])
        }
    }

    /// g in the products of functions, [i][j], and the iterations that it took.
    ///
    /// - Parameters:
    ///   - residual: F at the nodes.
    ///   - slopes: r′(u) there.
    func correction(
        of residual: [Double], slopes: [Double], while goesOn: () -> Bool
    ) -> (step: Matrix<Double>, iterations: Int) {
        let (side, count) = (synthesis.left.rows, synthesis.left.columns)
        precondition(
            slopes.count == side * side && residual.count == slopes.count,
            "slopes: expected \(side * side), got \(slopes.count)")
        /// −∇⁻²(r′(u) v) in the functions.
        func smoothed(_ values: Matrix<Double>) -> [Double] {
            var product = values
            product.storage.withUnsafeMutableBufferPointer { product in
                for place in product.indices { product[place] *= slopes[place] }
            }
            return zip(inverse.storage, analysis.product(.transposed, with: product).storage).map { $0 * $1 }
        }
        let right = smoothed(Matrix(rows: side, columns: side, storage: residual))
        let (step, iterations) = linear.solve(right, while: goesOn) { direction in
            let change = smoothed(synthesis.product(with: Matrix(rows: count, columns: count, storage: direction)))
            return zip(direction, change).map { $0 - $1 }
        }
        return (Matrix(rows: count, columns: count, storage: step), iterations)
    }
}
