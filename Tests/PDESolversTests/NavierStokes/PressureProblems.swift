import Foundation
import PDECore
import PDESolvers

/// Grids, masks and a plain implementation of L to hold the pressure solvers against.
enum PressureProblems {
    /// All pairs of conditions on two opposite sides.
    static let pairs: [(PressureBoundary, PressureBoundary)] = [
        (.neumann, .neumann), (.dirichlet, .dirichlet), (.neumann, .dirichlet), (.dirichlet, .neumann),
        (.periodic, .periodic),
    ]

    /// A grid on the unit square, or on a box of another height.
    static func grid(
        _ columns: Int, _ rows: Int, _ x: (PressureBoundary, PressureBoundary),
        _ y: (PressureBoundary, PressureBoundary),
        height: Double = 1
    ) -> PressureGrid {
        PressureGrid(
            columns: columns, rows: rows, dx: 1 / Double(columns), dy: height / Double(rows), left: x.0, right: x.1,
            bottom: y.0, top: y.1)
    }

    /// Inlet, outlet, walls.
    static func channel(_ columns: Int, _ rows: Int) -> PressureGrid {
        grid(columns, rows, (.neumann, .dirichlet), (.neumann, .neumann))
    }

    /// Which cells are solid.
    enum Geometry: String, CaseIterable {
        case none, oneSquare, threeSquares, touchingWalls, ring, scattered

        func solid(_ grid: PressureGrid) -> [UInt8] {
            var mask = [UInt8](repeating: 0, count: grid.count)
            func fill(_ x: Range<Double>, _ y: Range<Double>, with value: UInt8 = 1) {
                for row in 0..<grid.rows {
                    for column in 0..<grid.columns {
                        let (u, v) = (
                            (Double(column) + 0.5) / Double(grid.columns), (Double(row) + 0.5) / Double(grid.rows)
                        )
                        if x.contains(u), y.contains(v) { mask[row * grid.columns + column] = value }
                    }
                }
            }
            switch self {
            case .none: break
            case .oneSquare: fill(0.3..<0.5, 0.4..<0.6)
            case .threeSquares:
                fill(0.2..<0.35, 0.2..<0.35)
                fill(0.6..<0.75, 0.15..<0.3)
                fill(0.4..<0.6, 0.6..<0.8)
            case .touchingWalls:
                fill(0..<0.2, 0..<0.3)
                fill(0.5..<0.7, 0.7..<1)
                fill(0.8..<1, 0.2..<0.4)
            case .ring:
                fill(0.2..<0.8, 0.2..<0.8)
                fill(0.35..<0.65, 0.35..<0.65, with: 0)
            case .scattered:
                var stream = RandomStream(seed: 3, index: 0, purpose: "scattered")
                for cell in 0..<grid.count where stream.uniform() < 0.2 { mask[cell] = 1 }
            }
            return mask
        }
    }

    /// Uniform numbers in −1…1, also in solid cells, whose values must not matter.
    static func random<Scalar: Real>(_ count: Int, seed: UInt64 = 1) -> [Scalar] {
        var stream = RandomStream(seed: seed, index: 0, purpose: "pressure")
        return (0..<count).map { _ in Scalar(stream.uniform(in: -1...1)) }
    }

    /// The neighbours of a cell through open faces with the faces' weights; nil beyond a Dirichlet side.
    static func openFaces(_ grid: PressureGrid, _ solid: [UInt8], _ x: Int, _ y: Int) -> [(cell: Int?, weight: Double)]
    {
        let (nx, ny) = (grid.columns, grid.rows)
        let sides = [
            (x - 1, y, grid.left, 1 / (grid.dx * grid.dx)), (x + 1, y, grid.right, 1 / (grid.dx * grid.dx)),
            (x, y - 1, grid.bottom, 1 / (grid.dy * grid.dy)), (x, y + 1, grid.top, 1 / (grid.dy * grid.dy)),
        ]
        return sides.compactMap { u, v, side, weight in
            if (0..<nx).contains(u), (0..<ny).contains(v) {
                return solid[v * nx + u] == 0 ? (v * nx + u, weight) : nil
            }
            switch side {
            case .neumann: return nil
            case .dirichlet: return (nil, weight)
            case .periodic:
                let cell = (v + ny) % ny * nx + (u + nx) % nx
                return solid[cell] == 0 ? (cell, weight) : nil
            }
        }
    }

    /// Lp on fluid cells, 0 on solid ones.
    static func laplacian<Scalar: Real>(_ grid: PressureGrid, _ solid: [UInt8], _ p: [Scalar]) -> [Double] {
        var result = [Double](repeating: 0, count: grid.count)
        for y in 0..<grid.rows {
            for x in 0..<grid.columns where solid[y * grid.columns + x] == 0 {
                let centre = Double(p[y * grid.columns + x])
                for (cell, weight) in openFaces(grid, solid, x, y) {
                    result[y * grid.columns + x] += weight * ((cell.map { Double(p[$0]) } ?? -centre) - centre)
                }
            }
        }
        return result
    }

    /// The fluid cells of each region that no Dirichlet side touches, by flooding.
    static func floatingRegions(_ grid: PressureGrid, _ solid: [UInt8]) -> [[Int]] {
        var seen = solid.map { $0 != 0 }
        var result: [[Int]] = []
        for start in 0..<grid.count where !seen[start] {
            var (region, next, floats) = ([Int](), [start], true)
            seen[start] = true
            while let cell = next.popLast() {
                region.append(cell)
                for (other, _) in openFaces(grid, solid, cell % grid.columns, cell / grid.columns) {
                    guard let other else {
                        floats = false
                        continue
                    }
                    if !seen[other] {
                        seen[other] = true
                        next.append(other)
                    }
                }
            }
            if floats { result.append(region) }
        }
        return result
    }

    /// `f` with zero mean in every floating region and 0 in the solid.
    static func compatible<Scalar: Real>(_ grid: PressureGrid, _ solid: [UInt8], _ f: [Scalar]) -> [Scalar] {
        var result = zip(f, solid).map { $1 == 0 ? $0 : 0 }
        for region in floatingRegions(grid, solid) {
            let mean = region.reduce(0) { $0 + Double(f[$1]) } / Double(region.count)
            for cell in region { result[cell] -= Scalar(mean) }
        }
        return result
    }

    /// max |f − Lp| / max |f| by the plain operator, with f made compatible.
    static func residual<Scalar: Real>(
        _ grid: PressureGrid, _ solid: [UInt8], _ p: [Scalar], _ f: [Scalar]
    ) -> Double {
        let right = compatible(grid, solid, f).map(Double.init)
        let rest = zip(right, laplacian(grid, solid, p)).map { abs($0 - $1) }.max()!
        return rest / right.map(abs).max()!
    }
}

extension PressureSolver {
    /// The solution of Lp = f and the report.
    func solution(_ f: [Scalar]) -> (p: [Scalar], report: PressureReport) {
        var (f, p) = (f, [Scalar](repeating: .nan, count: grid.count))
        let report = f.withUnsafeMutableBufferPointer { f in
            p.withUnsafeMutableBufferPointer { p in solve(f.baseAddress!, into: p.baseAddress!) }
        }
        return (p, report)
    }
}
