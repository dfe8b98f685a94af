import PDECore

extension WavePrior {
    /// Takes the length scale, amplification and noise of the largest marginal likelihood of what Poisson problems tell of second
    /// derivatives, along a line of each at most two.
    ///
    /// - Parameter steps: of limited-memory BFGS.
    /// - Throws: as solving does.
    package mutating func learn(from problems: [GaussianProcessProblem], steps: Int) throws {
        let solver = GaussianProcessSolver(self)
        let lines = try problems.flatMap { try $0.curvatures(solver, known: $0.source, most: 2) }
        let evidence = try lines.compactMap { line, length in
            let waves = LineProcess(solver, curvature: line, length: length).waves
            return try WaveEvidence(line, waves: waves, self, length: length)
        }
        var point = WaveEvidence.Point(self)
        var numbers = (0..<3).map { point.logarithms[$0] }
        _ = LimitedMemoryBFGS(count: 3).minimize(&numbers, .init(iterations: steps, longestStep: 0.5)) {
            numbers, gradient in
            let own = evidence.negativeLogLikelihood(
                at: WaveEvidence.Point(logarithms: SIMD3(numbers[0], numbers[1], numbers[2])))
            for i in 0..<3 { gradient[i] = own.gradient[i] }
            return own.value
        }
        point.logarithms = SIMD3(numbers[0], numbers[1], numbers[2])
        self = point.prior(like: self)
    }
}
