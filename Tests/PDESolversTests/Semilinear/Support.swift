import Foundation
import PDECore
import PDESolvers

/// A field on a grid from a formula for each component.
func field<Scalar: Real>(on grid: Grid, components: Int = 1, _ formula: (Int, [Double]) -> Double) -> Field<Scalar> {
    var result = Field<Scalar>(on: grid, components: components)
    let coordinates = grid.axes.map(\.coordinates)
    for point in 0..<grid.count {
        var rest = point
        var position = [Double](repeating: 0, count: grid.dimensions)
        for axis in stride(from: grid.dimensions - 1, through: 0, by: -1) {
            position[axis] = coordinates[axis][rest % grid.shape[axis]]
            rest /= grid.shape[axis]
        }
        for component in 0..<components { result[component, point] = Scalar(formula(component, position)) }
    }
    return result
}

/// ‖a − b‖₂ / ‖b‖₂.
func relativeError<Scalar: Real>(_ a: Field<Scalar>, _ b: Field<Scalar>) -> Double {
    let (a, b) = (a.values.values, b.values.values)
    let difference = zip(a, b).reduce(0) { $0 + pow(Double($1.0) - Double($1.1), 2) }
    return (difference / b.reduce(0) { $0 + pow(Double($1), 2) }).squareRoot()
}

/// The state after `steps` steps.
func solve<Scalar: Real>(
    _ equation: any SemilinearEquation, from initial: Field<Scalar>, until time: Double, steps: Int,
    method: ExponentialRungeKutta = .fourth
) -> Field<Scalar> {
    let stepper = SemilinearStepper<Scalar>(
        equation, on: initial.grid, timeStep: time / Double(steps), method: method)
    var state = stepper.state(of: initial)
    stepper.advance(&state, steps: steps)
    return stepper.field(of: state)
}

/// log₂ of the ratios of successive errors under halving of the step.
func slopes(_ errors: [Double]) -> [Double] { zip(errors, errors.dropFirst()).map { log2($0 / $1) } }
