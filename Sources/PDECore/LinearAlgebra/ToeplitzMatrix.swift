/// A square matrix whose element (i, j) depends on i − j alone: covariances of stationary processes on uniform grids.
///
/// Products cost O(n log n), by a circulant matrix of twice the size (G. H. Golub & C. F. Van Loan, "Matrix Computations", 2013,
/// § 4.7.7, 4.8.2).
public struct ToeplitzMatrix: Sendable {
    /// The elements of the first column, i − j = 0, 1, …, and of the first row, i − j = 0, −1, ….
    public let column, row: [Double]
    /// Rows and columns.
    public var order: Int { column.count }

    /// A matrix by its first column and first row, which begin with the same element.
    public init(column: [Double], row: [Double]) {
        precondition(
            column.count == row.count && !column.isEmpty && column[0] == row[0],
            "ToeplitzMatrix: expected a column and a row of one length with the same first element")
        (self.column, self.row) = (column, row)
    }

    /// The symmetric matrix of a first column.
    public init(symmetric column: [Double]) { self.init(column: column, row: column) }

    /// The covariance of the derivatives of orders m at xᵢ and n at xⱼ of a process on a uniform grid: (−1)ⁿ k⁽ᵐ⁺ⁿ⁾(xᵢ − xⱼ).
    ///
    /// - Parameter orders: m and n, at most 4 together.
    public init(_ kernel: any StationaryKernel, count: Int, spacing: Double, orders: (Int, Int) = (0, 0)) {
        let (order, sign) = (orders.0 + orders.1, orders.1 % 2 == 0 ? 1.0 : -1.0)
        precondition(orders.0 >= 0 && orders.1 >= 0 && order <= 4, "orders: expected 4 together at most, got \(order)")
        let column = (0..<count).map { sign * kernel.derivatives(at: Double($0) * spacing)[order] }
        // k⁽ⁿ⁾ is even or odd as n is.
        self.init(
            column: column, row: column.enumerated().map { $0 == 0 || order % 2 == 0 ? $1 : -$1 })
    }

    /// All elements.
    public var matrix: Matrix<Double> {
        let n = order
        let diagonals = row.dropFirst().reversed() + column
        var matrix = Matrix<Double>(rows: n, columns: n)
        matrix.storage.withUnsafeMutableBufferPointer { target in
            diagonals.withUnsafeBufferPointer { diagonals in
                for i in 0..<n {
                    for j in 0..<n { target[i &* n &+ j] = diagonals[i &- j &+ n &- 1] }
                }
            }
        }
        return matrix
    }

    /// The product with a vector.
    public func product(with x: [Double]) -> [Double] {
        precondition(x.count == order, "ToeplitzMatrix.product: expected \(order) elements, got \(x.count)")
        var size = 4
        while size < 2 * order { size *= 2 }
        let transform = RealFourierTransform<Double>(shape: [size])
        let circulant = AlignedBuffer<Double>(count: size), vector = AlignedBuffer<Double>(count: size)
        for i in 0..<order { (circulant.pointer[i], vector.pointer[i]) = (column[i], x[i]) }
        for i in 1..<max(1, order) { circulant.pointer[size - i] = row[i] }
        let symbol = AlignedBuffer<Double>(count: 2 * transform.modeCount)
        let modes = AlignedBuffer<Double>(count: 2 * transform.modeCount)
        // The coefficients of a circular convolution are the products, of which one transform divides by the size.
        transform.forward(circulant.pointer, into: symbol.pointer, scale: Double(size))
        transform.forward(vector.pointer, into: modes.pointer)
        for k in 0..<transform.modeCount {
            let (a, b) = (symbol.pointer[2 * k], symbol.pointer[2 * k + 1])
            let (c, d) = (modes.pointer[2 * k], modes.pointer[2 * k + 1])
            (modes.pointer[2 * k], modes.pointer[2 * k + 1]) = (a * c - b * d, a * d + b * c)
        }
        transform.inverse(modes.pointer, into: vector.pointer)
        return (0..<order).map { vector.pointer[$0] }
    }
}
