import CAllocationCounter
import Foundation
import PDECore
import PDEOperators
import PDETensor
import Testing

/// The kernel of score matching against differences, an identity of integration by parts, and itself on other threads.
@Suite struct ScoreMatchingTests {
    /// Random particles of random weights that add up to 1.
    private struct Particles<Scalar: Real> {
        let count: Int
        let velocities, weights, target: AlignedBuffer<Scalar>

        init(_ count: Int, dimensions: Int) {
            self.count = count
            var stream = RandomStream(seed: 4, index: dimensions, purpose: "particles of a score")
            velocities = AlignedBuffer(count: dimensions * count)
            target = AlignedBuffer(count: dimensions * count)
            weights = AlignedBuffer(count: count)
            for place in 0..<dimensions * count {
                velocities.pointer[place] = Scalar(stream.normal())
                target.pointer[place] = Scalar(stream.normal())
            }
            let shares = (0..<count).map { _ in stream.uniform(in: 0.5...1.5) }
            let total = shares.reduce(0, +)
            for place in 0..<count { weights.pointer[place] = Scalar(shares[place] / total) }
        }

        var samples: ScoreSamples<Scalar> {
            ScoreSamples(count: count, stride: count, velocities: velocities.pointer, weights: weights.pointer)
        }
    }

    private func values<Scalar: Real>(_ layers: ScoreLayers) -> [Scalar] {
        ScoreNetwork<Scalar>(layers, Initialization(seed: 1, backend: CPUBackend(threads: 1))).values
    }

    private func score(_ fit: ScoreFit<Double>, _ velocity: [Double]) -> [Double] {
        var result = velocity
        _ = fit.evaluate(velocity, count: 1, stride: 1, scores: &result, jacobians: nil, on: ThreadTeam(threads: 1))
        return result
    }

    @Test(arguments: SmoothActivation.allCases, [2, 5, 10])
    func jacobiansAreThoseOfTheScores(_ activation: SmoothActivation, _ d: Int) {
        jacobians(ScoreLayers(dimensions: d, width: 17, hidden: 3, activation: activation, correctsNormal: d == 5))
        jacobians(
            ScoreLayers(
                dimensions: d, width: 17, hidden: 3, activation: activation, correctsNormal: d == 5,
                isEquivariant: true))
    }

    private func jacobians(_ layers: ScoreLayers) {
        let d = layers.dimensions
        let fit = ScoreFit<Double>(layers, parameters: values(layers))
        let particles = Particles<Double>(37, dimensions: d)
        var (scores, jacobians) = ([Double](repeating: 0, count: 37 * d), [Double](repeating: 0, count: 37 * d * d))
        let steepness = fit.evaluate(
            particles.velocities.pointer, count: 37, stride: 37, scores: &scores, jacobians: &jacobians,
            on: ThreadTeam(threads: 1))
        var steepest = 0.0
        for particle in 0..<37 {
            let velocity = (0..<d).map { particles.velocities.pointer[$0 * 37 + particle] }
            let said = (0..<d).map { scores[$0 * 37 + particle] }
            #expect(zip(said, score(fit, velocity)).allSatisfy { abs($0 - $1) < 1e-13 })
            var square = 0.0
            for axis in 0..<d {
                var (above, below) = (velocity, velocity)
                above[axis] += 1e-5
                below[axis] -= 1e-5
                let column = zip(score(fit, above), score(fit, below)).map { ($0 - $1) / 2e-5 }
                for row in 0..<d {
                    #expect(abs(jacobians[(row * d + axis) * 37 + particle] - column[row]) < 1e-8)
                }
                square += column.reduce(0) { $0 + $1 * $1 }
            }
            steepest = max(steepest, square.squareRoot())
        }
        #expect(abs(steepness / steepest - 1) < 1e-7)
    }

    /// What the loss says of the divergence is the trace of those Jacobians.
    @Test(arguments: [false, true]) func theLossHasTheDivergenceInIt(_ isEquivariant: Bool) {
        let layers = ScoreLayers(
            dimensions: 4, width: 13, hidden: 2, correctsNormal: true, isEquivariant: isEquivariant)
        let (fit, particles) = (
            ScoreFit<Double>(layers, parameters: values(layers)), Particles<Double>(90, dimensions: 4)
        )
        let team = ThreadTeam(threads: 1)
        var (scores, jacobians) = ([Double](repeating: 0, count: 90 * 4), [Double](repeating: 0, count: 90 * 16))
        _ = fit.evaluate(
            particles.velocities.pointer, count: 90, stride: 90, scores: &scores, jacobians: &jacobians, on: team)
        let expected = (0..<90).reduce(0.0) { sum, particle in
            let terms = (0..<4).map { axis in
                let s = scores[axis * 90 + particle]
                return s * s + 2 * jacobians[axis * 5 * 90 + particle]
            }
            return sum + particles.weights.pointer[particle] * terms.reduce(0, +)
        }
        let parameters: [Double] = values(layers)
        let loss = fit.matching.loss(parameters, particles.samples, .implicit, gradient: nil, on: team)
        #expect(abs(loss - expected) < 1e-12 * abs(expected))
    }

