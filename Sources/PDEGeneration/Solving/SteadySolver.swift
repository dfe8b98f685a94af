import PDECore
import PDEData

/// A coarser version of the solver that made a dataset of steady problems: what a network has to be better or faster than.
///
/// It solves a sample from the same draw, of the same medium, source and solids, and gives the solution at any points.
public struct SteadySolver: Sendable {
    /// What it is called beside networks, such as `solver on 106`.
    public let name: String
    /// Its method, which solvers share that differ in their resolution only.
    public let method: String
    /// Makes what solves samples, for use on one thread.
    public let makeSession: @Sendable () -> Session

    /// Solves a sample and gives its solution, row after row, at the points with these coordinates along each axis, and the
    /// seconds of wall clock that setting up and solving took. Throws where a record's draw poses no problem.
    public typealias Session = (
        _ sample: SampleRecord, _ coordinates: [[Double]]
    ) throws -> (values: [Double], seconds: Double)

    /// The solvers of a recipe on its own grid and on ones that are coarser by 2, 4, 8 …, from fine to coarse; none for problems
    /// that change in time.
    public static func all(of recipe: Recipe) -> [SteadySolver] { recipe.problem.definition.steadySolvers(in: recipe) }
}

/// Linear interpolation along the axes of a grid of cells, with what holds on the walls beyond the outermost centres.
struct CellInterpolation {
    private let shape: [Int]
    /// For every axis and point: the cell before it, -1 where it is the wall, and the weight of the one after.
    private let places: [[(cell: Int, weight: Double)]]
    private let vanishes: (lower: [Bool], upper: [Bool])

    /// - Parameters:
    ///   - vanishes: whether the field is zero on the lower and the upper wall of every axis; elsewhere its slope is.
    init(_ grid: Grid, vanishes: (lower: [Bool], upper: [Bool]), at coordinates: [[Double]]) {
        shape = grid.shape
        self.vanishes = vanishes
        places = zip(grid.axes, coordinates).map { axis, points in
            points.map { point in
                let place = min(max((point - axis.lower) / axis.spacing - 0.5, -0.5), Double(axis.count) - 0.5)
                let cell = place.rounded(.down)
                return (Int(cell), place - cell)
            }
        }
    }

    /// The field at all points.
    func values(of field: [Double]) -> [Double] {
        var (values, counts) = (field, shape)
        for axis in shape.indices {
            let (inner, outer) = (counts[(axis + 1)...].reduce(1, *), counts[..<axis].reduce(1, *))
            let count = counts[axis]
            var next = [Double](repeating: 0, count: outer * places[axis].count * inner)
            for block in 0..<outer {
                for (point, place) in places[axis].enumerated() {
                    for rest in 0..<inner {
                        // Across a wall the field is mirrored, with its sign turned where it vanishes.
                        func cell(_ index: Int) -> Double {
                            let inside = min(max(index, 0), count - 1)
                            let isTurned =
                                index < 0 ? vanishes.lower[axis] : index >= count ? vanishes.upper[axis] : false
                            let value = values[(block * count + inside) * inner + rest]
                            return isTurned ? -value : value
                        }
                        next[(block * places[axis].count + point) * inner + rest] =
                            cell(place.cell) * (1 - place.weight) + cell(place.cell + 1) * place.weight
                    }
                }
            }
            values = next
            counts[axis] = places[axis].count
        }
        return values
    }
}

extension Grid {
    /// Means over the cells of a coarser grid of the same box; a cell that two of them share counts with its part in each.
    ///
    /// - Parameter values: of this grid's cells, or none.
    func averaged(_ values: [Double], on coarse: Grid) -> [Double] {
        guard !values.isEmpty, shape != coarse.shape else { return values }
        var (values, counts) = (values, shape)
        for axis in shape.indices {
            let (inner, outer) = (counts[(axis + 1)...].reduce(1, *), counts[..<axis].reduce(1, *))
            let (count, cells) = (counts[axis], coarse.shape[axis])
            let ratio = Double(count) / Double(cells)
            var next = [Double](repeating: 0, count: outer * cells * inner)
            for cell in 0..<cells {
                let (lower, upper) = (Double(cell) * ratio, Double(cell + 1) * ratio)
                for fine in Int(lower)..<min(count, Int(upper.rounded(.up))) {
                    let share = (min(upper, Double(fine + 1)) - max(lower, Double(fine))) / ratio
                    for block in 0..<outer {
                        for rest in 0..<inner {
                            next[(block * cells + cell) * inner + rest] +=
                                share * values[(block * count + fine) * inner + rest]
                        }
                    }
                }
            }
            values = next
            counts[axis] = cells
        }
        return values
    }
}
