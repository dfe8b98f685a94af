import PDECore

extension DatasetReader {
    /// Frames of fields of one sample as numbers.
    ///
    /// - Parameters:
    ///   - names: fields that all vary in time, or are all constant in it.
    ///   - sample: the sample's position in the split.
    ///   - frames: which frames; all by default, and without meaning for fields that are constant in time.
    ///   - stride: every how many points along each axis to take.
    /// - Returns: [frame][space…][channel] in row-major order, without frames where the fields are constant in time.
    /// - Throws: `DataError.corrupt` when there is no such field or a checksum differs, `DataError.file`.
    public func values(
        of names: [String], sample: Int, frames: Range<Int>? = nil, stride: Int = 1
    ) throws(DataError) -> [Float] {
        let selection = try select(names, stride: stride)
        let frames = frames ?? 0..<frameCount
        let buffer = AlignedBuffer<Float>(
            count: selection.valuesPerFrame * (selection.isTimeVarying ? frames.count : 1))
        if selection.isTimeVarying {
            try read(sample: sample, frames: frames, selection, into: buffer.pointer)
        } else {
            try readConstants(sample: sample, selection, into: buffer.pointer)
        }
        return Array(buffer.values)
    }

    /// One frame of a field of one sample, on the dataset's grid.
    ///
    /// - Parameters:
    ///   - name: the field; a vector's components become the field's.
    ///   - sample: the sample's position in the split.
    ///   - frame: the frame; without meaning for a field that is constant in time.
    /// - Throws: as `values`.
    public func field(_ name: String, sample: Int, frame: Int = 0) throws(DataError) -> Field<Float> {
        let values = try values(of: [name], sample: sample, frames: frame..<frame + 1)
        let grid = description.grid
        var field = Field<Float>(on: grid, components: values.count / grid.count)
        for (place, value) in values.enumerated() {
            field[place % field.components, place / field.components] = value
        }
        return field
    }
}
