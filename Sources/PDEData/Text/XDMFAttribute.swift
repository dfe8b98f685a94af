/// The text of one attribute of an XDMF grid, all but the numbers of sample and frame ready.
struct XDMFAttribute {
    private let head: String
    private let tail: String
    private let isSampleVarying: Bool
    private let countsFrames: Bool

    /// The attributes of a field.
    /// - Parameters:
    ///   - file: The shard's file name, escaped.
    ///   - samples: How many the shard has.
    ///   - allFrames: Whether an attribute holds all frames, or one.
    static func all(
        of field: FieldDescription, _ description: DatasetDescription, file: String, samples: Int, allFrames: Bool
    ) -> [XDMFAttribute] {
        let rank = description.dimensions.count
        let components = Array(repeating: rank, count: field.order)
        if field.order == 0 || rank == 3 {
            return [
                XDMFAttribute(
                    field, description, file, samples, allFrames, name: field.name,
                    kind: ["Scalar", "Vector", "Tensor"][field.order], start: components.map { _ in 0 },
                    count: components)
            ]
        }
        // A vector of fewer than three components is none for VTK: every component is a scalar of its own.
        return description.componentNames(of: field).enumerated().map { component, name in
            let start = field.order == 1 ? [component] : [component / rank, component % rank]
            return XDMFAttribute(
                field, description, file, samples, allFrames, name: name, kind: "Scalar", start: start,
                count: start.map { _ in 1 })
        }
    }

    private init(
        _ field: FieldDescription, _ description: DatasetDescription, _ file: String, _ samples: Int,
        _ allFrames: Bool, name: String, kind: String, start: [Int], count: [Int]
    ) {
        isSampleVarying = field.isSampleVarying
        countsFrames = field.isTimeVarying && !allFrames
        let list = XDMFFile.list
        let resolution = description.resolution
        let frames = field.isTimeVarying ? [description.times.count] : []
        let all =
            (isSampleVarying ? [samples] : []) + frames + resolution
            + Array(repeating: resolution.count, count: field.order)
        // Without the leading numbers of sample and frame.
        let before = (countsFrames ? [] : frames.map { _ in 0 }) + resolution.map { _ in 0 } + start
        let extent =
            (isSampleVarying ? [1] : []) + (countsFrames ? [1] : frames) + resolution + count
        let picture = allFrames ? [1] + (field.isTimeVarying ? frames : [1]) : []
        let values = kind == "Scalar" ? [] : [count.reduce(1, *)]
        head =
            "<Attribute Name=\"\(name)\" AttributeType=\"\(kind)\">"
            + "<DataItem ItemType=\"HyperSlab\" Dimensions=\"\(list(picture + resolution + values))\">"
            + "<DataItem Format=\"XML\" Dimensions=\"3 \(all.count)\">"
        tail =
            "\(list(before)) \(list(all.map { _ in 1 })) \(list(extent))</DataItem>"
            + "<DataItem Format=\"HDF\" Dimensions=\"\(list(all))\">"
            + "\(file):/\(ShardLayout.fieldGroups[field.order])/\(field.name)</DataItem></DataItem></Attribute>\n"
    }

    /// Appends the text for a sample, by its position in the shard, and a frame.
    func append(to text: inout String, sample: Int, frame: Int) {
        text += head
        if isSampleVarying {
            text += String(sample)
            text += " "
        }
        if countsFrames {
            text += String(frame)
            text += " "
        }
        text += tail
    }
}
