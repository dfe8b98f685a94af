import PDECore
import PDEOperators
import PDESolvers
import PDETraining

/// Velocities drawn from an initial state by the seed, and their scores, [component][count], both in the network's coordinates.
package struct DrawnVelocities<Scalar: Real>: TrainingSamples {
    package let count: Int
    package let velocities, target, weights: AlignedBuffer<Scalar>

    /// Velocities over these scales along the axes.
    package init(_ density: VelocityDensity, scales: [Double], seed: UInt64, index: Int, count: Int) {
        self.count = count
        let d = density.dimensions
        velocities = AlignedBuffer(count: d * count)
        target = AlignedBuffer(count: d * count)
        weights = AlignedBuffer(count: count)
        var stream = RandomStream(seed: seed, index: index, purpose: "velocities of a score")
        for place in 0..<count {
            let velocity = density.draw(from: &stream)
            let score = density.score(at: velocity)
            weights.pointer[place] = 1 / Scalar(count)
            for axis in 0..<d {
                velocities.pointer[axis * count + place] = Scalar(velocity[axis] / scales[axis])
                target.pointer[axis * count + place] = Scalar(score[axis] * scales[axis])
            }
        }
    }

    var samples: ScoreSamples<Scalar> {
        ScoreSamples(count: count, stride: count, velocities: velocities.pointer, weights: weights.pointer)
    }

    /// The mean of the target's square.
    var squareOfTarget: Double { Scalar.sumOfSquares(target.pointer, count: target.count) / Double(count) }
}
