import CAllocationCounter
import Foundation
import PDECore
import PDESolvers
import Testing

/// Multigrid on systems that cells twice as wide do not resolve.
@Suite struct AlgebraicMultigridTests {
    /// A system that is hard for multigrid.
    struct Medium: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var contrast = 1.0
        var exponent = 2.0
        var lengths: [Double] = [1, 1, 1]
        var solid = 0.0
        /// Cells a side of random squares, of solid or of coefficient.
        var block = 1

        func system(_ shape: [Int], sides: PoissonSides? = nil) throws -> PoissonSystem<Double> {
            let grid = PoissonCases.grid(shape, lengths)
            var coefficient: [Double] = []
            if contrast != 1, block > 1 {
                coefficient = squares(grid, share: 0.5).map { $0 == 1 ? contrast : 1 }
            } else if contrast != 1 {
                let field = GaussianRandomField(variance: 1, shift: 9, exponent: exponent, hasZeroMean: true)
                let stream = RandomStream(seed: 3, index: 0, purpose: "medium")
                coefficient = field.neumann(on: grid, from: stream).values.values.map { $0 > 0 ? contrast : 1 }
            }
            return try PoissonSystem(
                grid, sides: sides, solid: solid > 0 ? squares(grid, share: solid) : [], coefficient: coefficient)
        }

