/// The points that a grid shares with the one of twice its resolution, on which an accuracy check solves again.
enum SharedPoints {
    /// For every point of a grid of `resolution` points an axis, in storage order, its offset on the grid twice as fine.
    static func offsets(resolution: Int, dimensions: Int) -> [Int] {
        (0..<dimensions).reduce([0]) { offsets, _ in
            offsets.flatMap { offset in (0..<resolution).map { offset * 2 * resolution + 2 * $0 } }
        }
    }
}
