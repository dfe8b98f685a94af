/// How files are laid out beyond what is described.
///
/// Files from before there were diagnostics, and those of others, have the first layout: all numbers in `scalars`, every
/// parameter as an attribute of the root too, coordinates and scalars in double precision, axes without names. A folder that
/// was begun in it goes on in it.
extension DatasetDescription {
    var isInFirstLayout: Bool { diagnostics == nil }

    /// The same data in the first layout.
    package var inFirstLayout: DatasetDescription {
        var description = self
        description.scalars += diagnostics ?? []
        description.diagnostics = nil
        for place in fields.indices where fields[place].uniformValue != nil {
            description.fields[place].uniformValue = nil
            description.fields[place].isSampleVarying = true
        }
        return description
    }

    /// The type of coordinates, times and inputs: that of fields, because models put them side by side.
    var realType: HDF5Type { isInFirstLayout ? .double : .float }

    /// Coordinates, times or inputs as files give them back.
    func stored(_ values: [Double]) -> [Double] {
        isInFirstLayout ? values : values.map { Double(Float($0)) }
    }

    /// The axes as files give them back.
    var storedDimensions: [Dimension] {
        dimensions.map { Dimension(name: $0.name, coordinates: stored($0.coordinates), length: $0.length) }
    }

    /// What stands in a root attribute too, as The Well has its simulation parameters: what is one number for all samples.
    /// A list of numbers there hides the scalar from The Well's `to_xarray`.
    var listedParameters: [ScalarDescription] {
        parameters.filter { isInFirstLayout || !$0.isSampleVarying }
    }
}