        private func squares(_ grid: Grid, share: Double) -> [UInt8] {
            let small = PoissonCases.grid(grid.shape.map { ($0 + block - 1) / block })
            let chosen = PoissonCases.scattered(small, share: share)
            return (0..<grid.count).map { cell in
                var (rest, at, step) = (cell, 0, 1)
                for axis in grid.shape.indices.reversed() {
                    at += rest % grid.shape[axis] / block * step
                    step *= small.shape[axis]
                    rest /= grid.shape[axis]
                }
                return chosen[at]
            }
        }
    }

    static let media = [
        Medium(testDescription: "contrast 10³", contrast: 1e3),
        Medium(testDescription: "contrast 10⁶", contrast: 1e6),
        Medium(testDescription: "rough, contrast 10³", contrast: 1e3, exponent: 1.1),
        Medium(testDescription: "rough, contrast 10⁶", contrast: 1e6, exponent: 1.1),
        Medium(testDescription: "squares of contrast 10³", contrast: 1e3, block: 8),
        Medium(testDescription: "10 : 1", lengths: [10, 1, 1]),
        Medium(testDescription: "1 : 100", lengths: [1, 100, 1]),
        Medium(testDescription: "scattered solid cells", solid: 0.4),
        Medium(testDescription: "solid squares", solid: 0.4, block: 8),
    ]

    private func iterations(_ system: PoissonSystem<Double>) -> Int {
        let report = ConjugateGradients(system, tolerance: 1e-8).solution(PoissonCases.noise(system.grid.count)).report
        #expect(report.hasConverged)
        return report.iterations
    }

    /// At most 25 iterations to 1e-8 in 2-D, 35 where open cells hang together by single ones, and at most 6 more at twice the side;
    /// it is what `multigrid` chooses by itself.
    @Test(arguments: media)
    func iterationsAreFew(_ medium: Medium) throws {
        let counts = try [128, 256].map { side in
            let system = try medium.system([side, side])
            #expect(!system.suitsWideCells())
            return iterations(system)
        }
        #expect(counts.max()! <= (medium.solid > 0 && medium.block == 1 ? 35 : 25), "\(counts)")
        #expect(counts[1] - counts[0] <= 6, "\(counts)")
    }

    @Test(arguments: media)
    func iterationsAreFewInThreeDimensions(_ medium: Medium) throws {
        let counts = try [20, 40].map { iterations(try medium.system([$0, $0 + 1, $0])) }
        #expect(counts.max()! <= 30 && counts[1] - counts[0] <= 6, "\(counts)")
    }

    @Test func longCellsAreNoHarder() throws {
        let system = try PoissonSystem<Double>(PoissonCases.grid([16, 512]))
        #expect(iterations(system) <= 14)
    }

    /// Boxes, few blocks and smooth media stay with wide cells.
    @Test func wideCellsAreKeptWhereTheyServe() throws {
        for shape in [[64, 64], [200, 300], [32, 32, 32]] {
            let grid = PoissonCases.grid(shape)
            #expect(try PoissonSystem<Double>(grid).suitsWideCells())
            #expect(try PoissonSystem<Double>(grid, solid: PoissonCases.blocks(grid)).suitsWideCells())
            let smooth: [Double] = try PoissonSystem<Double>(grid).cellValues { exp(8 * $0.x) }
            #expect(try PoissonSystem(grid, coefficient: smooth).suitsWideCells())
            #expect(try Medium(testDescription: "", contrast: 4).system(shape).suitsWideCells())
        }
    }

    /// M is one symmetric positive definite matrix, and warm it allocates nothing.
    @Test(arguments: media)
    func theCycleIsSymmetricAndPositive(_ medium: Medium) throws {
        for shape in [[37, 52], [13, 12, 17]] {
            let system = try medium.system(shape)
            let cycle = AlgebraicMultigridCycle().makeOperator(for: system, team: ThreadTeam(threads: 1))
            let solid = system.solid
            func draw(_ index: Int) -> Field<Double> {
                var field = Field<Double>(on: system.grid)
                for (cell, value) in (PoissonCases.noise(system.grid.count, index: index) as [Double]).enumerated() {
                    field[0, cell] = solid[cell] == 1 ? 0 : value
                }
                return field
            }
            func product(_ a: Field<Double>, _ b: Field<Double>) -> Double {
                solid.indices.reduce(0) { $0 + a[0, $1] * b[0, $1] }
            }
            let fields = (0..<4).map(draw)
            var images = fields.map { _ in Field<Double>(on: system.grid) }
            cycle.apply(fields[0], into: &images[0])
            let before = allocation_count()
            for i in fields.indices { cycle.apply(fields[i], into: &images[i]) }
            #expect(allocation_count() - before == 0)
            for i in fields.indices {
                #expect(product(fields[i], images[i]) > 0)
                for j in 0..<i {
                    let scale = (product(fields[i], images[i]) * product(fields[j], images[j])).squareRoot()
                    #expect(abs(product(fields[i], images[j]) - product(fields[j], images[i])) < 1e-4 * scale)
                }
            }
        }
    }

    /// Against Cholesky's factors of the whole matrix, with a shift and without.
    @Test(arguments: media)
    func solutionsEqualDirectOnes(_ medium: Medium) throws {
        let system = try medium.system([24, 26])
        for shift in [0.0, 1e3] {
            system.shift = shift
            // Where a constant is free, Cholesky's factors do not exist.
            guard system.floatingRegions == 0 else { continue }
            let couplings = system.couplings
            let cells = (0..<system.grid.count).filter { couplings.diagonal[$0] > 0 }
            let numbers = Dictionary(uniqueKeysWithValues: cells.enumerated().map { ($1, $0) })
            var matrix = Matrix<Double>(rows: cells.count, columns: cells.count)
            for (row, cell) in cells.enumerated() {
                matrix[row, row] = couplings.diagonal[cell]
                for (axis, step) in [26, 1].enumerated() {
                    if couplings.lower[axis][cell] > 0 {
                        matrix[row, numbers[cell - step]!] = -couplings.lower[axis][cell]
                    }
                    if couplings.upper[axis][cell] > 0 {
                        matrix[row, numbers[cell + step]!] = -couplings.upper[axis][cell]
                    }
                }
            }
            let noise: [Double] = PoissonCases.noise(system.grid.count)
            let b = noise.enumerated().map { couplings.diagonal[$0.offset] > 0 ? $0.element : 0 }
            let (factors, right) = (try CholeskyFactorization(matrix), cells.map { b[$0] })
            // The factors' round-off, which is not that of another BLAS kernel's, is taken out by one refinement.
            let rough = factors.solve(right)
            let rest = zip(right, matrix * rough).map { $0 - $1 }
            let direct = zip(rough, factors.solve(rest)).map { $0 + $1 }
            let found = ConjugateGradients(system, preconditioner: .algebraicMultigrid, tolerance: 1e-13).solution(b).u
            let scale = direct.map { abs($0) }.max()!
            for (row, cell) in cells.enumerated() { #expect(abs(found[cell] - direct[row]) < 1e-10 * scale) }
        }
    }

    /// Pockets between solid cells, and boxes without a given value, are fixed up to a constant only.
    @Test func floatingRegionsConverge() throws {
        for medium in Self.media {
            let system = try medium.system([64, 48], sides: .all(.flux, dimensions: 2))
            #expect(system.floatingRegions > 0)
            let solver = ConjugateGradients(system, preconditioner: .algebraicMultigrid, tolerance: 1e-8)
            let report = solver.solution(system.compatible(PoissonCases.noise(system.grid.count))).report
            #expect(report.hasConverged && report.iterations <= 35, "\(medium.testDescription) \(report.iterations)")
        }
    }

    /// The same bits on one thread and on three.
    @Test func resultsDoNotDependOnTheThreads() throws {
        for (medium, shape) in zip(Self.media, [[160, 176], [40, 33, 24], [177, 161]]) {
            let system = try medium.system(shape)
            let runs = [1, 3].map { threads in
                ConjugateGradients(system, tolerance: 1e-9, team: ThreadTeam(threads: threads))
                    .solution(PoissonCases.noise(system.grid.count))
            }
            #expect(runs[0].u == runs[1].u)
            #expect(runs[0].report.residualHistory == runs[1].report.residualHistory)
        }
    }

    /// A system of a few cells has no coarse level, or one.
    @Test(arguments: [[1, 1], [2, 3], [1, 9], [9, 8], [2, 2, 2]])
    func smallSystemsAreSolved(_ shape: [Int]) throws {
        let system = try PoissonSystem<Double>(PoissonCases.grid(shape))
        let solver = ConjugateGradients(system, preconditioner: .algebraicMultigrid, tolerance: 1e-10)
        let report = solver.solution(PoissonCases.noise(system.grid.count)).report
        #expect(report.hasConverged && report.iterations <= 20, "\(report.iterations)")
    }
}
