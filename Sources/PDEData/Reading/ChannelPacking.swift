#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Puts one field's frame, [space…][component], among the channels of a network's input, [space…][channel].
struct ChannelPacking: Sendable {
    /// The grid as three axes; those that it lacks have one point and come first.
    private let planes: Int
    private let rows: Int
    private let columns: Int

    init(resolution: [Int]) {
        let padded = Array(repeating: 1, count: 3 - resolution.count) + resolution
        (planes, rows, columns) = (padded[0], padded[1], padded[2])
    }

    /// Copies every `stride`-th point along each axis.
    /// - Parameters:
    ///   - source: One frame as it is stored, with `components` values a point.
    ///   - target: The field's first channel of the first point.
    ///   - channels: The number of values of a point there.
    func pack(
        _ source: UnsafePointer<Float>, components: Int, stride: Int, into target: UnsafeMutablePointer<Float>,
        channels: Int
    ) {
        if stride == 1 && channels == components {
            memcpy(target, source, planes &* rows &* columns &* components &* MemoryLayout<Float>.size)
            return
        }
        let count = (columns &+ stride &- 1) / stride
        let step = stride &* components
        var out = target
        var plane = 0
        while plane < planes {
            var row = 0
            while row < rows {
                let line = source + (plane &* rows &+ row) &* columns &* components
                if components == 1 {
                    for column in 0..<count { out[column &* channels] = line[column &* step] }
                } else {
                    for column in 0..<count {
                        let from = line + column &* step
                        let to = out + column &* channels
                        for component in 0..<components { to[component] = from[component] }
                    }
                }
                out += count &* channels
                row &+= stride
            }
            plane &+= stride
        }
    }
}
