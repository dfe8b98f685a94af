import PDECore

/// Weighted particles in velocity space: the state of a particle method.
///
/// Velocities are stored as [component][particle]. Each component takes a multiple of eight numbers, so that loops run
/// over whole vectors; what stands behind the last particle has weight 0.
public struct ParticleCloud: Equatable, Sendable {
    /// 2 to 10.
    public let dimensions: Int
    /// Number of particles.
    public let count: Int
    /// The time.
    public var time = 0.0
    /// Steps taken so far; random batches are drawn anew for each.
    public var steps = 0
    /// Distance between the starts of two components.
    let stride: Int
    var velocities: AlignedVector<Double>
    var weights: AlignedVector<Double>

    /// Particles from a formula for each one's weight and velocity.
    public init(
        count: Int, dimensions: Int, time: Double = 0, _ particle: (Int) -> (weight: Double, velocity: [Double])
    ) {
        precondition(count > 0, "count: expected at least 1, got \(count)")
        precondition((2...10).contains(dimensions), "dimensions: expected 2 to 10, got \(dimensions)")
        self.count = count
        self.dimensions = dimensions
        self.time = time
        stride = (count + 7) / 8 * 8
        velocities = AlignedVector(count: dimensions * stride)
        weights = AlignedVector(count: stride)
        for index in 0..<count {
            let (weight, velocity) = particle(index)
            precondition(
                velocity.count == dimensions, "velocity: expected \(dimensions) components, got \(velocity.count)")
            precondition(weight >= 0, "weight: expected 0 or more, got \(weight)")
            weights[index] = weight
            for axis in 0..<dimensions { velocities[axis * stride + index] = velocity[axis] }
        }
    }

    /// A particle in the middle of each cell of a grid, with the density there times the cell's volume as its weight.
    public init(on grid: Grid, time: Double = 0, density: ([Double]) -> Double) {
        var points: [[Double]] = []
        VelocityGrid.forEachPoint(of: grid) { points.append($0) }
        let volume = grid.axes.reduce(1) { $0 * $1.spacing }
        self.init(count: grid.count, dimensions: grid.dimensions, time: time) { index in
            (density(points[index]) * volume, points[index])
        }
    }

    /// One particle's velocity.
    public func velocity(_ particle: Int) -> [Double] {
        precondition((0..<count).contains(particle), "particle: expected 0..<\(count), got \(particle)")
        return (0..<dimensions).map { velocities[$0 * stride + particle] }
    }

    /// One particle's weight.
    public func weight(_ particle: Int) -> Double {
        precondition((0..<count).contains(particle), "particle: expected 0..<\(count), got \(particle)")
        return weights[particle]
    }
}

extension ParticleCloud {
    /// What a stepper for clouds of a size asks of a state.
    func require(_ count: Int, dimensions: Int) {
        precondition(
            self.count == count && self.dimensions == dimensions,
            "state: expected \(count) particles in \(dimensions) dimensions, got \(self.count) in \(self.dimensions)")
    }

    func withView<Result>(_ body: (ParticleView) -> Result) -> Result {
        velocities.withUnsafePointer { v in
            weights.withUnsafePointer { w in
                body(ParticleView(count: count, dimensions: dimensions, stride: stride, velocities: v, weights: w))
            }
        }
    }

    mutating func withMutableView(_ body: (UnsafeMutablePointer<Double>, ParticleView) -> Void) {
        let (count, dimensions, stride) = (count, dimensions, stride)
        velocities.withUnsafeMutablePointer { v in
            weights.withUnsafePointer { w in
                body(v, ParticleView(count: count, dimensions: dimensions, stride: stride, velocities: v, weights: w))
            }
        }
    }
}
