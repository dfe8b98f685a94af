import Glibc
import PDEConfig
import PDECore
import PDEPlot
import PDESolvers

extension LandauProblem {
    /// How small, as minus a logarithm, what the grid cuts off must be: 1e-5 of the peak.
    private static let leastTail = 11.5
    /// The most points a side.
    private static let mostPoints = [2: 256, 3: 64]
    /// The most pairs of equal samples that may be expected.
    private static let mostTwins = 0.1

    /// Refuses what cannot run or would be known to be wrong.
    public func validate(in recipe: Recipe) throws(ConfigurationError) {
        try validateStates()
        try validateGrid(recipe)
        try validateTails(recipe)
        try validateTime(recipe)
        try validateParticles()
        try validateVariety(recipe)
    }

    private func validateStates() throws(ConfigurationError) {
        let d = Double(equation.dimensions)
        for leaf in initial.leaves {
            switch leaf {
            case .bkw(let width) where width.range.lowerBound < d / (d + 2):
                throw .combination(
                    paths: ["initial", "equation.dimensions"],
                    found: "a width of \(width.range.lowerBound) in \(equation.dimensions) dimensions",
                    why: "the solution of Bobylev, Krook and Wu is negative below \(NumberText.short(d / (d + 2)))",
                    advice: "use widths from there to 0.98")
            case .twoBeam(let distance, _):
                let coldest = initial.extremes(dimensions: equation.dimensions).map(\.coldest).min()!
                guard coldest <= 0.02 else { continue }
                throw .combination(
                    paths: ["initial", "equation.dimensions"],
                    found: "a distance of \(distance.range.upperBound) in \(equation.dimensions) dimensions",
                    why: "the beams' motion has all of the energy, or nearly, and leaves them a temperature of "
                        + "\(NumberText.short(coldest))",
                    advice: "equal beams need a distance below \(NumberText.short(2 * (0.98 * d).squareRoot()))")
            case .temperatures(let values) where values.count != equation.dimensions:
                throw .combination(
                    paths: ["initial", "equation.dimensions"],
                    found: "\(formatCount(values.count, "temperature")) in \(equation.dimensions) dimensions",
                    why: "every axis has one")
            default: break
            }
        }
    }

    private func validateGrid(_ recipe: Recipe) throws(ConfigurationError) {
        let (resolution, largest) = (recipe.resolution, Self.mostPoints[equation.dimensions]!)
        guard resolution <= largest, resolution >= 12, resolution % 2 == 0 else {
            throw .invalid(
                path: "resolution", found: "\(resolution)",
                allowed: "an even number from 12 to \(largest) in \(equation.dimensions) dimensions",
                advice: resolution <= largest
                    ? "\(recipe.fastResolution(atLeast: max(12, resolution))) is a good one" : nil)
        }
        try recipe.validateStride(why: "stored points are every k-th of the solver's")
    }

    /// Refuses grids that cut off what the initial states or the equilibrium have.
    private func validateTails(_ recipe: Recipe) throws(ConfigurationError) {
        let extremes = initial.extremes(dimensions: equation.dimensions)
        let tail = Self.tail(of: extremes, length: recipe.length)
        let spectral = Self.spectralTail(of: extremes, length: recipe.length, resolution: recipe.resolution)
        guard min(tail, spectral) < Self.leastTail else { return }
        // On a side that is right for so few points both are cut off alike, and more points are what is missing.
        let isNarrow = tail < spectral && recipe.length < 0.97 * standardLength(resolution: recipe.resolution)
        let lost = NumberText.short(exp(-min(tail, spectral)), digits: 2)
        let coldest = NumberText.short(extremes.map(\.coldest).min()!)
        throw .combination(
            paths: ["resolution", "length", "initial"],
            found: "\(recipe.resolution) points on a side of \(NumberText.short(recipe.length))",
            why: isNarrow
                ? "the velocity grid is too narrow: it cuts the initial states or the equilibrium off at \(lost) of their peak, "
                    + "and 1e-5 is allowed"
                : "the velocity grid is too coarse for the narrowest initial state, of temperature \(coldest): its spectrum is cut "
                    + "off at \(lost), and 1e-5 is allowed",
            advice: sizeThatFits(extremes))
    }

    private func sizeThatFits(_ extremes: [VelocityDensity]) -> String {
        let largest = Self.mostPoints[equation.dimensions]!
        var points = 12
        while points <= largest {
            let length = standardLength(resolution: points)
            let tail = Self.tail(of: extremes, length: length)
            if min(tail, Self.spectralTail(of: extremes, length: length, resolution: points)) >= Self.leastTail {
                return "a resolution of \(points) with a length of \(length) would do (or leave length out)"
            }
            points = Recipe.fastSize(atLeast: points + 2)
        }
        return "no grid of up to \(largest) points a side carries it: use a less extreme initial state"
    }

