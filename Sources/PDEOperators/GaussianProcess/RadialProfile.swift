import PDECore

/// A kernel of a distance in any number of dimensions, φ(r/ℓ) with φ(0) = 1.
package struct RadialProfile: Sendable {
    private let kernel: any ScaledKernel.Type
    /// ℓ.
    let lengthScale: Double

    init(_ kernel: any ScaledKernel) { (self.kernel, lengthScale) = (type(of: kernel), kernel.lengthScale) }

    /// Replaces squares of distances, in units of the length scale, by the kernel's values.
    ///
    /// - Parameter slopes: gets φ′(r)/r, which is twice the derivative by r².
    func apply<Scalar: Real>(
        to squares: UnsafeMutablePointer<Scalar>, count: Int, slopes: UnsafeMutablePointer<Scalar>? = nil
    ) {
        func apply<K: ScaledKernel>(_: K.Type) {
            for i in 0..<count {
                let r = Double(squares[i]).squareRoot()
                let profile = K.profile(at: r)
                squares[i] = Scalar(profile[0])
                slopes?[i] = Scalar(r > 1e-8 ? profile[1] / r : profile[2])
            }
        }
        apply(kernel)
    }

    /// The values of the kernel between two sets of points, [rows][columns].
    ///
    /// - Parameters:
    ///   - a: `rows` points of `features` numbers each, in units of the length scale.
    ///   - b: `columns` points.
    ///   - values: gets the values.
    package func values<Scalar: Real>(
        _ a: UnsafePointer<Scalar>, rows: Int, _ b: UnsafePointer<Scalar>, columns: Int, features: Int,
        into values: UnsafeMutablePointer<Scalar>, slopes: UnsafeMutablePointer<Scalar>? = nil
    ) {
        Scalar.gemm(
            .plain, .transposed, rows: rows, columns: columns, inner: features, alpha: -2, a: a, aStride: features,
            b: b, bStride: features, beta: 0, c: values, cStride: columns)
        withUnsafeTemporaryAllocation(of: Scalar.self, capacity: columns) { norms in
            for column in 0..<columns {
                norms[column] = Scalar.dot(features, b + column &* features, b + column &* features)
            }
            for row in 0..<rows {
                let own = Scalar.dot(features, a + row &* features, a + row &* features)
                let line = values + row &* columns
                for column in 0..<columns { line[column] = max(0, line[column] + own + norms[column]) }
                apply(to: line, count: columns, slopes: slopes.map { $0 + row &* columns })
            }
        }
    }
}
