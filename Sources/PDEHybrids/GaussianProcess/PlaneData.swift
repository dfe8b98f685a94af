import PDECore

/// Source and sides of a problem on a rectangle as matrices [x][y], of an interval as a column, and the waves that are visible in them.
struct PlaneData {
    let problem: GaussianProcessProblem
    let solver: GaussianProcessSolver
    let source: Matrix<Double>
    /// Standard deviation of the source's noise.
    let noise: Double

    init(_ solver: GaussianProcessSolver, _ problem: GaussianProcessProblem) {
        (self.problem, self.solver) = (problem, solver)
        source = Matrix(rows: problem.shape[0], columns: problem.shape.dropFirst().first ?? 1, storage: problem.source)
        noise = solver.prior.noise * rootMeanSquare(problem.source)
    }

    /// The variance of what the sides give once their noise is averaged over their points: by the maximum principle inside no more.
    ///
    /// - Parameter features: weights along each axis.
    func sideVariance(features: [Int]) -> Double {
        problem.sides.enumerated().map { place, side in
            let axis = 1 - problem.place(ofSide: place).axis
            let noise = solver.prior.noise * rootMeanSquare(side.values)
            return noise * noise * min(1, Double(features[axis] + 2) / Double(side.values.count))
        }.max() ?? 0
    }

    /// Waves along an axis: of second derivatives, and of values on sides along it.
    ///
    /// - Parameters:
    ///   - count: points of the axis, or of the part of it that is looked at.
    ///   - length: of that part.
    func waves(
        along axis: Int, curvature: Matrix<Double>, sides: [[Double]], count: Int, length: Double
    ) -> [Wave] {
        let prior = solver.prior
        let spectrum = SourceSpectrum(count: count, length: length)
        let slowest = prior.slowest(on: length)
        var waves: [Wave] = []
        func add(_ wave: Wave) {
            let isNew = waves.allSatisfy { abs($0.frequency - wave.frequency) > 2 * .pi / length }
            if isNew, waves.count < prior.waves { waves.append(wave) }
        }
        let peaks = curvature.storage.withUnsafeBufferPointer { values in
            spectrum.peaks(
                in: values.baseAddress!, stride: axis == 0 ? curvature.columns : 1,
                lineCount: axis == 0 ? curvature.columns : curvature.rows, spacing: axis == 0 ? 1 : curvature.columns,
                noise: noise, slowest: slowest)
        }
        peaks.forEach(add)
        let size = rootMeanSquare(sides.flatMap(\.self))
        for side in sides where size > 0 {
            let peaks = side.withUnsafeBufferPointer {
                spectrum.peaks(in: $0.baseAddress!, noise: prior.noise * size, slowest: slowest)
            }
            for peak in peaks {
                let frequency = prior.effectiveFrequency(peak.frequency, on: length)
                add(Wave(frequency: peak.frequency, curvature: peak.curvature * frequency * frequency))
            }
        }
        let largest = waves.map { prior.deviation(of: $0, on: length) }.max() ?? 1
        /// The curvature of a wave whose deviation is a part of the largest one's.
        func part(_ part: Double, at frequency: Double) -> Double {
            let frequency = prior.effectiveFrequency(frequency, on: length)
            return part * largest * frequency * frequency / prior.amplification
        }
        for frequency in solver.frequencies { add(Wave(frequency: frequency, curvature: part(1, at: frequency))) }
        // What is between the waves' harmonics and the sides changes slowly.
        if !waves.contains(where: { $0.frequency == 0 }) {
            waves.append(Wave(frequency: 0, curvature: part(0.01, at: 0)))
        }
        return waves
    }
}
