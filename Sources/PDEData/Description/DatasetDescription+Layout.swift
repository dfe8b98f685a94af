/// How files were laid out before: at first with all numbers in `scalars`, as those of others; then with diagnostics beside
/// them, but still with every parameter as an attribute of the root too, coordinates and inputs in double precision, and axes
/// without names. A folder goes on as it was begun.
extension DatasetDescription {
    /// The same data, laid out as those of another description.
    package func laidOut(as other: DatasetDescription) -> DatasetDescription {
        var description = self
        if other.diagnostics == nil {
            description.scalars += diagnostics ?? []
            description.diagnostics = nil
        }
        guard !other.hasNamedAxes else { return description }
        description.hasNamedAxes = false
        for place in fields.indices where fields[place].uniformValue != nil {
            description.fields[place].uniformValue = nil
            description.fields[place].isSampleVarying = true
        }
        return description
    }

    /// The type of coordinates, times and inputs: that of fields, because models put them side by side.
    var realType: HDF5Type { hasNamedAxes ? .float : .double }

    /// Coordinates, times or inputs as files give them back.
    func stored(_ values: [Double]) -> [Double] {
        hasNamedAxes ? values.map { Double(Float($0)) } : values
    }

    /// The axes as files give them back.
    var storedDimensions: [Dimension] {
        dimensions.map { Dimension(name: $0.name, coordinates: stored($0.coordinates), length: $0.length) }
    }

    /// What stands in a root attribute too, as The Well has its simulation parameters: what is one number for all samples.
    /// A list of numbers there hides the scalar from The Well's `to_xarray`.
    var listedParameters: [ScalarDescription] {
        parameters.filter { !hasNamedAxes || !$0.isSampleVarying }
    }
}
