/// Values of one or more components on a grid.
///
/// Layout: [component][first axis]…[last axis], 64-byte aligned.
public struct Field<Scalar: Real>: Equatable, Sendable {
    /// Where the values sit.
    public let grid: Grid
    /// Number of components: 1 for a scalar field, the number of dimensions for a vector field.
    public let components: Int
    /// The values in storage order.
    public var values: AlignedVector<Scalar>

    /// A field of zeros.
    public init(on grid: Grid, components: Int = 1) {
        precondition(components >= 1, "components: expected at least 1, got \(components)")
        self.grid = grid
        self.components = components
        values = AlignedVector(count: components * grid.count)
    }

    /// The value of a component at a point given by its offset in row-major order.
    public subscript(component: Int, point: Int) -> Scalar {
        get { values[component * grid.count + point] }
        set { values[component * grid.count + point] = newValue }
    }
}
