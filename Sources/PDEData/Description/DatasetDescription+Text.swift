extension DatasetDescription: CustomStringConvertible {
    /// Name, fields, grid and frames in one line.
    public var description: String {
        let fields = fields.map { $0.isTimeVarying ? $0.name : "\($0.name) (constant)" }.joined(separator: ", ")
        let axes = dimensions.map { "\($0.name): \($0.coordinates.count)" }.joined(separator: " × ")
        let frames = times.count == 1 ? "one frame" : "\(times.count) frames to t = \(times.last ?? 0)"
        return "\(name): \(fields) on \(axes), \(frames)"
    }
}
