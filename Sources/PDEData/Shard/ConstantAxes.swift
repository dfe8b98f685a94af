/// A field that is stored without the axes along which it does not change (`dim_varying` FALSE): what files of others have,
/// such as a profile over the height.
struct ConstantAxes: Sendable {
    private let resolution: [Int]
    /// For every axis how many stored values it is from a point to the next; 0 along which the field does not change.
    private let strides: [Int]
    /// The stored values of a frame.
    private let storedCount: Int
    private let components: Int
    private let varies: [Bool]

    /// nil for a field that is stored with all axes.
    init?(varies: [Bool], resolution: [Int], components: Int) {
        guard varies.count == resolution.count, varies.contains(false) else { return nil }
        var strides = resolution
        var stride = components
        for axis in resolution.indices.reversed() {
            strides[axis] = varies[axis] ? stride : 0
            if varies[axis] { stride *= resolution[axis] }
        }
        self.resolution = resolution
        self.strides = strides
        self.components = components
        self.varies = varies
        storedCount = stride
    }

    /// A shape without those axes, which begin at place `first` of it.
    func stored(_ shape: [Int], spaceFrom first: Int) -> [Int] {
        shape.enumerated().filter { place, _ in
            !(first..<first + varies.count).contains(place) || varies[place - first]
        }.map(\.element)
    }

    /// The values at every point: [frame][space…][component] from the stored ones.
    func spread(_ stored: [Float]) -> [Float] {
        let points = resolution.reduce(1, *)
        var values: [Float] = []
        values.reserveCapacity(stored.count / max(storedCount, 1) * points * components)
        for frame in stride(from: 0, to: stored.count, by: max(storedCount, 1)) {
            for point in 0..<points {
                var (remainder, place) = (point, frame)
                for axis in resolution.indices.reversed() {
                    place += remainder % resolution[axis] * strides[axis]
                    remainder /= resolution[axis]
                }
                values += stored[place..<place + components]
            }
        }
        return values
    }
}
