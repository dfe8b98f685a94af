import Glibc
import PDECore
import PDEData

/// How far the hardest sample is from itself on a grid twice as fine with steps half as long: a measured bound on the
/// discretisation error of the dataset.
public struct AccuracyCheck: Sendable, Equatable {
    /// The sample: the one with the fewest grid points in its thinnest layer.
    public let index: Int
    /// Relative L2 difference after one frame interval and at the last frame that was compared.
    public let firstFrame, lastFrame: Double
    /// The largest relative L2 difference of any frame that was compared.
    public let largest: Double
    /// How many frames were compared after the initial one.
    public let frames: Int

    /// Grid points times time steps that the finer solution may take: some seconds. Beyond, fewer frames are compared.
    private static let budget = 3e7

    /// Solves the hardest sample of a dataset twice; nil if the dataset has none.
    init?(of manifest: Manifest, recipe: Recipe) {
        let sound = manifest.shards.flatMap(\.samples).filter { $0.failure == nil }
        guard let hardest = sound.min(by: { Self.hardness($0) < Self.hardness($1) }) else { return nil }
        // Always in double precision: the question is the grid and the step.
        let (coarse, fine) = (SemilinearSolver<Double>(recipe), SemilinearSolver<Double>(recipe, refinement: 2))
        let refined = pow(2, Double(recipe.equation.dimensions)) * Double(recipe.grid.count) * 2
        let work = refined * Double(max(1, hardest.steps)) / Double(recipe.frames.count - 1)
        let compared = min(recipe.frames.count, 1 + max(1, Int(Self.budget / work)))
        var frames: [[[Double]]] = []
        _ = coarse.solve(coarse.draw(index: hardest.index, attempt: hardest.attempt), frames: compared) { _, buffers in
            frames.append(buffers.map { Array($0.values) })
        }
        var errors: [Double] = []
        let points = Self.sharedPoints(recipe)
        _ = fine.solve(fine.draw(index: hardest.index, attempt: hardest.attempt), frames: compared) { frame, buffers in
            guard frame < frames.count else { return }
            var (difference, norm) = (0.0, 0.0)
            for (component, buffer) in buffers.enumerated() {
                for (coarsePoint, finePoint) in points.enumerated() {
                    let value = buffer.pointer[finePoint]
                    difference +=
                        (frames[frame][component][coarsePoint] - value)
                        * (frames[frame][component][coarsePoint] - value)
                    norm += value * value
                }
            }
            errors.append((difference / norm).squareRoot())
        }
        guard errors.count == compared else { return nil }
        self.frames = compared - 1
        index = hardest.index
        firstFrame = errors[1]
        lastFrame = errors[errors.count - 1]
        largest = errors.dropFirst().max()!
    }

    private static func hardness(_ record: SampleRecord) -> Double {
        record.difficulty["points_per_layer"] ?? .infinity
    }

    /// For every point of the solver's grid its offset on the grid twice as fine.
    private static func sharedPoints(_ recipe: Recipe) -> [Int] {
        (0..<recipe.equation.dimensions).reduce([0]) { offsets, _ in
            offsets.flatMap { offset in (0..<recipe.resolution).map { offset * 2 * recipe.resolution + 2 * $0 } }
        }
    }
}
