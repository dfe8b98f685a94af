/// Which values of one array go where in another: an axis-by-axis walk through both.
///
/// Every rearrangement of a tensor, permuting, slicing, padding, joining, repeating, is one or a few such walks.
public struct StridedCopy: Equatable, Sendable {
    /// Length of every axis of the walk, slowest first.
    public var extents: [Int]
    /// Values from one step to the next along each axis, in the source and in the destination. A source stride of zero
    /// repeats values.
    public var sourceStrides, destinationStrides: [Int]
    /// Where the walk begins, in values.
    public var sourceOffset = 0, destinationOffset = 0

    /// A walk over `extents` with the given strides.
    public init(
        _ extents: [Int], from sourceStrides: [Int], to destinationStrides: [Int], sourceOffset: Int = 0,
        destinationOffset: Int = 0
    ) {
        precondition(extents.count == sourceStrides.count && extents.count == destinationStrides.count)
        self.extents = extents
        self.sourceStrides = sourceStrides
        self.destinationStrides = destinationStrides
        self.sourceOffset = sourceOffset
        self.destinationOffset = destinationOffset
    }

    /// The same walk with axes of length 1 left out and axes merged where both sides run on without a gap.
    var simplified: StridedCopy {
        var (extents, source, destination) = ([Int](), [Int](), [Int]())
        for axis in self.extents.indices where self.extents[axis] != 1 {
            let (extent, from, to) = (self.extents[axis], sourceStrides[axis], destinationStrides[axis])
            if let last = extents.indices.last, source[last] == from * extent, destination[last] == to * extent {
                extents[last] *= extent
                source[last] = from
                destination[last] = to
            } else {
                extents.append(extent)
                source.append(from)
                destination.append(to)
            }
        }
        return StridedCopy(
            extents, from: source, to: destination, sourceOffset: sourceOffset, destinationOffset: destinationOffset)
    }
}

extension [Int] {
    /// Strides of a row-major array of this shape.
    package var rowMajorStrides: [Int] {
        var strides = self
        var stride = 1
        for axis in indices.reversed() {
            strides[axis] = stride
            stride *= self[axis]
        }
        return strides
    }
}
