import PDECore
import PDESolvers

/// The functions of a prior along one axis that satisfy its conditions with 0, as an orthonormal basis of L², with what a Galerkin
/// method needs of them: exact integrals of derivatives, and the projection of data at the grid's points.
final class AxisSpace {
    /// Which operator the basis is made for.
    enum Operator {
        /// −∂²: the basis is its eigenfunctions.
        case curvature
        /// ∂.
        case slope
    }

    /// Basis functions below this part of the largest are round-off of features that are nearly dependent.
    private static let leastSingularValue = 1e-9
    /// The noise of data that are fitted, as a part of the largest feature.
    private static let ridge = 1e-8

    let points: [Double]
    let conditions: SideConditions
    /// The basis at the points, [point][function].
    let values: Matrix<Double>
    /// The eigenvalues of −∂², for `curvature`.
    let eigenvalues: [Double]
    /// ∫ φᵢ φⱼ′, for `slope`.
    let slopes: Matrix<Double>
    /// The integrals of basis functions times a function whose values at the points are given, [function][point].
    let load: Matrix<Double>
    /// Number of functions.
    var count: Int { values.columns }

    /// 1, x and the features, of which no conditions are asked, by derivative, [point][function]; and their weights for data at the points.
    private let free: [Matrix<Double>]
    private let freeWeights: Matrix<Double>
    private let features: WaveFeatures
    private let length: Double

    init(
        _ waves: [Wave], _ prior: WavePrior, length: Double, count: Int, limit: Double, conditions: SideConditions,
        for kind: Operator
    ) throws(LinearAlgebraError) {
        (self.conditions, self.length) = (conditions, length)
        points = (0..<count).map { length * Double($0) / Double(count - 1) }
        features = WaveFeatures(waves, prior, length: length, limit: limit)
        // Gauss–Legendre quadrature resolves products of two features.
        let highest = features.lines.map(\.frequency).max() ?? 0
        let rule = GaussLegendre(count: Int(0.55 * highest * length) + 60)
        let nodes = rule.nodes.map { length * ($0 + 1) / 2 }
        let roots = rule.weights.map { ($0 * length / 2).squareRoot() }
        let bound = conditions.satisfied(by: features, at: nodes, upTo: 1).map { $0.scalingRows(by: roots) }
        let orthogonal = try TruncatedBasis(bound[0], least: Self.leastSingularValue)
        var basis = orthogonal.basis
        var coefficients = orthogonal.coefficients
        var derivatives = bound[1] * coefficients
        if kind == .curvature {
            let eigen = try SymmetricEigendecomposition(derivatives.product(.transposed, with: derivatives))
            eigenvalues = eigen.values
            basis = basis.product(.plain, with: eigen.vectors, .transposed)
            coefficients = coefficients.product(.plain, with: eigen.vectors, .transposed)
            derivatives = Matrix(rows: 0, columns: 0)
            slopes = derivatives
        } else {
            eigenvalues = []
            slopes = basis.product(.transposed, with: derivatives)
        }
        values = conditions.satisfied(by: features, at: points, upTo: 0)[0] * coefficients
        free = Self.free(features, points, length, upTo: 2)
        freeWeights = try TruncatedBasis(free[0], least: 0).pseudoinverse(ridge: Self.ridge)
        let freeAtNodes = Self.free(features, nodes, length, upTo: 0)[0].scalingRows(by: roots)
        load = basis.product(.transposed, with: freeAtNodes) * freeWeights
    }

    private static func free(
        _ features: WaveFeatures, _ points: [Double], _ length: Double, upTo order: Int
    ) -> [Matrix<Double>] {
        features.values(at: points, upTo: order).enumerated().map { n, values in
            let columns = values.columns
            return Matrix(rows: points.count, columns: columns + 2) { i, j in
                switch j {
                case 0: n == 0 ? 1 : 0
                case 1: n == 0 ? points[i] / length - 0.5 : n == 1 ? 1 / length : 0
                default: values.storage[i * columns + j - 2]
                }
            }
        }
    }

    /// A smooth function with nearly these values at the points: its derivative of an order, 0 to 2, there.
    func smooth(_ data: [Double], order: Int) -> [Double] { free[order] * (freeWeights * data) }

    /// What another axis' condition says of that function, where its place is an end of this axis.
    func condition(_ i: Int, of data: [Double]) -> Double {
        let condition = conditions.conditions[i]
        let row = condition.place == 0 ? 0 : points.count - 1
        return zip(free[condition.order].row(row), freeWeights * data).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// The part of data along both axes that their functions can explain.
    static func explained(_ data: Matrix<Double>, _ x: AxisSpace, _ y: AxisSpace) -> Matrix<Double> {
        let inner = KroneckerProduct(x.freeWeights, y.freeWeights).product(with: data)
        return KroneckerProduct(x.free[0], y.free[0]).product(with: inner)
    }
}

/// A = B S Vᵀ with the singular values above a part of the largest: B is an orthonormal basis of A's columns.
private struct TruncatedBasis {
    /// B.
    let basis: Matrix<Double>
    /// V S⁻¹, with B = A V S⁻¹.
    let coefficients: Matrix<Double>
    private let singularValues: [Double]

    init(_ a: Matrix<Double>, least: Double) throws(LinearAlgebraError) {
        // Few columns: first QR, then the small triangle.
        let qr = a.rows >= a.columns ? try QRFactorization(a) : nil
        let svd = try SingularValueDecomposition(qr?.r ?? a)
        let largest = svd.values.first ?? 0
        let kept = svd.values.prefix { $0 > max(least * largest, .leastNormalMagnitude) }.count
        singularValues = Array(svd.values.prefix(kept))
        let values = singularValues
        let left = Matrix(rows: svd.left.rows, columns: kept) { svd.left[$0, $1] }
        basis = qr.map { $0.q * left } ?? left
        coefficients = Matrix(rows: a.columns, columns: kept) { svd.rightTransposed[$1, $0] / values[$1] }
    }

    /// The weights of data, with noise of `ridge` times the largest singular value.
    func pseudoinverse(ridge: Double) -> Matrix<Double> {
        let largest = singularValues.first ?? 0
        let filters = singularValues.map { $0 * $0 / ($0 * $0 + ridge * ridge * largest * largest) }
        let filtered = Matrix(rows: coefficients.rows, columns: coefficients.columns) {
            coefficients[$0, $1] * filters[$1]
        }
        return filtered.product(.plain, with: basis, .transposed)
    }
}
