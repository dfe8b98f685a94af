import CAllocationCounter
import PDECore
import PDESolvers
import Testing

@Suite struct BoxTransformSolverTests {
    /// Solves for noise, looks at the residual by the public operator, and gives the largest difference from conjugate
    /// gradients, relative to the largest value.
    private func difference(_ shape: [Int], _ lengths: [Double]?, _ sides: PoissonSides) throws -> Double {
        let grid = PoissonCases.grid(shape, lengths)
        let system = try PoissonSystem<Double>(grid, sides: sides)
        let b: [Double] = PoissonCases.noise(grid.count)
        let (u, report) = try BoxTransformSolver(system).solution(b)
        #expect(report.hasConverged && report.iterations == 0, "\(shape) \(sides) \(report)")
        #expect(report.residualHistory == [report.residual])
        let mean = system.floatingRegions == 0 ? 0 : b.reduce(0, +) / Double(b.count)
        let residual = b.count == 1 && mean != 0 ? 0 : PoissonCases.residual(system, [], u, b.map { $0 - mean })
        #expect(residual <= 1e-11 && abs(residual - report.residual) <= 1e-12, "\(shape) \(sides) \(residual)")
        if system.floatingRegions > 0 {
            let largest = b.reduce(0) { max($0, abs($1)) }
            #expect(abs(report.imbalance - abs(mean) / largest) <= 1e-13)
            #expect(abs(u.reduce(0, +)) <= 1e-12 * u.map(abs).max()! * Double(u.count))
        } else {
            #expect(report.imbalance == 0)
        }
        let expected = ConjugateGradients(
            system, preconditioner: .incompleteCholesky, tolerance: 1e-13, iterationLimit: 5000
        ).solution(b).u
        return zip(u, expected).reduce(0) { max($0, abs($1.0 - $1.1)) } / max(1e-300, expected.map(abs).max()!)
    }

    @Test(arguments: [
        [16, 24], [9, 13], [7, 31], [1, 12], [12, 1], [1, 1], [2, 3], [3, 2], [40, 96], [30, 97],
    ])
    func itAgreesWithConjugateGradientsOnPlanes(_ shape: [Int]) throws {
        for sides in ConvergenceStudy.sideMixes(dimensions: 2) {
            let worst = try difference(shape, nil, sides)
            #expect(worst <= 1e-10, "\(shape) \(sides) \(worst)")
        }
    }

    @Test(arguments: [
        [6, 8, 10], [5, 7, 11], [1, 4, 5], [4, 1, 5], [4, 5, 1], [1, 1, 3], [2, 2, 2], [3, 2, 1], [4, 96, 3],
        [3, 5, 98], [2, 97, 100],
    ])
    func itAgreesWithConjugateGradientsOnBoxes(_ shape: [Int]) throws {
        let step = shape.reduce(1, *) < 500 ? 1 : 7
        for sides in ConvergenceStudy.sideMixes(dimensions: 3).enumerated().filter({ $0.offset % step == 0 }) {
            let worst = try difference(shape, [1, 0.7, 1.3], sides.element)
            #expect(worst <= 1e-10, "\(shape) \(sides) \(worst)")
        }
    }

    /// A shift holds boxes without given values, and may change between solves.
    @Test func shiftsAreTakenOver() throws {
        for (shape, side) in [([12, 20], PoissonSide.flux), ([6, 9, 10], .value)] {
            let grid = PoissonCases.grid(shape)
            let system = try PoissonSystem<Double>(grid, sides: .all(side, dimensions: shape.count))
            let solver = try BoxTransformSolver(system)
            let b: [Double] = PoissonCases.noise(grid.count)
            for shift in [3.0, 4e4, 0.01] {
                system.shift = shift
                let (u, report) = solver.solution(b)
                #expect(report.hasConverged && report.floatingRegions == 0 && report.imbalance == 0)
                let rest = zip(system.applied(to: u), b).map { $0 - $1 }
                #expect(rest.allSatisfy { abs($0) < 1e-10 }, "\(shape) \(shift)")
            }
        }
    }

    /// Cells some fifty times as long as wide, either way. The system's condition is 1e6, which bounds how far conjugate
    /// gradients can agree.
    @Test func longCellsAreNoHarder() throws {
        let sides = PoissonSides(lower: [.flux, .flux], upper: [.flux, .value])
        for lengths in [[50.0, 1.0], [1.0, 50.0]] {
            #expect(try difference([24, 40], lengths, sides) <= 1e-7)
            #expect(try difference([24, 40], lengths, .all(.flux, dimensions: 2)) <= 1e-7)
        }
        let cube = PoissonSides(lower: [.value, .flux, .flux], upper: [.flux, .flux, .value])
        #expect(try difference([8, 12, 10], [50, 1, 7], cube) <= 1e-7)
    }