    /// About the stiffness of the equilibrium: the largest diffusion, at the ball's rim or for soft potentials in the middle, times
    /// the largest wavenumber squared.
    func stiffness(in recipe: Recipe) -> Double {
        let d = Double(equation.dimensions)
        let wavenumber = Double.pi * Double(recipe.resolution) / recipe.length
        let rim = recipe.length * recipe.length / 4 + d
        let diffusion = [equation.exponent.range.lowerBound, equation.exponent.range.upperBound].map { exponent in
            let power = exponent + 2
            let middle = (1 - 1 / d) * pow(2, power / 2) * tgamma((d + power) / 2) / tgamma(d / 2)
            return max(middle, power > 0 ? pow(rim, power / 2) - (power == 2 ? 1 : 0) : 0)
        }
        return equation.strength * diffusion.max()! * wavenumber * wavenumber
    }

    private func validateTime(_ recipe: Recipe) throws(ConfigurationError) {
        let stiffness = stiffness(in: recipe)
        if let step = solver.step {
            try recipe.validateSteps(fixed: step)
            let taken = min(step, recipe.frames.interval)
            let largest = LandauFourierStepper.stabilityLimit / stiffness
            // The estimate is that of the equilibrium; what is just above it is left to the solver's own look.
            guard taken > 1.5 * largest else { return }
            throw .combination(
                paths: ["solver.step", "resolution"], found: "\(step)",
                why: "the step is unstable on this grid, whose fastest rate of decay is about "
                    + NumberText.short(stiffness, digits: 3),
                advice:
                    "steps of at most about \(NumberText.short(0.9 * largest, digits: 2)), or leave solver.step out")
        }
        let steps = recipe.frames.interval * stiffness / 2.5
        guard steps > 1e6 else { return }
        throw .combination(
            paths: ["frames.interval", "equation.strength", "resolution"],
            found: "\(recipe.frames.interval), \(NumberText.short(equation.strength)) and \(recipe.resolution)",
            why: "a frame would take about \(NumberText.short(steps, digits: 2)) steps",
            advice: "use a shorter interval or a smaller strength")
    }

    private func validateParticles() throws(ConfigurationError) {
        guard let particles = solver.particles else { return }
        if let step = particles.step, step > 1e6 {
            throw .invalid(path: "solver.particles.step", found: "\(step)", allowed: "at most 1e6")
        }
        if particles.score != .blobs, particles.variance != nil {
            throw .combination(
                paths: ["solver.particles.variance", "solver.particles.score"],
                why: "only the score of blobs has a variance", advice: "leave it out")
        }
        guard particles.score == .exact else { return }
        let d = Double(equation.dimensions)
        let isKnown = initial.leaves.allSatisfy { leaf in
            guard case .bkw(let width) = leaf else { return false }
            return width.range.lowerBound >= d / (d + 2) + 0.02
        }
        guard isKnown, equation.isMaxwellian else {
            throw .combination(
                paths: ["solver.particles.score", "initial", "equation.gamma"],
                found: "exact",
                why: "the score is known for gamma = 0 and initial states of kind bkw alone, with widths from "
                    + "\(NumberText.short(d / (d + 2) + 0.02))",
                advice: "use blobs or polynomial")
        }
    }

    /// Solutions of Bobylev, Krook and Wu have no direction: with few widths there are few of them, and splits would share some.
    /// Given temperatures are the same in all samples.
    private func validateVariety(_ recipe: Recipe) throws(ConfigurationError) {
        let leaves = initial.leaves
        let exponents = Self.count(equation.exponent)
        let pairs = Double(recipe.samples.total) * Double(recipe.samples.total - 1) / 2
        func twins(_ states: (LandauInitial) -> Double?) -> Double {
            let share = pairs / exponents / Double(leaves.count * leaves.count)
            return leaves.compactMap(states).reduce(0) { $0 + share / $1 }
        }
        let ofWidths = twins { if case .bkw(let width) = $0 { Self.count(width) } else { nil } }
        let ofTemperatures = twins { if case .temperatures = $0 { 1 } else { nil } }
        guard ofWidths + ofTemperatures > Self.mostTwins else { return }
        var (reasons, remedies) = ([String](), [String]())
        if ofWidths > 0 {
            reasons.append("the solution of Bobylev, Krook and Wu differs by its width only")
            remedies.append("draw the width from a range")
        }
        if ofTemperatures > 0 {
            reasons.append("given temperatures do not differ")
            if leaves.count > 1 { remedies.append("leave the temperatures out of the mix") }
        }
        throw .combination(
            paths: ["initial", "samples"],
            found: "\(recipe.samples.total) samples, of which "
                + "\(NumberText.short(ofWidths + ofTemperatures, digits: 2)) pairs would be equal",
            why: reasons.joined(separator: ", and "),
            advice: (remedies.isEmpty ? "" : remedies.joined(separator: " and ") + ", or ")
                + "draw gamma from a range, or make one sample")
    }

    /// How many values can come out; infinite for a range.
    private static func count(_ distribution: Distribution) -> Double {
        switch distribution {
        case .fixed: 1
        case .choice(let values): Double(Set(values).count)
        case .uniform, .logUniform: distribution.isVarying ? .infinity : 1
        }
    }
}
