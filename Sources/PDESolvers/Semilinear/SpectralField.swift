import PDECore

/// The Fourier coefficients of a periodic field: the state of the pseudo-spectral solvers.
///
/// Layout: [component][mode][real part, imaginary part], as in `SpectralSpace`.
public struct SpectralField<Scalar: Real>: Equatable, Sendable {
    /// Number of components.
    public let components: Int
    /// The coefficients.
    public var coefficients: AlignedVector<Scalar>

    /// Zero.
    public init(in space: SpectralSpace<Scalar>, components: Int = 1) {
        self.components = components
        coefficients = AlignedVector(count: components * space.componentStride)
    }

    /// The part of `field` that the space keeps.
    public init(_ field: Field<Scalar>, in space: SpectralSpace<Scalar>) {
        precondition(field.grid == space.grid, "field: expected the grid of the space")
        self.init(in: space, components: field.components)
        let line = AlignedBuffer<Scalar>(count: space.grid.count)
        field.values.withUnsafePointer { values in
            coefficients.withUnsafeMutablePointer { coefficients in
                for component in 0..<field.components {
                    line.pointer.update(from: values + component * line.count, count: line.count)
                    space.forward(line.pointer, into: coefficients + component * space.componentStride)
                }
            }
        }
    }

    /// The values on the grid of the space.
    public func field(in space: SpectralSpace<Scalar>) -> Field<Scalar> {
        var result = Field<Scalar>(on: space.grid, components: components)
        let line = AlignedBuffer<Scalar>(count: space.grid.count)
        coefficients.withUnsafePointer { coefficients in
            result.values.withUnsafeMutablePointer { values in
                for component in 0..<components {
                    space.transform.inverse(coefficients + component * space.componentStride, into: line.pointer)
                    (values + component * line.count).update(from: line.pointer, count: line.count)
                }
            }
        }
        return result
    }
}