    @Test func singlePrecisionReachesItsRoundOff() throws {
        for (shape, sides) in [
            ([128, 96], PoissonSides.all(.value, dimensions: 2)), ([40, 33], .all(.flux, dimensions: 2)),
            ([17, 24, 20], PoissonSides(lower: [.flux, .value, .flux], upper: [.value, .value, .flux])),
        ] {
            let grid = PoissonCases.grid(shape)
            let b: [Float] = PoissonCases.noise(grid.count)
            let solver = try BoxTransformSolver(try PoissonSystem<Float>(grid, sides: sides))
            let (u, report) = solver.solution(b)
            let exact = try BoxTransformSolver(try PoissonSystem<Double>(grid, sides: sides)).solution(
                b.map(Double.init)
            ).u
            #expect(report.hasConverged, "\(report)")
            let size = exact.map(abs).max()!
            #expect(zip(u, exact).allSatisfy { abs(Double($0) - $1) <= 1e-5 * size }, "\(shape)")
        }
    }

    @Test func aConstantCoefficientScalesTheSolution() throws {
        let grid = PoissonCases.grid([20, 12, 9])
        let b: [Double] = PoissonCases.noise(grid.count)
        let plain = try BoxTransformSolver(try PoissonSystem<Double>(grid)).solution(b).u
        let four = try PoissonSystem<Double>(grid, coefficient: [Double](repeating: 4, count: grid.count))
        let (u, report) = try BoxTransformSolver(four).solution(b)
        #expect(report.hasConverged)
        #expect(u == plain.map { $0 / 4 })
    }

    @Test func systemsThatItCannotSolveAreRefused() throws {
        let grid = PoissonCases.grid([16, 16])
        let solid = PoissonCases.blocks(grid)
        let number = solid.filter { $0 != 0 }.count
        #expect(throws: PoissonError.transformsNeedOpenBox(solidCells: number)) {
            try BoxTransformSolver(try PoissonSystem<Double>(grid, solid: solid))
        }
        var a = [Double](repeating: 2, count: grid.count)
        a[37] = 3
        #expect(throws: PoissonError.transformsNeedConstantCoefficient(cell: 37)) {
            try BoxTransformSolver(try PoissonSystem(grid, coefficient: a))
        }
        #expect("\(PoissonError.transformsNeedOpenBox(solidCells: 4))".contains("use ConjugateGradients"))
    }

    @Test(arguments: [[160, 176], [40, 33, 24], [12, 100, 30]])
    func resultsDoNotDependOnTheThreads(_ shape: [Int]) throws {
        let grid = PoissonCases.grid(shape)
        let b: [Double] = PoissonCases.noise(grid.count)
        for side in PoissonSide.allCases {
            let system = try PoissonSystem<Double>(grid, sides: .all(side, dimensions: shape.count))
            let runs = try [1, 3].map { try BoxTransformSolver(system, team: ThreadTeam(threads: $0)).solution(b) }
            #expect(runs[0].u == runs[1].u)
            #expect(runs[0].report.residual == runs[1].report.residual)
        }
    }

    @Test func badInputEndsInWordsAndLeavesNothingBehind() throws {
        for shape in [[32, 100], [8, 9, 10]] {
            let grid = PoissonCases.grid(shape)
            for side in PoissonSide.allCases {
                let system = try PoissonSystem<Double>(grid, sides: .all(side, dimensions: shape.count))
                let solver = try BoxTransformSolver(system)
                let good: [Double] = PoissonCases.noise(grid.count)
                let before = solver.solution(good).u
                for wrong in [Double.nan, .infinity] {
                    var b = good
                    b[77] = wrong
                    #expect(solver.solution(b).report.outcome == .notFinite)
                }
                #expect(solver.solution(good).u == before)
                let zero = solver.solution([Double](repeating: 0, count: grid.count))
                #expect(zero.report.hasConverged && zero.report.residual == 0 && zero.u.allSatisfy { $0 == 0 })
                for scale in [0x1p-200, 0x1p200] {
                    #expect(solver.solution(good.map { $0 * scale }).u == before.map { $0 * scale })
                }
            }
        }
    }

    @Test(arguments: [[64, 72], [70, 128], [12, 14, 17], [4, 100, 96]])
    func aWarmSolveAllocatesNothing(_ shape: [Int]) throws {
        let grid = PoissonCases.grid(shape)
        let system = try PoissonSystem<Double>(grid, sides: .all(.flux, dimensions: shape.count))
        let solver = try BoxTransformSolver(system)
        let b: [Double] = PoissonCases.noise(grid.count)
        var u = b
        _ = solver.solve(b, into: &u)
        // OpenBLAS's kernels for AVX-512 take memory in products of small matrices, of which there is one a plane.
        let takesMemory = ["SkylakeX", "Cooperlake", "SapphireRapids"].contains(LibraryVersions.openBLASKernel)
        let most = takesMemory && shape == [12, 14, 17] ? shape[0] : 0
        let before = allocation_count()
        _ = solver.solve(b, into: &u)
        #expect(allocation_count() - before <= most)
    }
}
