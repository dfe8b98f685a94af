import PDEConfig
import PDECore
import PDESolvers

extension Recipe {
    /// Refuses combinations that cannot run or whose result would be known to be wrong.
    func validate() throws(ConfigurationError) {
        try validateGrid()
        try validateTime()
        try validateSize()
        switch equation {
        case .burgers(_, let viscosity): try validateFronts(lowest: viscosity.range.lowerBound)
        case .kuramotoSivashinsky: try validateChaos()
        case .kortewegDeVries, .advectionDiffusion: break
        case .vorticityTransport(_, _, let waves, _): try validateForcing(waves)
        }
    }

    private func validateGrid() throws(ConfigurationError) {
        let largest = [1 << 20, 8192, 512][equation.dimensions - 1]
        guard resolution <= largest else {
            throw .invalid(
                path: "resolution", found: "\(resolution)",
                allowed: "at most \(largest) in \(equation.dimensions) dimensions")
        }
        guard resolution % 2 == 0 else {
            throw .invalid(
                path: "resolution", found: "\(resolution)", allowed: "an even number of points",
                advice: "\(Self.fastSize(atLeast: resolution)) is a good one")
        }
        guard resolution % frames.resolution == 0 else {
            let divisors = (4...resolution).filter { resolution % $0 == 0 }
            let nearest = divisors.min { abs($0 - frames.resolution) < abs($1 - frames.resolution) }!
            throw .combination(
                paths: ["frames.resolution", "resolution"], found: "\(frames.resolution) of \(resolution)",
                why: "stored points are every k-th of the solver's", advice: "\(nearest) would do")
        }
        let kept = (resolution - 1) / 3
        if case .vorticity = initial.state, equation.dimensions != 2 {
            throw .combination(
                paths: ["initial.kind", "equation.name"], found: "vorticity in \(equation.dimensions) dimensions",
                why: "this state has two dimensions", advice: "use fourier, gaussian or sine")
        }
        if case .fourier(let modes) = initial.state, modes > kept {
            throw .combination(
                paths: ["initial.modes", "resolution"], found: "\(modes) modes on \(resolution) points",
                why: "dealiasing keeps \(kept)", advice: "use \(Self.fastSize(atLeast: 3 * modes + 2)) points or more")
        }
        if case .sine(let waves) = initial.state, waves > kept {
            throw .combination(
                paths: ["initial.waves", "resolution"], found: "\(waves) waves on \(resolution) points",
                why: "dealiasing keeps \(kept)", advice: "use \(Self.fastSize(atLeast: 3 * waves + 2)) points or more")
        }
    }

    private func validateTime() throws(ConfigurationError) {
        if let courant = solver.courant, let limit = health.courant, courant > limit {
            throw .combination(
                paths: ["solver.cfl", "health.cfl"], found: "\(courant) and \(limit)",
                why: "every step would be refused", advice: "lower solver.cfl")
        }
        if let first = solver.firstStep, !(1e-12...1 ~= first / frames.interval) {
            throw .combination(
                paths: ["solver.firstStep", "frames.interval"], found: "\(first) and \(frames.interval)",
                why: "the first step must be shorter than a frame and not below 1e-12 of it")
        }
        if let step = solver.step, frames.interval / step > 1e7 {
            throw .combination(
                paths: ["solver.step", "frames.interval"], found: "\(step) and \(frames.interval)",
                why: "a frame would take more than 10 million steps")
        }
    }

    /// A sample is kept in memory whole, and a shard twice.
    private func validateSize() throws(ConfigurationError) {
        let (sampleLimit, shardLimit) = (4.0 * 1e9, 16.0 * 1e9)
        var bytes = 4 * Double(frames.count)
        for _ in 0..<equation.dimensions { bytes *= Double(frames.resolution) }
        bytes *= Double(equation.components)
        guard bytes <= sampleLimit else {
            throw .combination(
                paths: ["frames.count", "frames.resolution"], found: "\(frames.count) and \(frames.resolution)",
                why:
                    "one sample would take \(Self.short(bytes / 1e9)) GB, and \(Self.short(sampleLimit / 1e9)) GB is the limit"
            )
        }
        guard let perShard = samples.perShard, Double(perShard) * bytes > shardLimit else { return }
        throw .combination(
            paths: ["samples.perShard"], found: "\(perShard)",
            why: "a shard would take \(Self.short(Double(perShard) * bytes / 1e9)) GB",
            advice: "\(Int(shardLimit / bytes)) would do, or leave it out")
    }

    /// Fronts of thickness 4ν/Δu need two grid spacings.
    private func validateFronts(lowest viscosity: Double) throws(ConfigurationError) {
        let magnitude: Double
        if let bound = initial.bound {
            magnitude = bound
        } else if case .gaussian(let field) = initial.state {
            // Four standard deviations: what one sample in some thousands exceeds.
            magnitude = 4 * field.deviation(dimensions: equation.dimensions, length: length)
        } else {
            return
        }
        guard magnitude > 0 else { return }
        let spacing = Burgers(viscosity: viscosity).resolvingSpacing(jump: 2 * magnitude)
        let needed = length / spacing
        guard Double(resolution) < needed else { return }
        let enough = Self.fastSize(atLeast: Int(min(needed, 1e9).rounded(.up)))
        let bearable = viscosity * needed / Double(resolution)
        throw .combination(
            paths: ["equation.viscosity", "resolution"], found: "\(viscosity) on \(resolution) points",
            why: "fronts are \(Self.short(4 * viscosity / (2 * magnitude))) thick and the grid spacing is "
                + "\(Self.short(length / Double(resolution))); two spacings must fit",
            advice: "use a resolution of \(enough), or a viscosity of at least \(Self.short(bearable))")
    }

    private func validateForcing(_ waves: Int) throws(ConfigurationError) {
        let kept = (resolution - 1) / 3
        guard waves > kept else { return }
        throw .combination(
            paths: ["equation.forcingWaves", "resolution"], found: "\(waves) waves on \(resolution) points",
            why: "dealiasing keeps \(kept)",
            advice: "use \(Self.fastSize(atLeast: 3 * waves + 2)) points or more")
    }

    /// The spectrum of Kuramoto–Sivashinsky falls off exponentially beyond k = 1; at k = 4 it has lost six decades.
    private func validateChaos() throws(ConfigurationError) {
        let cutoff = 2 * Double.pi * Double((resolution - 1) / 3) / length
        guard cutoff < 4 else { return }
        let enough = Self.fastSize(atLeast: Int((3 * 4 * length / (2 * .pi)).rounded(.up)) + 2)
        throw .combination(
            paths: ["resolution", "length"], found: "\(resolution) points on a length of \(length)",
            why: "the largest wavenumber kept is \(Self.short(cutoff)) and 4 is needed",
            advice: "use a resolution of \(enough)")
    }

    /// The smallest even number of at least `size` without prime factors above 5, for which transforms are fast.
    static func fastSize(atLeast size: Int) -> Int {
        var candidate = max(8, size + size % 2)
        while true {
            var rest = candidate
            for prime in [2, 3, 5] { while rest % prime == 0 { rest /= prime } }
            if rest == 1 { return candidate }
            candidate += 2
        }
    }

    private static func short(_ value: Double) -> String {
        guard value > 0, value.isFinite else { return "\(value)" }
        var scale = 1.0
        while value * scale < 100 { scale *= 10 }
        while value * scale >= 1000 { scale /= 10 }
        return "\((value * scale).rounded(.up) / scale)"
    }
}
