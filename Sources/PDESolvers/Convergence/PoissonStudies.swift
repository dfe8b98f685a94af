import Glibc
import PDECore

extension ConvergenceStudy {
    /// The studies of the elliptic solvers.
    static let poisson = [mixedBox, mixedCube, directBox, directCube, solidFrame, smoothDarcy]

    private static func grid(_ counts: [Int], _ lengths: [Double]) -> Grid {
        Grid(zip(counts, lengths).map { Grid.Axis(count: $0, from: 0, to: $1, placement: .cells) })
    }

    /// The largest error for u = Π cos(k x + φ), with a = 1 + ½ sin Σx if it varies, over the sides of every mix.
    private static func manufacturedErrors(
        _ grid: Grid, _ mixes: [PoissonSides], isVariable: Bool, isDirect: Bool = false
    ) -> [Double] {
        let rates = SIMD3(2.0, 3.0, 2.5)
        let phases = SIMD3(0.3, 0.7, 1.1)
        let axes = grid.dimensions
        func factor(_ axis: Int, _ x: Double, _ order: Int) -> Double {
            let (k, angle) = (rates[axis], rates[axis] * x + phases[axis])
            return order == 0 ? cos(angle) : order == 1 ? -k * sin(angle) : -k * k * cos(angle)
        }
        func derivative(_ p: SIMD3<Double>, _ axis: Int?, _ order: Int) -> Double {
            (0..<axes).reduce(1) { $0 * factor($1, p[$1], $1 == axis ? order : 0) }
        }
        func total(_ p: SIMD3<Double>) -> Double { (0..<axes).reduce(0) { $0 + p[$1] } }
        func coefficient(_ p: SIMD3<Double>) -> Double { isVariable ? 1 + 0.5 * sin(total(p)) : 1 }
        func source(_ p: SIMD3<Double>) -> Double {
            (0..<axes).reduce(0) { sum, axis in
                let slope = isVariable ? 0.5 * cos(total(p)) : 0
                return sum - coefficient(p) * derivative(p, axis, 2) - slope * derivative(p, axis, 1)
            }
        }
        return mixes.map { sides in
            guard let plain = try? PoissonSystem<Double>(grid, sides: sides),
                let system = try? PoissonSystem(
                    grid, sides: sides, coefficient: isVariable ? plain.cellValues(coefficient) : [])
            else { return .nan }
            let b = system.rightHandSide(source: system.cellValues(source)) { point in
                let side = point.isUpper ? sides.upper[point.axis] : sides.lower[point.axis]
                if side == .value { return derivative(point.position, nil, 0) }
                let slope = coefficient(point.position) * derivative(point.position, point.axis, 1)
                return point.isUpper ? slope : -slope
            }
            let direct = isDirect ? try? BoxTransformSolver(system) : nil
            let u = (direct ?? ConjugateGradients(system, tolerance: 1e-11) as any PoissonSolver<Double>).solution(b).u
            let exact = system.cellValues { derivative($0, nil, 0) }
            // With fluxes on all sides u is fixed up to a constant.
            let shift =
                system.floatingRegions == 0 ? 0 : zip(exact, u).reduce(0) { $0 + $1.0 - $1.1 } / Double(u.count)
            return zip(u, exact).reduce(0) { max($0, abs($1.0 + shift - $1.1)) }
        }
    }

    /// Every choice of value and flux on the sides of a box.
    package static func sideMixes(dimensions: Int) -> [PoissonSides] {
        (0..<1 << (2 * dimensions)).map { bits in
            func side(_ number: Int) -> PoissonSide { bits >> number & 1 == 0 ? .value : .flux }
            return PoissonSides(
                lower: (0..<dimensions).map { side(2 * $0) }, upper: (0..<dimensions).map { side(2 * $0 + 1) })
        }
    }

    private static let mixedBox = ConvergenceStudy(
        "poisson-2d", "Poisson on a box, the worst of all 16 mixes of given values and fluxes", unit: "cells a side",
        sizes: [16, 32, 64, 128], multiple: 4, measures: [Measure("error of u")]
    ) { n in [manufacturedErrors(grid([n, n * 5 / 4], [1, 1.2]), sideMixes(dimensions: 2), isVariable: false).max()!] }

    private static let mixedCube = ConvergenceStudy(
        "poisson-3d", "Poisson in three dimensions, the worst of all 64 mixes", unit: "cells a side",
        sizes: [8, 16, 32], multiple: 4, measures: [Measure("error of u")]
    ) { n in
        [
            manufacturedErrors(
                grid([n, n * 3 / 4, n * 5 / 4], [1, 0.8, 1.2]), sideMixes(dimensions: 3), isVariable: false
            )
            .max()!
        ]
    }

    private static let directBox = ConvergenceStudy(
        "poisson-2d-direct", "Poisson on a box by transforms, the worst of all 16 mixes", unit: "cells a side",
        sizes: [16, 32, 64, 128, 256], multiple: 4, measures: [Measure("error of u")]
    ) { n in
        [
            manufacturedErrors(
                grid([n, n * 5 / 4], [1, 1.2]), sideMixes(dimensions: 2), isVariable: false, isDirect: true
            ).max()!
        ]
    }

    private static let directCube = ConvergenceStudy(
        "poisson-3d-direct", "Poisson in three dimensions by transforms, the worst of 64 mixes", unit: "cells a side",
        sizes: [8, 16, 32, 64], multiple: 4, measures: [Measure("error of u")]
    ) { n in
        [
            manufacturedErrors(
                grid([n, n * 3 / 4, n * 5 / 4], [1, 0.8, 1.2]), sideMixes(dimensions: 3), isVariable: false,
                isDirect: true
            ).max()!
        ]
    }

    private static let smoothDarcy = ConvergenceStudy(
        "darcy", "Darcy with a smooth permeability, the worst of all 16 mixes", unit: "cells a side",
        sizes: [16, 32, 64, 128], multiple: 4, measures: [Measure("error of u")]
    ) { n in [manufacturedErrors(grid([n, n * 5 / 4], [1, 1.2]), sideMixes(dimensions: 2), isVariable: true).max()!] }

    private static let solidFrame = ConvergenceStudy(
        "poisson-solid", "Poisson beside a solid block with no flux and with the value 0, exact", unit: "cells a side",
        sizes: [16, 32, 64, 128], multiple: 4,
        measures: [Measure("error beside a wall"), Measure("error beside a value")]
    ) { n in [solidError(n, .flux), solidError(n, .value)] }

    /// The error right of a slab that fills a quarter of a box: a product that has no slope, or vanishes, on its face.
    private static func solidError(_ n: Int, _ surface: PoissonSide) -> Double {
        let box = grid([n, n], [1, 1])
        let solid = (0..<n * n).map { UInt8($0 % n < n / 4 ? 1 : 0) }
        let sides = PoissonSides(lower: [.flux, .value], upper: [.value, .value])
        guard let system = try? PoissonSystem<Double>(box, sides: sides, solid: solid, solidSurface: surface) else {
            return .nan
        }
        func exact(_ p: SIMD3<Double>) -> Double {
            let across = 3 * (p.y - 0.25)
            return cos(2 * p.x) * (surface == .flux ? cos(across) : sin(across))
        }
        let b = system.rightHandSide(source: system.cellValues { 13 * exact($0) }) { point in
            point.axis == 0 && !point.isUpper ? 0 : exact(point.position)
        }
        let u = ConjugateGradients(system, tolerance: 1e-11).solution(b).u
        let right = system.cellValues(exact)
        return u.indices.filter { solid[$0] == 0 }.reduce(0) { max($0, abs(u[$1] - right[$1])) }
    }
}
