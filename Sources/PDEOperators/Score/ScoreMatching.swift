import PDECore

/// Score matching by one pass over the particles: panels of them go through the perceptron with the derivatives that the divergence needs,
/// and back, while they are in a core's cache. Nothing of the size of particles × width is ever stored.
///
/// The divergence is exact, by forward mode along all axes or along random directions; its derivative with respect to the parameters by
/// the reverse sweep over value and derivatives together. Work: 6 (1 + directions) multiplications and additions a particle and weight.
///
/// **Reproducibility.** Particles are divided into 16 parts whatever the number of threads, and the parts' gradients are added in order: the
/// same bits for any number of threads. OpenBLAS must be at one thread (`BLASThreads.limit(to: 1)`).
///
/// Sources: A. Hyvärinen (2005); F. Ilin, J. Hu & Z. Wang, "Transport based particle methods for the Fokker–Planck–Landau equation" (2024).
public final class ScoreMatching<Scalar: Real> {
    /// The perceptron.
    public let layers: ScoreLayers

    /// Parts of the particles, each with a gradient of its own.
    package static var parts: Int { 16 }
    private let gradients: [AlignedBuffer<Scalar>]
    private let sums = AlignedBuffer<Double>(count: ScoreMatching.parts)
    /// One a worker.
    private var panels: [ScoreDirections: [ScorePanel<Scalar>]] = [:]

    /// Score matching for a perceptron.
    public init(_ layers: ScoreLayers) {
        self.layers = layers
        gradients = (0..<Self.parts).map { _ in AlignedBuffer(count: layers.parameterCount) }
    }

