import PDECore
import PDESolvers
import Testing

@Suite struct PoissonOperatorTests {
    private static let shapes = [[9, 13], [16, 8], [7, 9, 11], [8, 6, 16]]

    /// The operator against the sum over faces of its definition, written out cell by cell.
    @Test(arguments: shapes)
    func itIsTheSumOverFaces(_ shape: [Int]) throws {
        let grid = PoissonCases.grid(shape, [1, 0.7, 1.3])
        let solid = PoissonCases.scattered(grid, share: 0.15)
        let a: [Double] = PoissonCases.noise(grid.count).map { 1.5 + $0 }
        let openings = Self.openings(grid)
        for surface in PoissonSide.allCases {
            for sides in ConvergenceStudy.sideMixes(dimensions: shape.count) {
                for (a, openings) in [(a, []), (a, openings), ([], openings)] {
                    let system = try PoissonSystem(
                        grid, sides: sides, solid: solid, solidSurface: surface, coefficient: a, openings: openings)
                    let u: [Double] = PoissonCases.noise(grid.count, index: 1)
                    let image = system.applied(to: u)
                    let ones = [Double](repeating: 1, count: grid.count)
                    let expected = Self.image(
                        u, grid, sides, solid, surface, a.isEmpty ? ones : a,
                        openings.isEmpty ? shape.map { _ in ones } : openings)
                    let size = expected.map(abs).max()!
                    #expect(zip(image, expected).allSatisfy { abs($0 - $1) <= 1e-13 * size }, "\(shape) \(sides)")
                }
            }
        }
    }

    /// Shares of which a third are closed and a third open.
    private static func openings(_ grid: Grid) -> [[Double]] {
        grid.shape.indices.map { axis in
            PoissonCases.noise(grid.count, index: 7 + axis).map { min(1, max(0, 0.5 + 1.5 * $0)) }
        }
    }

    private static func image(
        _ u: [Double], _ grid: Grid, _ sides: PoissonSides, _ solid: [UInt8], _ surface: PoissonSide, _ a: [Double],
        _ openings: [[Double]]
    ) -> [Double] {
        let shape = grid.shape
        return u.indices.map { cell in
            guard solid[cell] == 0 else { return 0 }
            var sum = 0.0
            for axis in shape.indices {
                let inner = shape[(axis + 1)...].reduce(1, *)
                let at = cell / inner % shape[axis]
                let weight = 1 / (grid.axes[axis].spacing * grid.axes[axis].spacing)
                for isUpper in [false, true] {
                    let held = 2 * a[cell] * weight * u[cell]
                    if at == (isUpper ? shape[axis] - 1 : 0) {
                        if (isUpper ? sides.upper : sides.lower)[axis] == .value { sum += held }
                        continue
                    }
                    let next = isUpper ? cell + inner : cell - inner
                    if solid[next] == 1 {
                        if surface == .value { sum += held }
                    } else {
                        let share = openings[axis][min(cell, next)]
                        sum += 2 * a[cell] * a[next] / (a[cell] + a[next]) * weight * share * (u[cell] - u[next])
                    }
                }
            }
            return sum
        }
    }

    @Test(arguments: shapes)
    func itIsSymmetricAndPositive(_ shape: [Int]) throws {
        let grid = PoissonCases.grid(shape)
        for solid in [[], PoissonCases.scattered(grid, share: 0.1)] {
            for sides in ConvergenceStudy.sideMixes(dimensions: shape.count) {
                let system = try PoissonSystem<Double>(grid, sides: sides, solid: solid)
                let u: [Double] = PoissonCases.noise(grid.count, index: 1)
                let v: [Double] = PoissonCases.noise(grid.count, index: 2)
                let (first, second) = (system.applied(to: u), system.applied(to: v))
                let size = PoissonCases.dot(u, first)
                #expect(size > 0)
                #expect(abs(PoissonCases.dot(v, first) - PoissonCases.dot(u, second)) <= 1e-13 * size)
            }
        }
    }

