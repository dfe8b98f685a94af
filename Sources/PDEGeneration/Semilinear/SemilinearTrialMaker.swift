import PDECore
import PDEData
import PDESolvers

/// Computes trajectories of one recipe on one thread.
final class SemilinearTrialMaker<Scalar: Real>: TrialMaker {
    private let recipe: Recipe
    private let problem: SemilinearProblem
    private let solver: SemilinearSolver<Scalar>
    private let fields: [SolutionField]
    private let storedPoints: [Int]

    init(_ recipe: Recipe, _ problem: SemilinearProblem) {
        self.recipe = recipe
        self.problem = problem
        solver = SemilinearSolver(recipe, problem)
        fields = problem.equation.fields
        storedPoints = Self.storedPoints(of: recipe, dimensions: problem.equation.dimensions)
    }

    func trial(index: Int, attempt: Int, _ watch: SampleWatch) throws(SampleStopped) -> Trial {
        let draw = problem.draw(index: index, attempt: attempt, in: recipe)
        let points = recipe.frames.count * storedPoints.count
        var values = fields.map { [Float](repeating: 0, count: points * $0.components) }
        let health = try solver.solve(draw, watch) { frame, buffers in store(buffers, frame, in: &values) }
        if let complaint = health.complaint(problem.health) ?? complaint(about: values) {
            return .refused(complaint, nil)
        }
        let sample = sample(index, attempt, draw, values, health)
        return .sound(sample, record(sample, health))
    }

    /// Copies the stored points of a frame: [field][point][component].
    private func store(_ buffers: [AlignedBuffer<Scalar>], _ frame: Int, in values: inout [[Float]]) {
        var first = 0
        for (field, components) in fields.map(\.components).enumerated() {
            values[field].withUnsafeMutableBufferPointer { target in
                let base = frame * storedPoints.count * components
                for (component, buffer) in buffers[first..<first + components].enumerated() {
                    for (place, point) in storedPoints.enumerated() {
                        target[base + place * components + component] = Float(buffer.pointer[point])
                    }
                }
            }
            first += components
        }
    }

    /// What loaders choke on, although the solver is content: frames that repeat in single precision.
    private func complaint(about values: [[Float]]) -> String? {
        guard !problem.health.allowsSteady else { return nil }
        for frame in 1..<recipe.frames.count {
            let isRepeated = values.allSatisfy { field in
                let size = field.count / recipe.frames.count
                return field[(frame - 1) * size..<frame * size]
                    .elementsEqual(field[frame * size..<(frame + 1) * size])
            }
            if isRepeated {
                return
                    "frame \(frame) repeats the one before: the state has become steady; ask for fewer frames, or store it all "
                    + "the same (health.steady)"
            }
        }
        return nil
    }

    private func sample(
        _ index: Int, _ attempt: Int, _ draw: SemilinearDraw, _ values: [[Float]],
        _ health: TrajectoryHealth
    ) -> Sample {
        var scalars: [String: [Double]] = [
            "steepness": [health.steepness],
            // A state without any slope has no layer; the whole box counts as one.
            "points_per_layer": [min(health.layerPoints, Double(recipe.resolutions.range.upperBound))],
            "steps": [Double(health.steps)], "max_cfl": [health.courant], "energy_balance": [health.energyBalance],
            "spectral_tail": [health.spectralTail],
            "smallest_scale": [min(health.smallestScale, Double(recipe.resolutions.range.upperBound))],
        ]
        for (coefficient, value) in zip(problem.equation.coefficients, draw.coefficients) {
            scalars[coefficient.name] = [value]
        }
        return Sample(index: index, attempt: attempt, fields: values, scalars: scalars)
    }

    private func record(_ sample: Sample, _ health: TrajectoryHealth) -> SampleRecord {
        let coefficients = problem.equation.coefficients.map(\.name)
        func values(_ names: [String]) -> [String: Double] {
            Dictionary(uniqueKeysWithValues: names.map { ($0, sample.scalars[$0]![0]) })
        }
        return SampleRecord(
            index: sample.index, attempt: sample.attempt,
            difficulty: values(coefficients + ["steepness", "points_per_layer"]),
            health: values(["max_cfl", "energy_balance", "spectral_tail", "smallest_scale"]), steps: health.steps,
            initialState: fingerprint(of: identity(of: sample)))
    }

    /// What makes a sample this one: its first frame and its coefficients. The same state with another viscosity is another
    /// problem.
    private func identity(of sample: Sample) -> [Float] {
        let coefficients = problem.equation.coefficients.flatMap { sample.scalars[$0.name]![0].floatPatterns }
        return coefficients + sample.fields.flatMap { $0.prefix($0.count / recipe.frames.count) }
    }

    /// Offsets of the stored points on the solver's grid: every k-th along every axis.
    private static func storedPoints(of recipe: Recipe, dimensions: Int) -> [Int] {
        (0..<dimensions).reduce([0]) { offsets, axis in
            offsets.flatMap { offset in
                (0..<recipe.frames.resolutions[axis]).map {
                    offset * recipe.resolutions[axis] + $0 * recipe.stride(along: axis)
                }
            }
        }
    }
}
