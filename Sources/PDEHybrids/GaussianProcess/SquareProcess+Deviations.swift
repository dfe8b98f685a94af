import PDECore

extension SquareProcess {
    /// The posterior standard deviations at the points.
    ///
    /// - Parameters:
    ///   - noise: the standard deviation of the source, white on the grid.
    ///   - slopes: of a nonlinear equation those of its reaction at the points.
    func deviations(
        of coefficients: Matrix<Double>, in space: Space, noise: Double, slopes: Matrix<Double>?
    ) -> [Double] {
        // Noise of the source as noise of the coefficients.
        func loads(_ axis: AxisSpace, _ noise: Double) -> [Double] {
            (0..<axis.count).map { noise * axis.load.row($0).reduce(0) { $0 + $1 * $1 }.squareRoot() }
        }
        let loads = (x: loads(space.x, noise), y: loads(space.y, 1))
        let variances = Matrix(rows: loads.x.count, columns: loads.y.count) { i, j in
            let deviation = loads.x[i] * loads.y[j] / (space.x.eigenvalues[i] + space.y.eigenvalues[j])
            return deviation * deviation
        }
        var spread = KroneckerProduct(space.x.values.map { $0 * $0 }, space.y.values.map { $0 * $0 })
            .product(with: variances)
        if let slopes {
            let smooth = SmoothFunctions(space, slopes: slopes)
            for (change, direction) in smooth.changes(ofDeviations: loads) {
                let moved = smooth.values(direction)
                for i in spread.storage.indices { spread.storage[i] += change * moved.storage[i] * moved.storage[i] }
            }
        }
        let rounding = KroneckerProduct(space.x.values.map { abs($0) }, space.y.values.map { abs($0) })
            .product(with: coefficients.map { abs($0) * .ulpOfOne })
        let edge = data.sideVariance(features: [space.x.count, space.y.count])
        for i in spread.storage.indices {
            let rounding = rounding.storage[i]
            spread.storage[i] = (max(0, spread.storage[i]) + rounding * rounding + edge).squareRoot()
        }
        return spread.storage
    }
}

/// The smoothest functions of both axes, whose coefficients a reaction ties together: where λᵢ + μⱼ is about as large as a slope of the
/// reaction, the linearised equation may be nearly singular, and noise moves the solution much more than that of Poisson's equation. In
/// all others λᵢ + μⱼ decides alone.
private struct SmoothFunctions {
    /// Functions an axis, at most: their products are solved for by a dense factorisation.
    private static let most = 14
    /// Changes below this part of the largest are left out.
    private static let least = 1e-4

    private let x, y: Matrix<Double>
    /// −Λ plus the reaction's slopes between the functions, [(i, j)][(i′, j′)].
    private let operation: Matrix<Double>
    private let eigenvalues: [Double]

    init(_ space: SquareProcess.Space, slopes: Matrix<Double>) {
        let bound = 8 * (slopes.storage.map { abs($0) }.max() ?? 0)
        func first(_ axis: AxisSpace) -> Matrix<Double> {
            let count = min(Self.most, max(1, axis.eigenvalues.prefix { $0 < bound }.count))
            return Matrix(rows: axis.points.count, columns: count) { axis.values[$0, $1] }
        }
        let (x, y) = (first(space.x), first(space.y))
        /// φᵢφᵢ′ at the points times the trapezoidal rule's weights, [(i, i′)][point].
        func products(_ values: Matrix<Double>, _ points: [Double]) -> Matrix<Double> {
            let (count, spacing) = (values.columns, points[1] - points[0])
            return Matrix(rows: count * count, columns: values.rows) { pair, point in
                let weight = point == 0 || point == values.rows - 1 ? spacing / 2 : spacing
                return weight * values[point, pair / count] * values[point, pair % count]
            }
        }
        let pairs = KroneckerProduct(products(x, space.x.points), products(y, space.y.points)).product(with: slopes)
        let (rows, columns) = (x.columns, y.columns)
        let sums = (0..<rows * columns).map { space.x.eigenvalues[$0 / columns] + space.y.eigenvalues[$0 % columns] }
        operation = Matrix(rows: sums.count, columns: sums.count) { a, b in
            pairs[a / columns * rows + b / columns, a % columns * columns + b % columns] - (a == b ? sums[a] : 0)
        }
        (self.x, self.y, eigenvalues) = (x, y, sums)
    }

    /// Coefficients' function at the points.
    func values(_ coefficients: Matrix<Double>) -> Matrix<Double> { KroneckerProduct(x, y).product(with: coefficients) }

    /// By how much the covariance of the coefficients differs from that without a reaction, Σ dₖ vₖvₖᵀ: dₖ and vₖ.
    ///
    /// - Parameter loads: standard deviations of what noise adds to the right-hand sides, as a product over the axes.
    func changes(ofDeviations loads: (x: [Double], y: [Double])) -> [(change: Double, direction: Matrix<Double>)] {
        let count = eigenvalues.count
        let noise = Matrix(rows: count, columns: count) { a, b in
            a == b ? loads.x[a / y.columns] * loads.y[a % y.columns] : 0
        }
        // Where the operator is singular to the last bit Newton's method has found no solution, and says so.
        guard let factors = try? LUFactorization(operation) else { return [] }
        let moved = factors.solve(noise)
        var difference = moved.product(.plain, with: moved, .transposed)
        for a in 0..<count {
            let alone = noise[a, a] / eigenvalues[a]
            difference[a, a] -= alone * alone
        }
        guard let eigen = try? SymmetricEigendecomposition(difference) else { return [] }
        let largest = eigen.values.map { abs($0) }.max() ?? 0
        return eigen.values.indices.filter { abs(eigen.values[$0]) > Self.least * largest }.map {
            (eigen.values[$0], Matrix(rows: x.columns, columns: y.columns, storage: eigen.vectors.row($0)))
        }
    }
}
