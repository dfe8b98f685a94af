import Glibc
import PDECore

extension ConvergenceStudy {
    /// The studies of the exponential integrators.
    static let semilinear = [
        burgersInTime(.second), burgersInTime(.fourth), burgers, soliton, chaosInTime,
    ]

    private static func sine(_ grid: Grid) -> Field<Double> {
        var field = Field<Double>(on: grid)
        for (point, x) in grid.axes[0].coordinates.enumerated() { field[0, point] = -sin(.pi * x) }
        return field
    }

    private static func relativeError(_ values: [Double], _ exact: [Double]) -> Double {
        let difference = zip(values, exact).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        return (difference / exact.reduce(0) { $0 + $1 * $1 }).squareRoot()
    }

    private static func burgersInTime(_ method: ExponentialRungeKutta) -> ConvergenceStudy {
        ConvergenceStudy(
            "burgers-time-\(method.rawValue)", "viscous Burgers, ETDRK\(method.rawValue), exact by Cole-Hopf",
            unit: "steps", sizes: [50, 100, 200, 400], measures: [Measure("relative L2")]
        ) { [burgersError(points: 512, steps: $0, method)] }
    }

    private static let burgers = ConvergenceStudy(
        "burgers", "viscous Burgers in space, exact by Cole-Hopf (spectral: errors fall faster than any power)",
        unit: "points", sizes: [32, 64, 128, 256], multiple: 32, measures: [Measure("relative L2")]
    ) { [burgersError(points: $0, steps: 2000, .fourth)] }

    /// −sin πx on [−1, 1], ν = 0.03, at time 0.8, past the formation of the front.
    private static func burgersError(points: Int, steps: Int, _ method: ExponentialRungeKutta) -> Double {
        let (viscosity, end) = (0.03, 0.8)
        let grid = Grid.periodic(dimensions: 1, count: points, length: 2, from: -1)
        let stepper = SemilinearStepper<Double>(
            Burgers(viscosity: viscosity), on: grid, timeStep: end / Double(steps), method: method)
        var state = stepper.state(of: sine(grid))
        stepper.advance(&state, steps: steps)
        let fine = Grid.periodic(dimensions: 1, count: points * max(1, 2048 / points), length: 2, from: -1)
        let solution = ColeHopfSolution(from: sine(fine), viscosity: viscosity).field(at: end)
        let exact = (0..<points).map { solution[0, $0 * (fine.count / points)] }
        return relativeError(stepper.field(of: state).values.values, exact)
    }

    private static let soliton = ConvergenceStudy(
        "korteweg-de-vries-time", "Korteweg-de Vries soliton of speed 4, ETDRK4, exact", unit: "steps",
        sizes: [250, 500, 1000, 2000], measures: [Measure("relative L2")]
    ) { steps in
        let grid = Grid.periodic(dimensions: 1, count: 384, length: 40, from: -20)
        func exact(_ x: Double, _ t: Double) -> Double {
            let wave = 1 / cosh(x - 4 * t)
            return 2 * wave * wave
        }
        let stepper = SemilinearStepper<Double>(KortewegDeVries(), on: grid, timeStep: 1 / Double(steps))
        var field = Field<Double>(on: grid)
        for (point, x) in grid.axes[0].coordinates.enumerated() { field[0, point] = exact(x, 0) }
        var state = stepper.state(of: field)
        stepper.advance(&state, steps: steps)
        return [
            relativeError(stepper.field(of: state).values.values, grid.axes[0].coordinates.map { exact($0, 1) })
        ]
    }

    private static let chaosInTime = ConvergenceStudy(
        "kuramoto-sivashinsky-time", "Kuramoto-Sivashinsky, ETDRK4, to t = 10, against very short steps", unit: "steps",
        sizes: [100, 200, 400, 800, 6400], measures: [Measure("relative L2")],
        solve: { steps in
            let grid = Grid.periodic(dimensions: 1, count: 128, length: 32)
            let stepper = SemilinearStepper<Double>(KuramotoSivashinsky(), on: grid, timeStep: 10 / Double(steps))
            var field = Field<Double>(on: grid)
            for (point, x) in grid.axes[0].coordinates.enumerated() {
                field[0, point] = cos(2 * .pi * x / 32) * (1 + sin(2 * .pi * x / 32))
            }
            var state = stepper.state(of: field)
            stepper.advance(&state, steps: steps)
            return stepper.field(of: state).values.values
        }, compare: { [relativeError($0, $1)] })
}
