import PDECore

extension Field {
    /// Takes the values of a component from plain memory, [space…], in whatever precision they stand there.
    @inlinable
    public mutating func read<Value: BinaryFloatingPoint>(_ component: Int, from source: UnsafePointer<Value>) {
        precondition(
            (0..<components).contains(component), "component: expected 0..<\(components), got \(component)")
        let (count, first) = (grid.count, component * grid.count)
        values.withUnsafeMutablePointer { values in
            for point in 0..<count { values[first + point] = Scalar(source[point]) }
        }
    }

    /// Writes the values of a component to plain memory, [space…].
    @inlinable
    public func write<Value: BinaryFloatingPoint>(_ component: Int, to target: UnsafeMutablePointer<Value>) {
        precondition(
            (0..<components).contains(component), "component: expected 0..<\(components), got \(component)")
        let (count, first) = (grid.count, component * grid.count)
        values.withUnsafePointer { values in
            for point in 0..<count { target[point] = Value(values[first + point]) }
        }
    }
}
