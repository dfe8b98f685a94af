import PDECore

/// The three levels of geometry of the published multi-difficulty data set that this project scales up from.
///
/// 128 × 128 cells over the box [0, 2]². Indices count cells from 0 at the lower left.
///
/// Source: N. Choudhary, V. Singh, A. Talwalkar, N. M. Boffi, M. Khodak, T. Marwah, "Pre-Generating Multi-Difficulty PDE Data
/// for Few-Shot Neural PDE Solvers" (2025), and the scripts published with it.
public enum SeedLevel: String, CaseIterable, Codable, Sendable {
    /// No obstacle.
    case none
    /// One square of 16 × 16 cells: see `oneSquare(using:)`.
    case one
    /// Two to ten squares of 8 × 8 cells: see `manySquares(using:)`.
    case many

    /// Cells along each axis.
    public static let resolution = 128

    /// The cells: `resolution` along each axis of [0, 2]², times `refinement`.
    public static func grid(refinement: Int = 1) -> Grid {
        precondition(refinement >= 1, "refinement: expected at least 1, got \(refinement)")
        let axis = Grid.Axis(count: resolution * refinement, from: 0, to: 2, placement: .cells)
        return Grid([axis, axis])
    }

    /// The level's obstacles for one sample, a function of the arguments alone.
    public func boxes(seed: UInt64, index: Int, attempt: Int = 0) -> [CellBox] {
        var stream = RandomStream(seed: seed, index: index, purpose: .obstacles, attempt: attempt)
        return switch self {
        case .none: []
        case .one: [Self.oneSquare(using: &stream)]
        case .many: Self.manySquares(using: &stream)
        }
    }

    /// The level's geometry for one sample, on a grid that is `refinement` times as fine.
    public func geometry(seed: UInt64, index: Int, attempt: Int = 0, refinement: Int = 1) -> Geometry {
        Geometry(
            boxes(seed: seed, index: index, attempt: attempt).map { $0.refined(by: refinement) },
            on: Self.grid(refinement: refinement))
    }

    /// One square of 16 × 16 cells whose centre is the cell corner with indices uniform in 12…119 along each axis.
    ///
    /// The centre lies between cells c − 1 and c, so that the square fills the cells from c − 8 to c + 7: its lower-left
    /// cell has an index in 4…111, and at least one row of cells remains beside every wall.
    public static func oneSquare(using stream: inout RandomStream) -> CellBox {
        let (x, y) = (12 + stream.integer(below: 108), 12 + stream.integer(below: 108))
        return CellBox(x: x - 8, y: y - 8, side: 16)
    }

    /// Two to ten squares of 8 × 8 cells, each number equally likely, that do not overlap but may touch.
    ///
    /// Each lower-left cell has indices uniform in 1…119, so that at least one row of cells remains beside every wall; a square
    /// that overlaps an earlier one is drawn again. Ten squares keep at most 2250 of the 119² positions from others, so that
    /// this always ends.
    public static func manySquares(using stream: inout RandomStream) -> [CellBox] {
        let number = 2 + stream.integer(below: 9)
        var squares: [CellBox] = []
        while squares.count < number {
            let square = CellBox(x: 1 + stream.integer(below: 119), y: 1 + stream.integer(below: 119), side: 8)
            if !squares.contains(where: square.overlaps) { squares.append(square) }
        }
        return squares
    }
}
