import Glibc
import PDECore
import PDEData
import PDEOperators
import PDESolvers
import PDETensor
import PDETraining

/// What a physics-informed network makes small: the equation's residual at points of the grid, and the distance from what the sides give.
///
/// Both are mean squares, the residual's in units of the source's root mean square, the sides' in units of the solution's size.
final class CollocationProblem: TrainingProblem {
    typealias Scalar = Double

    let model: FourierFeatureNetwork<Double>
    private let problem: GaussianProcessProblem
    private let backend: CPUBackend
    private let seed: UInt64
    /// The weight of the sides.
    private let sideWeight = 100.0
    /// The size of the solution and of the residual.
    private let size, residualSize: Double
    private let sides: Points

    /// Points with what is given there.
    struct Points: TrainingSamples {
        let x: Tensor<Double>
        let given: Tensor<Double>
        var count: Int { x.shape[0] }
    }

    /// - Parameters:
    ///   - problem: with values on all sides.
    ///   - frequency: the source's dominant frequency, or the sides' where there is no source.
    init(_ problem: GaussianProcessProblem, frequency: Double, seed: UInt64, on backend: CPUBackend) {
        (self.problem, self.backend, self.seed) = (problem, backend, seed)
        let given = problem.sides.flatMap(\.values)
        let source = rootMeanSquare(problem.source)
        size = max(rootMeanSquare(given), source / (frequency * frequency), .leastNormalMagnitude)
        if case .advection(let speed) = problem.equation {
            residualSize = max(source, frequency * size * min(1, speed))
        } else {
            residualSize = max(source, .leastNormalMagnitude)
        }
        model = FourierFeatureNetwork(
            axes: problem.shape.count, deviations: [1, frequency], scale: size, seed: seed, on: backend)
        var places: [Double] = []
        for (number, side) in problem.sides.enumerated() {
            let (axis, isEnd) = problem.place(ofSide: number)
            for point in side.values.indices {
                let end = isEnd ? problem.lengths[axis] : 0
                guard problem.shape.count == 2 else {
                    places.append(end)
                    continue
                }
                let along = problem.lengths[1 - axis] * Double(point) / Double(side.values.count - 1)
                places += axis == 0 ? [end, along] : [along, end]
            }
        }
        sides = Points(
            x: Tensor(places, shape: [given.count, problem.shape.count], on: backend),
            given: Tensor(given, shape: [given.count, 1], on: backend))
    }

    /// Points of the grid by their numbers, x slowest.
    func points(_ numbers: [Int]) -> Points {
        let (shape, axes) = (problem.shape, problem.shape.count)
        let places = numbers.flatMap { number in
            (axes == 1 ? [number] : [number / shape[1], number % shape[1]]).enumerated().map { axis, place in
                problem.lengths[axis] * Double(place) / Double(shape[axis] - 1)
            }
        }
        return Points(
            x: Tensor(places, shape: [numbers.count, axes], on: backend),
            given: Tensor(numbers.map { problem.source[$0] }, shape: [numbers.count, 1], on: backend))
    }

    /// At most so many points of the grid, evenly spread.
    func spread(_ most: Int) -> Points {
        let all = problem.source.count
        let count = min(most, all)
        // In two dimensions the steps through the grid's rows must not be whole numbers of points in one.
        return points((0..<count).map { Int((Double($0) + 0.5) * Double(all) / Double(count)) })
    }

    func loss(
        _ model: FourierFeatureNetwork<Double>, constant: FourierFeatureNetwork<Double>, _ batch: Points, step: Int
    ) -> Tensor<Double> {
        let (u, slopes, laplacian) = model.derivatives(at: batch.x)
        let left =
            switch problem.equation {
            case .poisson: laplacian
            case .allenCahn: laplacian + u * (u * u - 1)
            case .advection(let speed): slopes[0] * speed + slopes[1]
            }
        let residual = (left - batch.given) * (1 / residualSize)
        let distance = (model(sides.x) - sides.given) * (1 / size)
        return residual.squared.mean() + distance.squared.mean() * sideWeight
    }

    func prediction(_ model: FourierFeatureNetwork<Double>, _ batch: Points) -> Tensor<Double> { model(batch.x) }

    /// The loss at points of the grid that stay.
    func validate(_ model: FourierFeatureNetwork<Double>, batch: Int, shouldStop: () -> Bool) -> Double {
        Double(loss(model, constant: model, spread(batch), step: 0).item)
    }

    func batchCount(size: Int) -> Int { 1 }

    func batches(size: Int, from start: BatchPosition, epochs: Int) -> any BatchSource<Points> {
        Drawn(self, size: min(size, problem.source.count), count: epochs - start.epoch)
    }

    /// Points that are drawn anew for each step.
    private final class Drawn: BatchSource {
        private let problem: CollocationProblem
        private let size: Int
        private var left: Int
        private var stream: RandomStream
        let waitingSeconds = 0.0

        init(_ problem: CollocationProblem, size: Int, count: Int) {
            (self.problem, self.size, left) = (problem, size, count)
            stream = RandomStream(seed: problem.seed, index: 0, purpose: "collocation")
        }

        func next() -> Points? {
            guard left > 0 else { return nil }
            left -= 1
            let all = problem.problem.source.count
            return problem.points((0..<size).map { _ in stream.integer(below: all) })
        }
    }
}