    @Test(arguments: SmoothActivation.allCases, [false, true])
    func gradientIsThatOfTheLoss(_ activation: SmoothActivation, _ corrects: Bool) {
        for isEquivariant in [false, true] {
            for conditions in [0, 2] {
                gradients(
                    ScoreLayers(
                        dimensions: 3, conditions: conditions, width: 11, hidden: 2, activation: activation,
                        correctsNormal: corrects, isEquivariant: isEquivariant))
            }
        }
    }

    private func gradients(_ layers: ScoreLayers) {
        // Conditions lie behind the velocities as further components would.
        let particles = Particles<Double>(75, dimensions: 3 + layers.conditions)
        let matching = ScoreMatching<Double>(layers)
        let team = ThreadTeam(threads: 1)
        let start: [Double] = values(layers)
        var stream = RandomStream(seed: 9, index: 0, purpose: "direction of a difference")
        let direction = start.map { _ in stream.normal() }
        let target = UnsafePointer(particles.target.pointer)
        let objectives: [ScoreObjective<Double>] =
            [.implicit, .probes(2, seed: 3, step: 5), .explicit(target)]
            + (layers.conditions > 0 ? [.rate(target)] : [])
        for objective in objectives {
            func loss(_ shift: Double) -> Double {
                let moved = zip(start, direction).map { $0 + shift * $1 }
                return matching.loss(moved, particles.samples, objective, gradient: nil, on: team)
            }
            var gradient = start
            let value = matching.loss(start, particles.samples, objective, gradient: &gradient, on: team)
            #expect(value == loss(0))
            let slope = zip(gradient, direction).reduce(0) { $0 + $1.0 * $1.1 }
            // Fourth order. Softsign's second derivative jumps, which differences see where a step crosses it.
            let h = layers.activation == .softsign ? 1e-6 : 1e-4
            let difference = (8 * (loss(h) - loss(-h)) - (loss(2 * h) - loss(-2 * h))) / (12 * h)
            #expect(abs(slope - difference) < 1e-7 * max(1, abs(slope)), "\(objective) \(slope) \(difference)")
        }
    }

    /// A trajectory u + τN(u, τ) moves by N + τ ∂N/∂τ, which differences in τ give.
    @Test(arguments: [false, true]) func ratesAreThoseOfTheTrajectories(_ isEquivariant: Bool) {
        let layers = ScoreLayers(dimensions: 3, conditions: 2, width: 12, hidden: 2, isEquivariant: isEquivariant)
        let (fit, team) = (ScoreFit<Double>(layers, parameters: values(layers)), ThreadTeam(threads: 1))
        let (u, other) = ([0.7, -0.4, 1.1], 0.3)
        func place(_ time: Double) -> [Double] {
            var result = u
            _ = fit.evaluate(
                u + [time, other], count: 1, stride: 1, scores: &result, jacobians: nil, on: team)
            return zip(u, result).map { $0 + time * $1 }
        }
        let h = 1e-5
        let rate = zip(place(0.6 + h), place(0.6 - h)).map { ($0 - $1) / (2 * h) }
        let (velocities, weights) = (u + [0.6, other], [1.0])
        let parameters: [Double] = values(layers)
        func error(_ target: [Double]) -> Double {
            target.withUnsafeBufferPointer {
                fit.matching.loss(
                    parameters, ScoreSamples(count: 1, stride: 1, velocities: velocities, weights: weights),
                    .rate($0.baseAddress!), gradient: nil, on: team)
            }
        }
        #expect(error(rate) < 1e-16 && abs(error(rate.map { $0 + 0.1 }) - 0.03) < 1e-6)
    }

