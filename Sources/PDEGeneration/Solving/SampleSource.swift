import PDECore
import PDEData
import PDESolvers

/// Makes the samples of a recipe: what they look like, and one worker a thread that computes them.
struct SampleSource: Sendable {
    let recipe: Recipe
    /// What the dataset's files have in common.
    let description: DatasetDescription

    init(_ recipe: Recipe) {
        self.recipe = recipe
        description = Self.describe(recipe)
    }

    /// A function from sample number to sample, for use on one thread.
    func makeWorker() -> (Int) -> GeneratedSample {
        switch recipe.solver.precision {
        case .float: SampleWorker<Float>(self).make
        case .double: SampleWorker<Double>(self).make
        }
    }

    private static func describe(_ recipe: Recipe) -> DatasetDescription {
        let axis = recipe.grid.axes[0]
        let coordinates = Swift.stride(from: 0, to: axis.count, by: recipe.stride).map { axis.coordinates[$0] }
        let names = ["x", "y", "z"].prefix(recipe.equation.dimensions)
        return DatasetDescription(
            name: recipe.name, title: recipe.title,
            dimensions: names.map { Dimension(name: $0, coordinates: coordinates, length: recipe.length) },
            times: (0..<recipe.frames.count).map { Double($0) * recipe.frames.interval },
            fields: [
                FieldDescription(
                    name: recipe.equation.fieldName, order: recipe.equation.components > 1 ? 1 : 0,
                    summary: "the solution of \(recipe.equation.formula), non-dimensional")
            ],
            parameters: recipe.equation.coefficients.map { ScalarDescription(name: $0.name, summary: $0.summary) },
            scalars: [
                ScalarDescription(name: "steepness", summary: "difficulty: largest |∂u/∂x| over all frames"),
                ScalarDescription(
                    name: "points_per_layer",
                    summary:
                        "difficulty: thickness of the thinnest layer (jump / slope) in spacings of the solver's grid"),
                ScalarDescription(name: "steps", summary: "health: time steps taken"),
                ScalarDescription(name: "max_cfl", summary: "health: largest CFL number of any step"),
                ScalarDescription(
                    name: "energy_balance",
                    summary: "health: largest error of the energy budget, relative to the largest energy"),
                ScalarDescription(
                    name: "spectral_tail",
                    summary: "health: largest share of the energy in the highest tenth of the wavenumbers"),
                ScalarDescription(
                    name: "smallest_scale",
                    summary: "health: wavelength below which 1e-6 of the energy lies, in spacings of the solver's grid"),
            ],
            boundaries: names.map { Boundary(.periodic, dimension: $0) })
    }
}

/// Computes samples on one thread.
private final class SampleWorker<Scalar: Real> {
    private let recipe: Recipe
    private let solver: SemilinearSolver<Scalar>
    private let components: Int
    private let valueCount: Int
    private let storedPoints: [Int]

    init(_ source: SampleSource) {
        recipe = source.recipe
        solver = SemilinearSolver(source.recipe)
        components = source.recipe.equation.components
        valueCount = source.description.bytesPerSample / MemoryLayout<Float>.size
        storedPoints = Self.storedPoints(of: source.recipe)
    }

    func make(_ index: Int) -> GeneratedSample {
        let start = ContinuousClock.now
        var rejections: [Rejection] = []
        for attempt in 0..<recipe.health.attempts {
            let draw = solver.draw(index: index, attempt: attempt)
            var values = [Float](repeating: 0, count: valueCount)
            let health = values.withUnsafeMutableBufferPointer { target in
                solver.solve(draw) { frame, buffers in store(buffers, frame, in: target) }
            }
            let complaint = health.complaint(recipe.health) ?? complaint(about: values)
            if let complaint {
                rejections.append(Rejection(attempt: attempt, reason: complaint))
                continue
            }
            let sample = sample(index, attempt, draw, values, health)
            return GeneratedSample(
                sample: sample, record: record(sample, health, since: start, rejections: rejections))
        }
        let reason = rejections.last!.reason
        return GeneratedSample(
            sample: nil,
            record: SampleRecord(
                index: index, attempt: recipe.health.attempts - 1,
                wallTime: (ContinuousClock.now - start) / .seconds(1), rejections: rejections, failure: reason))
    }

    /// Copies the stored points of a frame: [point][component].
    private func store(_ buffers: [AlignedBuffer<Scalar>], _ frame: Int, in target: UnsafeMutableBufferPointer<Float>) {
        let base = frame * storedPoints.count * components
        for (component, buffer) in buffers.enumerated() {
            for (place, point) in storedPoints.enumerated() {
                target[base + place * components + component] = Float(buffer.pointer[point])
            }
        }
    }

    /// What loaders choke on, although the solver is content: frames that repeat in single precision.
    private func complaint(about values: [Float]) -> String? {
        let size = storedPoints.count * components
        for frame in 1..<recipe.frames.count {
            let (a, b) = (values[(frame - 1) * size..<frame * size], values[frame * size..<(frame + 1) * size])
            if a.elementsEqual(b) { return "frame \(frame) repeats the one before" }
        }
        return nil
    }

    private func sample(
        _ index: Int, _ attempt: Int, _ draw: SemilinearSolver<Scalar>.Draw, _ values: [Float],
        _ health: TrajectoryHealth
    ) -> Sample {
        var scalars: [String: [Double]] = [
            "steepness": [health.steepness],
            // A state without any slope has no layer; the whole box counts as one.
            "points_per_layer": [min(health.layerPoints, Double(recipe.resolution))],
            "steps": [Double(health.steps)], "max_cfl": [health.courant], "energy_balance": [health.energyBalance],
            "spectral_tail": [health.spectralTail],
            "smallest_scale": [min(health.smallestScale, Double(recipe.resolution))],
        ]
        for (coefficient, value) in zip(recipe.equation.coefficients, draw.coefficients) {
            scalars[coefficient.name] = [value]
        }
        return Sample(index: index, attempt: attempt, fields: [values], scalars: scalars)
    }

    private func record(
        _ sample: Sample, _ health: TrajectoryHealth, since start: ContinuousClock.Instant, rejections: [Rejection]
    ) -> SampleRecord {
        let coefficients = recipe.equation.coefficients.map(\.name)
        func values(_ names: [String]) -> [String: Double] {
            Dictionary(uniqueKeysWithValues: names.map { ($0, sample.scalars[$0]![0]) })
        }
        return SampleRecord(
            index: sample.index, attempt: sample.attempt,
            difficulty: values(coefficients + ["steepness", "points_per_layer"]),
            health: values(["max_cfl", "energy_balance", "spectral_tail", "smallest_scale"]), steps: health.steps,
            wallTime: (ContinuousClock.now - start) / .seconds(1), rejections: rejections,
            initialState: fingerprint(of: sample.fields[0].prefix(storedPoints.count * components)))
    }

    /// Offsets of the stored points on the solver's grid: every k-th along every axis.
    private static func storedPoints(of recipe: Recipe) -> [Int] {
        let (n, stored) = (recipe.resolution, recipe.frames.resolution)
        return (0..<recipe.equation.dimensions).reduce([0]) { offsets, _ in
            offsets.flatMap { offset in (0..<stored).map { offset * n + $0 * recipe.stride } }
        }
    }
}
