import PDECore

/// Scores that turn with the velocity: s = u/ρ · h(x) with x = log ρ² and ρ² = ε + |u|²/d, so that
/// ∂s_a/∂u_b = h/ρ δ_ab + (2h' − h) u_a u_b/(dρ³) and ∇·s = dh/ρ + (2h' − h) |u|²/(dρ³).
///
/// The perceptron has one input for all components: a derivative along it takes the place of d of them. By the logarithm it sees what is near
/// the middle, where scores of densities that nearly vanish there are steep, as well as what is far out.
extension ScoreMatching {
    /// A panel's share of the objective; its output becomes what a change of it does.
    @inline(__always)
    func seedTurned(
        _ panel: ScorePanel<Scalar>, _ samples: ScoreSamples<Scalar>, _ objective: ScoreObjective<Scalar>,
        _ range: Range<Int>
    ) -> Double {
        let (n, d) = (panel.particles, layers.dimensions)
        let said = panel.output.pointer
        let (dimensions, normal) = (Scalar(d), Scalar(layers.correctsNormal ? 1 : 0))
        let middle = Scalar(layers.middle)
        var isRate = false
        if case .rate = objective { isRate = true }
        let time = panel.input.pointer + (1 + panel.directions) * n
        var sum = 0.0
        for i in 0..<n {
            guard i < range.count else {
                for place in Swift.stride(from: i, to: (1 + panel.directions) * n, by: n) { said[place] = 0 }
                continue
            }
            let place = range.lowerBound + i
            let weight = samples.weights[place]
            var length: Scalar = 0
            for axis in 0..<d {
                let u = samples.velocities[axis * samples.stride + place]
                length += u * u
            }
            let inverse = 1 / (middle + length / dimensions).squareRoot()
            // s = u times this.
            let factor = (said[i] + (isRate ? time[i] * said[n + i] : 0)) * inverse - normal
            // |s − target|², and its derivative with respect to the factor, halved.
            var (square, along): (Scalar, Scalar) = (0, 0)
            for axis in 0..<d {
                let u = samples.velocities[axis * samples.stride + place]
                let error = u * factor - (objective.target.map { $0[axis * samples.stride + place] } ?? 0)
                square += error * error
                along += u * error
            }
            let slope = 2 * weight * along * inverse
            if isRate {
                (said[i], said[n + i]) = (slope, time[i] * slope)
            } else if panel.directions > 0 {
                let reach = length / dimensions * inverse * inverse * inverse
                square += 2 * (dimensions * factor + reach * (2 * said[n + i] - said[i]))
                (said[i], said[n + i]) = (
                    slope + 2 * weight * (dimensions * inverse - reach), 4 * weight * reach
                )
            } else {
                said[i] = slope
            }
            sum += Double(weight * square)
        }
        return sum
    }

    /// Scores and Jacobians of a panel.
    /// - Returns: the largest square of a Jacobian's Frobenius norm.
    @inline(__always)
    func writeTurned(
        _ panel: ScorePanel<Scalar>, _ velocities: UnsafePointer<Scalar>, stride: Int, _ range: Range<Int>,
        scores: UnsafeMutablePointer<Scalar>, jacobians: UnsafeMutablePointer<Scalar>?
    ) -> Double {
        let (n, d) = (panel.particles, layers.dimensions)
        let said = panel.output.pointer
        let normal = Scalar(layers.correctsNormal ? 1 : 0)
        var largest: Scalar = 0
        for i in 0..<range.count {
            let place = range.lowerBound + i
            var length: Scalar = 0
            for axis in 0..<d {
                let u = velocities[axis * stride + place]
                length += u * u
            }
            let inverse = 1 / (Scalar(layers.middle) + length / Scalar(d)).squareRoot()
            let factor = said[i] * inverse - normal
            for axis in 0..<d { scores[axis * stride + place] = velocities[axis * stride + place] * factor }
            guard let jacobians else { continue }
            let change = (2 * said[n + i] - said[i]) / Scalar(d) * inverse * inverse * inverse
            var square: Scalar = 0
            for axis in 0..<d {
                for other in 0..<d {
                    var slope =
                        change * velocities[axis * stride + place] * velocities[other * stride + place]
                    if axis == other { slope += factor }
                    jacobians[(axis * d + other) * stride + place] = slope
                    square += slope * slope
                }
            }
            largest = max(largest, square)
        }
        return Double(largest)
    }
}