    @Test func constantsAreItsNullSpaceWhenOnlyFluxesAreGiven() throws {
        let grid = PoissonCases.grid([12, 10, 14])
        let solid = PoissonCases.blocks(grid)
        let system = try PoissonSystem<Double>(grid, sides: .all(.flux, dimensions: 3), solid: solid)
        #expect(system.floatingRegions == 1)
        let image = system.applied(to: [Double](repeating: 3, count: grid.count))
        #expect(image.allSatisfy { abs($0) <= 1e-10 })
    }

    @Test func regionsWithoutAGivenValueAreCounted() throws {
        let grid = PoissonCases.grid([20, 24])
        // A closed ring around one cell, and a wall across the box.
        var solid = [UInt8](repeating: 0, count: grid.count)
        for (row, column) in [(3, 4), (5, 4), (4, 3), (4, 5)] { solid[row * 24 + column] = 1 }
        for column in 0..<24 { solid[12 * 24 + column] = 1 }
        let values = try PoissonSystem<Double>(grid, solid: solid)
        #expect(values.floatingRegions == 1)
        let fluxes = try PoissonSystem<Double>(grid, sides: .all(.flux, dimensions: 2), solid: solid)
        #expect(fluxes.floatingRegions == 3)
        let held = try PoissonSystem<Double>(
            grid, sides: .all(.flux, dimensions: 2), solid: solid, solidSurface: .value)
        #expect(held.floatingRegions == 0)
        let half = PoissonSides(lower: [.value, .flux], upper: [.flux, .flux])
        #expect(try PoissonSystem<Double>(grid, sides: half, solid: solid).floatingRegions == 2)
    }

    /// Walls as thin as a face: a closed ring around one cell and a wall across the box, and the wall with a gap.
    @Test(arguments: [[20, 24], [6, 20, 24]])
    func closedFacesPartRegions(_ shape: [Int]) throws {
        let grid = PoissonCases.grid(shape)
        var openings = shape.map { _ in [Double](repeating: 1, count: grid.count) }
        let (rows, columns) = (shape.count - 2, shape.count - 1)
        let first = grid.count - 20 * 24
        // The last plane's cell (4, 4).
        for cell in [first + 3 * 24 + 4, first + 4 * 24 + 4] { openings[rows][cell] = 0 }
        for cell in [first + 4 * 24 + 3, first + 4 * 24 + 4] { openings[columns][cell] = 0 }
        if shape.count == 3 { openings[0][first + 4 * 24 + 4 - 20 * 24] = 0 }
        for plane in 0..<grid.count / 480 {
            for column in 0..<24 { openings[rows][plane * 480 + 12 * 24 + column] = 0 }
        }
        func regions(_ sides: PoissonSides) throws -> Int {
            try PoissonSystem<Double>(grid, sides: sides, openings: openings).floatingRegions
        }
        let fluxes = PoissonSides.all(.flux, dimensions: shape.count)
        #expect(try regions(fluxes) == 3)
        var half = fluxes
        half = PoissonSides(
            lower: half.lower.enumerated().map { $0.offset == rows ? .value : .flux }, upper: half.upper)
        #expect(try regions(half) == 2)
        openings[rows][12 * 24 + 7] = 0.1
        #expect(try regions(fluxes) == 2)
        #expect(try regions(half) == 1)
    }

    @Test func wrongCoefficientsAndMasksAreRefused() {
        let grid = PoissonCases.grid([4, 5])
        for wrong in [0, -1, .nan, .infinity] as [Double] {
            var a = [Double](repeating: 1, count: 20)
            a[7] = wrong
            let error = #expect(throws: PoissonError.self) { try PoissonSystem(grid, coefficient: a) }
            #expect(error.map { "\($0)".contains("cell 7") } == true)
            var solid = [UInt8](repeating: 0, count: 20)
            solid[7] = 1
            #expect(throws: Never.self) { try PoissonSystem(grid, solid: solid, coefficient: a) }
        }
        #expect(throws: PoissonError.noFluid) {
            try PoissonSystem<Float>(grid, solid: [UInt8](repeating: 1, count: 20))
        }
    }
}