    /// What the objective comes to, a weighted mean over the particles, and its gradient.
    ///
    /// - Parameters:
    ///   - parameters: as `ScoreLayers` orders them.
    ///   - samples: the particles.
    ///   - objective: what the score is fitted by.
    ///   - gradient: gets the derivative with respect to the parameters.
    ///   - team: threads to share the particles among.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func loss(
        _ parameters: UnsafePointer<Scalar>, _ samples: ScoreSamples<Scalar>, _ objective: ScoreObjective<Scalar>,
        gradient: UnsafeMutablePointer<Scalar>?, on team: ThreadTeam
    ) -> Double {
        var probes: RandomStream?
        if case .probes(_, let seed, let step) = objective {
            probes = RandomStream(seed: seed, index: 0, purpose: "directions of probes", attempt: step)
        }
        // Where there is but one direction the exact divergence costs no more than one at random.
        let directions = layers.isEquivariant && probes != nil ? .axes : objective.directions
        precondition(
            directions != .condition || layers.conditions > 0,
            "objective: a rate is asked of layers with a condition, the time; these have none")
        forEachPanel(samples.count, directions, on: team) { panel, range, part in
            if range.lowerBound == part.particles.lowerBound {
                sums.pointer[part.number] = 0
                if gradient != nil { gradients[part.number].clear() }
            }
            panel.take(samples.velocities, stride: samples.stride, range)
            if let probes, directions != .axes { panel.drawProbes(range, from: probes) }
            panel.sweepForward(parameters)
            sums.pointer[part.number] +=
                layers.isEquivariant
                ? seedTurned(panel, samples, objective, range)
                : directions == .condition
                    ? seedRate(panel, samples, objective.target!, range) : seed(panel, samples, objective, range)
            if gradient != nil { panel.sweepBack(parameters, addingTo: gradients[part.number].pointer) }
        }
        let used = min(Self.parts, panelCount(samples.count, directions))
        if let gradient {
            gradient.update(from: gradients[0].pointer, count: layers.parameterCount)
            for part in 1..<max(1, used) {
                Scalar.addScaled(1, gradients[part].pointer, to: gradient, count: layers.parameterCount)
            }
        }
        return (0..<used).reduce(0) { $0 + sums.pointer[$1] }
    }

    /// Scores of particles and, where asked for, their Jacobians.
    ///
    /// - Parameters:
    ///   - parameters: as `ScoreLayers` orders them.
    ///   - velocities: [component][stride], and behind them the conditions alike.
    ///   - count: particles.
    ///   - stride: distance between two components, of the scores, too.
    ///   - scores: gets [component][stride]; places behind the last particle are left alone.
    ///   - jacobians: gets ∂s_a/∂v_b, [a][b][stride]; nil for none, which takes 1/(1 + d) of the time.
    ///   - team: threads to share the particles among.
    /// - Returns: the largest Frobenius norm of a Jacobian; 0 where none is asked for.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func evaluate(
        _ parameters: UnsafePointer<Scalar>, _ velocities: UnsafePointer<Scalar>, count: Int, stride: Int,
        scores: UnsafeMutablePointer<Scalar>, jacobians: UnsafeMutablePointer<Scalar>?, on team: ThreadTeam
    ) -> Double {
        let d = layers.dimensions
        sums.clear()
        forEachPanel(count, jacobians == nil ? .none : .axes, on: team) { panel, range, part in
            panel.take(velocities, stride: stride, range)
            panel.sweepForward(parameters)
            if layers.isEquivariant {
                let square = writeTurned(
                    panel, velocities, stride: stride, range, scores: scores, jacobians: jacobians)
                sums.pointer[part.number] = max(sums.pointer[part.number], square)
                return
            }
            let (n, columns) = (panel.particles, (1 + panel.directions) * panel.particles)
            let (said, asked) = (panel.output.pointer, panel.input.pointer)
            for axis in 0..<d {
                let result = scores + axis * stride + range.lowerBound
                for i in 0..<range.count {
                    result[i] = said[axis * columns + i] - (layers.correctsNormal ? asked[axis * columns + i] : 0)
                }
            }
            guard let jacobians else { return }
            for i in 0..<range.count {
                var square: Scalar = 0
                for axis in 0..<d {
                    for direction in 0..<d {
                        var slope = said[axis * columns + (1 + direction) * n + i]
                        if layers.correctsNormal && axis == direction { slope -= 1 }
                        jacobians[(axis * d + direction) * stride + range.lowerBound + i] = slope
                        square += slope * slope
                    }
                }
                sums.pointer[part.number] = max(sums.pointer[part.number], Double(square))
            }
        }
        return (0..<Self.parts).reduce(0) { max($0, sums.pointer[$1]) }.squareRoot()
    }

    /// One of the parts that particles are divided into.
    private struct Part {
        let number: Int
        let particles: Range<Int>
    }

    private func panelCount(_ count: Int, _ directions: ScoreDirections) -> Int {
        let size = ScorePanel<Scalar>.particles(layers, directions)
        return (count + size - 1) / size
    }

    /// Shows each panel's particles, those of a part in order.
    @inline(__always)
    private func forEachPanel(
        _ count: Int, _ directions: ScoreDirections, on team: ThreadTeam,
        _ body: (ScorePanel<Scalar>, _ particles: Range<Int>, Part) -> Void
    ) {
        var own = panels[directions] ?? []
        while own.count < team.count { own.append(ScorePanel(layers, directions)) }
        panels[directions] = own
        let size = own[0].particles
        let total = panelCount(count, directions)
        let parts = min(Self.parts, total)
        team.forEach(0..<parts) { number, worker in
            let range = number * total / parts * size..<min(count, (number + 1) * total / parts * size)
            for first in stride(from: range.lowerBound, to: range.upperBound, by: size) {
                let particles = first..<min(range.upperBound, first + size)
                body(own[worker], particles, Part(number: number, particles: range))
            }
        }
    }

    /// A panel's share of the objective; its output becomes what a change of it does.
    @inline(__always)
    private func seed(
        _ panel: ScorePanel<Scalar>, _ samples: ScoreSamples<Scalar>, _ objective: ScoreObjective<Scalar>,
        _ range: Range<Int>
    ) -> Double {
        let (n, directions) = (panel.particles, panel.directions)
        let columns = (1 + directions) * n
        let target = objective.target.map { $0 + range.lowerBound }
        var share: Scalar = 1
        if case .probes(let count, _, _) = objective { share = 1 / Scalar(count) }
        let weights = samples.weights + range.lowerBound
        var sum = 0.0
        for axis in 0..<layers.dimensions {
            let (said, asked) = (panel.output.pointer + axis * columns, panel.input.pointer + axis * columns)
            for i in 0..<n {
                let weight: Scalar = i < range.count ? weights[i] : 0
                var error = said[i]
                if layers.correctsNormal { error -= asked[i] }
                if let target, i < range.count { error -= target[axis * samples.stride + i] }
                var term = error * error
                if layers.correctsNormal && directions > 0 { term -= 2 }
                said[i] = 2 * weight * error
                for place in Swift.stride(from: n + i, to: columns, by: n) {
                    let part = 2 * share * asked[place]
                    term += part * said[place]
                    said[place] = weight * part
                }
                sum += Double(weight * term)
            }
        }
        return sum
    }

    /// The same for the rate of a trajectory.
    @inline(__always)
    private func seedRate(
        _ panel: ScorePanel<Scalar>, _ samples: ScoreSamples<Scalar>, _ target: UnsafePointer<Scalar>,
        _ range: Range<Int>
    ) -> Double {
        let (n, columns) = (panel.particles, 2 * panel.particles)
        let time = panel.input.pointer + layers.dimensions * columns
        let weights = samples.weights + range.lowerBound
        var sum = 0.0
        for axis in 0..<layers.dimensions {
            let said = panel.output.pointer + axis * columns
            let asked = target + axis * samples.stride + range.lowerBound
            for i in 0..<n {
                guard i < range.count else {
                    (said[i], said[n + i]) = (0, 0)
                    continue
                }
                let error = said[i] + time[i] * said[n + i] - asked[i]
                said[i] = 2 * weights[i] * error
                said[n + i] = time[i] * said[i]
                sum += Double(weights[i] * error * error)
            }
        }
        return sum
    }
}
