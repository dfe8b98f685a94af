/// The points that a grid shares with the one of twice its resolution, on which an accuracy check solves again.
enum SharedPoints {
    /// For every point of a grid with so many points along its axes, in storage order, its offset on the grid twice as fine.
    static func offsets(shape: [Int]) -> [Int] {
        shape.reduce([0]) { offsets, count in
            offsets.flatMap { offset in (0..<count).map { offset * 2 * count + 2 * $0 } }
        }
    }
}
