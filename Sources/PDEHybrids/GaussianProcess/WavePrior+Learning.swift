import PDECore

extension WavePrior {
    /// Takes the length scale, amplification and noise of the largest marginal likelihood of what Poisson problems tell of second
    /// derivatives, along a line of each at most two.
    ///
    /// - Parameters:
    ///   - steps: of limited-memory BFGS.
    ///   - threads: that share the lines; the same bits for any number.
    /// - Throws: as solving does.
    package mutating func learn(from problems: [GaussianProcessProblem], steps: Int, threads: Int) throws {
        let team = ThreadTeam(threads: threads)
        let solver = GaussianProcessSolver(self)
        let lines = try team.map(problems) { try $0.curvatures(solver, known: $0.source, most: 2) }.flatMap(\.self)
        let evidence = try team.map(lines) { try WaveEvidence(of: $0.values, solver, length: $0.length) }.compactMap(
            \.self)
        var point = WaveEvidence.Point(self)
        var numbers = (0..<3).map { point.logarithms[$0] }
        _ = LimitedMemoryBFGS(count: 3).minimize(&numbers, .init(iterations: steps, longestStep: 0.5)) {
            numbers, gradient in
            let own = evidence.negativeLogLikelihood(
                at: WaveEvidence.Point(logarithms: SIMD3(numbers[0], numbers[1], numbers[2])), team)
            for i in 0..<3 { gradient[i] = own.gradient[i] }
            return own.value
        }
        point.logarithms = SIMD3(numbers[0], numbers[1], numbers[2])
        self = point.prior(like: self)
    }
}
