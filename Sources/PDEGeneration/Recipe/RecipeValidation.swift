import Glibc
import PDEConfig
import PDECore
import PDEData
import PDEPlot

extension Recipe {
    /// Refuses combinations that cannot run or whose result would be known to be wrong.
    func validate() throws(ConfigurationError) {
        try validateAxes()
        try validateAccuracy()
        try problem.definition.validate(in: self)
        try validateSize()
    }

    /// Refuses another number of axes than the box has.
    private func validateAxes() throws(ConfigurationError) {
        let axes = problem.definition.boxAxes
        let counts = [
            ("resolution", resolutions.givenCount), ("length", lengths.givenCount),
            ("frames.resolution", frames.resolutions.givenCount),
        ]
        for (path, count) in counts where count != 1 && count != axes {
            throw .invalid(
                path: path, found: formatCount(count, "number"),
                allowed: axes == 1 ? "one number" : "one number, or one for each of the \(axes) axes")
        }
    }

    /// Refuses an accuracy of a family whose solver chooses no grid.
    private func validateAccuracy() throws(ConfigurationError) {
        guard accuracy != nil, !problem.profile.isRefinable else { return }
        throw .combination(
            paths: ["accuracy", "equation"], why: "this family is not solved on grids that could be refined",
            advice: "leave it out")
    }

    /// Refuses a stored resolution that does not divide the solver's; `why` says what lies between the two.
    func validateStride(why: String) throws(ConfigurationError) {
        for axis in 0..<problem.definition.boxAxes where resolutions[axis] % frames.resolutions[axis] != 0 {
            let (resolution, stored) = (resolutions[axis], frames.resolutions[axis])
            let divisors = (4...resolution).filter { resolution % $0 == 0 }
            let nearest = divisors.min { abs($0 - stored) < abs($1 - stored) }!
            throw .combination(
                paths: ["frames.resolution", "resolution"], found: "\(stored) of \(resolution)", why: why,
                advice: "\(nearest) would do")
        }
    }

    /// Refuses steps that would never end.
    func validateSteps(fixed step: Double?) throws(ConfigurationError) {
        guard let step, frames.interval / step > 1e7 else { return }
        throw .combination(
            paths: ["solver.step", "frames.interval"], found: "\(step) and \(frames.interval)",
            why: "a frame would take more than 10 million steps")
    }

    /// Refuses steps of which every one would break a limit.
    func validateCourant(_ courant: Double?, limit: Double?) throws(ConfigurationError) {
        guard let courant, let limit, courant > limit else { return }
        throw .combination(
            paths: ["solver.cfl", "health.cfl"], found: "\(courant) and \(limit)",
            why: "every step would be refused", advice: "lower solver.cfl")
    }

    /// A sample is kept in memory whole, and a shard twice.
    private func validateSize() throws(ConfigurationError) {
        let (sampleLimit, shardLimit) = (4.0 * 1e9, 16.0 * 1e9)
        let bytes = problem.definition.description(in: self).sampleBytes
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

    /// The smallest resolution of at least `size` that is fast and a multiple of the stored one, which it takes along where all
    /// points are stored. For more points than any recipe may have, some number of these.
    func fastResolution(atLeast size: Int, along axis: Int = 0) -> Int {
        let (size, stored) = (min(size, 1 << 22), frames.resolutions[axis])
        guard stride(along: axis) > 1 else { return Self.fastSize(atLeast: size) }
        func isFast(_ factor: Int) -> Bool {
            var rest = factor
            for prime in [2, 3, 5] { while rest % prime == 0 { rest /= prime } }
            return rest == 1 && factor * stored % 2 == 0
        }
        var factor = max(1, (size + stored - 1) / stored)
        while !isFast(factor) { factor += 1 }
        return factor * stored
    }

    /// The smallest even number of at least `size` without prime factors above 5, for which transforms are fast.
    static func fastSize(atLeast size: Int) -> Int {
        let least = max(8, size)
        var smallest = Int.max
        var fives = 1
        while fives < 2 * least {
            var odd = fives
            while odd < 2 * least {
                var candidate = 2 * odd
                while candidate < least { candidate *= 2 }
                smallest = min(smallest, candidate)
                odd *= 3
            }
            fives *= 5
        }
        return smallest
    }

    /// A number with three significant digits, rounded up.
    static func short(_ value: Double) -> String {
        guard value.isNormal else { return "\(value)" }
        let digit = pow(10, floor(log10(abs(value))) - 2)
        // A number that is round but for round-off stays as it is.
        let rounded = (value / digit * (1 - 1e-12)).rounded(.up) * digit
        return NumberText.short(rounded.isFinite ? rounded : value, digits: 3)
    }
}

extension DatasetDescription {
    /// `bytesPerSample`, of samples that may be too large to be counted.
    fileprivate var sampleBytes: Double {
        let shapes = fields.map { shape(of: $0) } + particles.map { shape(of: $0) }
        return shapes.reduce(0) { $0 + $1.reduce(4) { $0 * Double($1) } }
    }
}
