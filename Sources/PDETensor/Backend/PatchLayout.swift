import Glibc
import PDECore

/// Where the patches of a grid lie in fields [samples][grid…][channels].
struct PatchLayout {
    /// Patches of all samples, and points of each.
    let count, points: Int
    private let channels, parts: Int
    /// Points along every axis, of the grid and of a patch.
    private let grid, sides: [Int]
    /// The places of a patch's lines from its first point on.
    private let lines: [Int]

    init(fields shape: [Int], parts: Int) {
        let grid = Array(shape[1..<shape.count - 1])
        let sides = grid.map { $0 / parts }
        (self.grid, self.sides, self.parts) = (grid, sides, parts)
        channels = shape.last!
        points = sides.product
        count = grid.reduce(shape[0]) { count, _ in count * parts }
        var lines = [0]
        for axis in 0..<grid.count - 1 {
            let step = grid[(axis + 1)...].reduce(1, *)
            lines = lines.flatMap { line in (0..<sides[axis]).map { line + $0 * step } }
        }
        self.lines = lines
    }

    /// The first point of a patch.
    private func first(_ patch: Int) -> Int {
        var (rest, step, place) = (patch, 1, 0)
        for (length, side) in zip(grid, sides).reversed() {
            place += rest % parts * side * step
            rest /= parts
            step *= length
        }
        return place + rest * step
    }

    /// Copies patches of fields into rows of points behind each other.
    func gather<Scalar: Real>(_ patches: Range<Int>, of x: UnsafePointer<Scalar>, into y: UnsafeMutablePointer<Scalar>)
    {
        forLines(patches) { place, row, count in
            memcpy(y + row * channels, x + place * channels, count * channels * MemoryLayout<Scalar>.stride)
        }
    }

    /// The way back.
    func scatter<Scalar: Real>(_ patches: Range<Int>, of y: UnsafePointer<Scalar>, into x: UnsafeMutablePointer<Scalar>)
    {
        forLines(patches) { place, row, count in
            memcpy(x + place * channels, y + row * channels, count * channels * MemoryLayout<Scalar>.stride)
        }
    }

    /// Calls `body` for the lines of patches with a line's point in the fields, its row, and its number of points.
    private func forLines(_ patches: Range<Int>, _ body: (_ place: Int, _ row: Int, _ count: Int) -> Void) {
        let count = sides.last!
        var row = 0
        for patch in patches {
            let first = first(patch)
            for line in lines {
                body(first + line, row, count)
                row += count
            }
        }
    }
}
