import PDEKit

/// u_t = D u_xx on a periodic line by explicit Euler steps.
struct OwnStepper: Stepper {
    let diffusivity, timeStep: Double

    func advance(_ state: inout Field<Float>) {
        let (count, spacing) = (state.grid.count, state.grid.axes[0].spacing)
        let factor = Float(diffusivity * timeStep / (spacing * spacing))
        let before = state.values
        for point in 0..<count {
            let sum = before[(point + 1) % count] - 2 * before[point] + before[(point + count - 1) % count]
            state.values[point] = before[point] + factor * sum
        }
    }
}
