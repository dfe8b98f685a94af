import PDEConfig
import PDECore
import PDESolvers

/// Which boundary value problems with solutions of high and of many frequencies, and how their frequencies are drawn.
///
/// In a recipe: `{"name": "multiscale", "dimensions": 1}`, all problems of that dimension, or fewer by `problems` and `solutions`.
public struct MultiscaleEquation: RecipeEquation, Hashable {
    /// Its name.
    public static let kind = "multiscale"

    /// The equations by their names in recipes.
    public enum ProblemName: String, Codable, CaseIterable, Sendable {
        /// ∇²u = f
        case poisson
        /// ∇²u + u(u² − 1) = f
        case allenCahn = "allen-cahn"
        /// c ∂u/∂x + ∂u/∂y = 0
        case advection
    }

    /// An equation with a solution.
    public struct Case: Hashable, Sendable {
        /// The equation.
        public let problem: ProblemName
        /// The solution at the frequencies of the literature.
        public let solution: MultiscaleSolution

        /// Whether it is posed with scaled frequencies too. Newton's method finds the product of mixed sines as a solution of the
        /// Allen–Cahn equation at the published ones; at lower ones its slow waves leave room for other solutions.
        var hasOtherFrequencies: Bool { problem != .allenCahn || solution != .mixedProduct }

        /// The problem whose solution has its frequencies scaled.
        func boundaryValueProblem(scale: Double, length: Double) -> BoundaryValueProblem {
            let solution = solution
            let speed = MultiscaleSolution.waveSpeed
            let source: @Sendable (SIMD2<Double>) -> Double =
                switch problem {
                case .poisson: { solution.derivatives(at: $0, scale: scale).laplacian }
                case .allenCahn:
                    { point in
                        let u = solution.derivatives(at: point, scale: scale)
                        return u.laplacian + u.value * (u.value * u.value - 1)
                    }
                case .advection: { _ in 0 }
                }
            let equation: BoundaryValueProblem.Equation =
                switch problem {
                case .poisson: .poisson
                case .allenCahn: .allenCahn
                case .advection: .advection(speed: speed)
                }
            return BoundaryValueProblem(
                equation, dimensions: solution.dimensions, length: length, source: source,
                boundary: { solution.derivatives(at: $0, scale: scale).value })
        }
    }

    /// 1 or 2.
    public let dimensions: Int
    /// The equations.
    public let problems: [ProblemName]
    /// The solutions.
    public let solutions: [MultiscaleSolution]
    /// The factor of all frequencies, after the first round of all cases, which has the published ones.
    public let frequency: Distribution

    /// All problems and solutions of so many dimensions, or those that are named.
    public init(
        dimensions: Int = 1, problems: [ProblemName]? = nil, solutions: [MultiscaleSolution]? = nil,
        frequency: Distribution = .uniform(0.25...1)
    ) {
        self.dimensions = dimensions
        self.problems = problems ?? (dimensions == 1 ? [.poisson, .allenCahn] : [.poisson, .allenCahn, .advection])
        self.solutions = solutions ?? MultiscaleSolution.allCases.filter { $0.dimensions == dimensions }
        self.frequency = frequency
    }

    /// The pair of a sample: all of them in a fixed order first, then again and again those that have other frequencies.
    func posed(of index: Int) -> Case {
        let cases = cases
        guard index >= cases.count else { return cases[index] }
        let scaled = cases.filter(\.hasOtherFrequencies)
        return scaled[(index - cases.count) % scaled.count]
    }

    /// All pairs, in a fixed order.
    public var cases: [Case] {
        problems.flatMap { problem in
            solutions.filter { Self.exists(problem, $0) }.map { Case(problem: problem, solution: $0) }
        }
    }

    /// Whether a problem with this solution is posed: only a wave is advected, and the nonlinear equation's solution must be one
    /// that Newton's method finds without knowing it, which those that grow far beyond 1 are not.
    private static func exists(_ problem: ProblemName, _ solution: MultiscaleSolution) -> Bool {
        switch problem {
        case .poisson: solution != .wave
        case .allenCahn: solution != .wave && solution != .growing && solution != .parabola
        case .advection: solution == .wave
        }
    }
}

extension MultiscaleEquation {
    /// The problem of this equation.
    public func problem(in recipe: any Decoder) throws -> Problem { Problem(try MultiscaleProblem(self, from: recipe)) }

    private enum Key: String, CodingKey { case dimensions, problems, solutions, frequency }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let dimensions = try container.decode(.dimensions, in: Bounds.between(1, 2), default: 1)
        self.dimensions = dimensions
        let all = MultiscaleSolution.allCases.filter { $0.dimensions == dimensions }
        solutions = try container.decode(.solutions, default: all)
        problems = try container.decode(
            .problems, default: dimensions == 1 ? [.poisson, .allenCahn] : [.poisson, .allenCahn, .advection])
        frequency = try container.decode(.frequency, in: .moreThan(0, atMost: 4), default: .uniform(0.25...1))
        if let other = solutions.first(where: { $0.dimensions != dimensions }) {
            throw ConfigurationError.combination(
                paths: ["solutions", "dimensions"], found: "\(other.rawValue) and \(dimensions)",
                why: "\(other.formula) is a function of \(other.dimensions == 1 ? "x alone" : "x and y")",
                advice: "there are: \(all.map(\.rawValue).joined(separator: ", "))")
        }
        for (path, count, kinds) in [
            ("problems", problems.count, Set(problems).count), ("solutions", solutions.count, Set(solutions).count),
        ] where count != kinds {
            throw ConfigurationError.invalid(path: path, allowed: "each name once")
        }
        guard !cases.isEmpty else {
            throw ConfigurationError.combination(
                paths: ["problems", "solutions"], why: "none of these equations is posed with one of these solutions",
                advice: "advection takes the wave; poisson and allen-cahn take the others")
        }
    }

    /// Encodes with every default filled in.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(dimensions, forKey: .dimensions)
        try container.encode(problems, forKey: .problems)
        try container.encode(solutions, forKey: .solutions)
        try container.encode(frequency, forKey: .frequency)
    }
}
