import PDECore
import PDETensor

extension Tensor {
    /// Fields of one grid as a batch, [fields][grid…][components]: a tensor has the components of a point side by side, a field
    /// the points of a component.
    public init(_ fields: [Field<Scalar>], on backend: any Backend) {
        precondition(!fields.isEmpty, "fields: expected at least one")
        let (grid, components) = (fields[0].grid, fields[0].components)
        precondition(
            fields.allSatisfy { $0.grid == grid && $0.components == components },
            "fields: expected all on \(grid) with \(components) components")
        let points = grid.count
        self.init(shape: [fields.count] + grid.shape + [components], on: backend) { target in
            for (number, field) in fields.enumerated() {
                let first = number * points * components
                field.values.withUnsafePointer { values in
                    for component in 0..<components {
                        for point in 0..<points {
                            target[first + point * components + component] = values[component * points + point]
                        }
                    }
                }
            }
        }
    }

    /// Sample `number` of a batch [samples][grid…][channels] as a field with a component for each channel.
    public func field(_ number: Int = 0, on grid: Grid) -> Field<Scalar> {
        precondition(
            rank == grid.dimensions + 2 && Array(shape[1...grid.dimensions]) == grid.shape,
            "grid: expected the points \(shape.dropFirst().dropLast()), got \(grid)")
        precondition((0..<shape[0]).contains(number), "number: expected 0..<\(shape[0]), got \(number)")
        let (points, channels) = (grid.count, shape[rank - 1])
        var field = Field<Scalar>(on: grid, components: channels)
        field.values.withUnsafeMutablePointer { target in
            withUnsafeValues { values in
                for channel in 0..<channels {
                    for point in 0..<points {
                        target[channel * points + point] = values[(number * points + point) * channels + channel]
                    }
                }
            }
        }
        return field
    }
}

extension NetworkStepper {
    /// A state from fields and a sample's numbers.
    ///
    /// - Parameters:
    ///   - fields: the last `history` states, the oldest first.
    ///   - parameters: the sample's numbers by name; those of the experiment must be there.
    ///   - geometry: mask and signed distance, as two components, where the experiment uses them.
    public func state(
        from fields: [Field<Float>], parameters: [String: Double] = [:], geometry: Field<Float>? = nil
    ) throws(TrainingError) -> State {
        let (surrogate, grid) = (model.surrogate, fields[0].grid)
        precondition(
            fields.count == surrogate.history && fields.allSatisfy { $0.components == surrogate.channels },
            "fields: expected \(surrogate.history) of \(surrogate.channels) components")
        let frames = fields.map { $0.values.withUnsafePointer { UnsafePointer($0) } }
        // Mask and distance side by side at a point.
        let sides = geometry.map { Tensor<Float>([$0], on: backend) }
        defer { withExtendedLifetime((fields, sides)) {} }
        return try state(
            from: frames, on: grid.shape, parameters: parameters,
            geometry: sides.map { $0.withUnsafeValues { $0.baseAddress! } })
    }

    /// The newest frame of a state.
    public func field(of state: State, on grid: Grid) -> Field<Float> {
        var field = Field<Float>(on: grid, components: model.surrogate.channels)
        field.values.withUnsafeMutablePointer { read(state, into: $0) }
        return field
    }
}
