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
        for surface in PoissonSide.allCases {
            for sides in ConvergenceStudy.sideMixes(dimensions: shape.count) {
                let system = try PoissonSystem(grid, sides: sides, solid: solid, solidSurface: surface, coefficient: a)
                let u: [Double] = PoissonCases.noise(grid.count, index: 1)
                let image = system.applied(to: u)
                let expected = Self.image(u, grid, sides, solid, surface, a)
                let size = expected.map(abs).max()!
                #expect(zip(image, expected).allSatisfy { abs($0 - $1) <= 1e-13 * size }, "\(shape) \(sides)")
            }
        }
    }

    private static func image(
        _ u: [Double], _ grid: Grid, _ sides: PoissonSides, _ solid: [UInt8], _ surface: PoissonSide, _ a: [Double]
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
                        sum += 2 * a[cell] * a[next] / (a[cell] + a[next]) * weight * (u[cell] - u[next])
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
