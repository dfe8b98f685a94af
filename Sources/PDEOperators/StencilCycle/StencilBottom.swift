import PDECore
import PDETensor

/// The coarsest level of a stencil cycle, solved directly.
///
/// With Y = A⁻¹ as numbers alone, X₁ = 2Y − YAY and X = 2X₁ − X₁AX₁ are A⁻¹, too, and as A changes X does by what A⁻¹ does up to the
/// third order in the change: derivatives to that order are exact without one of a factorisation.
struct StencilBottom<Scalar: Real>: Sendable {
    private let grid: StencilGrid<Scalar>
    /// Y, [samples][cells][cells].
    private let inverse: Tensor<Scalar>

    init(_ grid: StencilGrid<Scalar>) {
        self.grid = grid
        let (samples, cells) = (grid.shape[0], grid.shape.dropFirst().reduce(1, *))
        // One unit field a cell, all samples at once.
        let numbers = grid.detached
        let columns = (0..<cells).map { cell -> [Scalar] in
            let unit = Tensor<Scalar>(shape: [1] + grid.shape.dropFirst(), on: grid.held.backend) { values in
                for place in values.indices { values[place] = place == cell ? 1 : 0 }
            }
            return numbers.applied(to: unit.expanded(to: grid.shape)).values
        }
        inverse = Tensor(shape: [samples, cells, cells], on: grid.held.backend) { values in
            for sample in 0..<samples {
                let matrix = Matrix<Double>(rows: cells, columns: cells) {
                    let value = Double(columns[$1][sample * cells + $0])
                    // Cells that are coupled to nothing get nothing.
                    return $0 == $1 && value == 0 ? 1 : value
                }
                let found = Self.inverse(matrix)
                for place in 0..<cells * cells { values[sample * cells * cells + place] = Scalar(found[place]) }
            }
        }
    }

    /// The pseudo-inverse, where regions float.
    private static func inverse(_ matrix: Matrix<Double>) -> [Double] {
        let n = matrix.rows
        guard let eigen = try? SymmetricEigendecomposition(matrix), let largest = eigen.values.last, largest > 0 else {
            return [Double](repeating: .nan, count: n * n)
        }
        let scaled = Matrix<Double>(rows: n, columns: n) { row, column in
            let value = eigen.values[row]
            return value > 1e-6 * largest ? eigen.vectors[row, column] / value : 0
        }
        return eigen.vectors.product(.transposed, with: scaled).storage
    }

    /// A⁻¹b.
    func solved(_ b: Tensor<Scalar>) -> Tensor<Scalar> {
        func first(_ b: Tensor<Scalar>) -> Tensor<Scalar> {
            let y = times(b)
            return y * 2 - times(grid.applied(to: y))
        }
        let x = first(b)
        return (x * 2 - first(grid.applied(to: x))) * grid.fluid
    }

    private func times(_ b: Tensor<Scalar>) -> Tensor<Scalar> {
        inverse.product(b.reshaped([b.shape[0], b.count / b.shape[0], 1])).reshaped(b.shape)
    }
}

extension StencilGrid {
    /// The same numbers, constant.
    fileprivate var detached: StencilGrid {
        StencilGrid(
            lower: lower.map(\.detached), upper: upper.map(\.detached), held: held.detached, sides: sides)
    }
}