    /// A score that turns with the velocity is the same whichever way it is turned, and its divergence is the trace of its Jacobian.
    @Test func equivariantScoresTurnWithTheVelocity() {
        let layers = ScoreLayers(dimensions: 3, width: 13, hidden: 2, correctsNormal: true, isEquivariant: true)
        let fit = ScoreFit<Double>(layers, parameters: values(layers))
        let (c, s) = (cos(0.7), sin(0.7))
        func turned(_ v: [Double]) -> [Double] { [c * v[0] - s * v[2], v[1], s * v[0] + c * v[2]] }
        let v = [0.3, -1.2, 0.8]
        #expect(zip(turned(score(fit, v)), score(fit, turned(v))).allSatisfy { abs($0 - $1) < 1e-14 })
        #expect(layers.parameterCount == (1 + 1) * 13 + (13 + 1) * 13 + 13 + 1)
    }

    /// Hyvärinen's identity ∫f|s − ∇log f|² = ∫f(|s|² + 2∇·s) + ∫f|∇log f|², on a grid where the trapezoidal rule is exact to round-off.
    @Test func theImplicitLossIsTheExplicitOneButForAConstant() {
        let (side, variances) = (81, [1.3, 0.7])
        let count = side * side
        var (velocities, target) = ([Double](repeating: 0, count: 2 * count), [Double](repeating: 0, count: 2 * count))
        var weights = [Double](repeating: 0, count: count)
        for place in 0..<count {
            let v = [place / side, place % side].map { (Double($0) - 40) * 0.2 }
            weights[place] = exp(-zip(v, variances).reduce(0) { $0 + $1.0 * $1.0 / (2 * $1.1) })
            for axis in 0..<2 {
                velocities[axis * count + place] = v[axis]
                target[axis * count + place] = -v[axis] / variances[axis]
            }
        }
        let total = weights.reduce(0, +)
        weights = weights.map { $0 / total }
        let layers = ScoreLayers(dimensions: 2, width: 20, hidden: 2, activation: .tanh)
        let matching = ScoreMatching<Double>(layers)
        let parameters: [Double] = values(layers)
        let team = ThreadTeam(threads: 1)
        let samples = ScoreSamples(count: count, stride: count, velocities: velocities, weights: weights)
        let implicit = matching.loss(parameters, samples, .implicit, gradient: nil, on: team)
        let explicit = target.withUnsafeBufferPointer {
            matching.loss(parameters, samples, .explicit($0.baseAddress!), gradient: nil, on: team)
        }
        #expect(abs(explicit - implicit - variances.reduce(0) { $0 + 1 / $1 }) < 1e-9)
        // Probes estimate it without bias.
        let steps = 64
        let probed = (0..<steps).reduce(0.0) {
            $0 + matching.loss(parameters, samples, .probes(1, seed: 2, step: $1), gradient: nil, on: team)
        }
        #expect(abs(probed / Double(steps) - implicit) < 0.02 * abs(explicit))
        #expect(
            abs(matching.loss(parameters, samples, .probes(1, seed: 2, step: 0), gradient: nil, on: team) - implicit)
                > 1e-6)
    }

    @Test(arguments: [2, 5]) func resultsDoNotDependOnThreads(_ d: Int) {
        let layers = ScoreLayers(dimensions: d, width: 32, hidden: 2)
        let particles = Particles<Float>(3001, dimensions: d)
        let found = (1...3).map { threads -> [Float] in
            let (team, fit) = (ThreadTeam(threads: threads), ScoreFit<Float>(layers, parameters: values(layers)))
            for objective in [
                ScoreObjective.implicit, .probes(1, seed: 1, step: 0), .explicit(particles.target.pointer),
            ] {
                for _ in 0..<2 { _ = fit.step(particles.samples, objective, learningRate: 1e-3, on: team) }
            }
            return fit.parameters.values
        }
        #expect(found[0] == found[1] && found[0] == found[2] && found[0] != values(layers))
    }

    @Test func fitsGoOnFromASnapshotAndWarmStepsDoNotAllocate() throws {
        let layers = ScoreLayers(dimensions: 3, width: 16, hidden: 2, correctsNormal: true)
        let particles = Particles<Float>(500, dimensions: 3)
        let (team, fit) = (ThreadTeam(threads: 1), ScoreFit<Float>(layers, parameters: values(layers)))
        func step(_ fit: ScoreFit<Float>) -> Double {
            fit.step(particles.samples, .explicit(particles.target.pointer), learningRate: 1e-2, on: team)
        }
        let first = step(fit)
        let before = allocation_count()
        for _ in 0..<50 { _ = step(fit) }
        #expect(allocation_count() == before)
        let other = ScoreFit<Float>(layers, parameters: [Float](repeating: 0, count: layers.parameterCount))
        try other.restore(fit.snapshot)
        for _ in 0..<3 { #expect(step(other) == step(fit)) }
        #expect(fit.parameters.values == other.parameters.values && fit.steps == 54)
        #expect(step(fit) < 0.97 * first)
    }
}
