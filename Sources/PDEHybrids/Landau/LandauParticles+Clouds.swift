import Glibc
import PDECore
import PDESolvers

extension LandauParticles {
    /// Particles on a lattice: their cells.
    package var cells: Grid {
        let half = beams / 2 + 4 * max(1, temperatures.max() ?? 1).squareRoot()
        let side = Int(pow(Double(particles), 1 / Double(dimensions)).rounded())
        let axis = Grid.Axis(count: side, from: -half, to: half, placement: .cells)
        return Grid(Array(repeating: axis, count: dimensions))
    }

    /// The particles at the start.
    package func cloud(seed: UInt64) -> ParticleCloud {
        let density = density
        return lattice ? ParticleCloud(on: cells, time: start) { density.value(at: $0) } : drawn(seed)
    }

    /// Particles of equal weights at the start; those of another set are independent.
    package func drawn(_ seed: UInt64, set: Int = 0) -> ParticleCloud {
        var stream = RandomStream(seed: seed, index: set, purpose: "particles of a transport")
        var cloud = density.particles(particles, from: &stream)
        cloud.time = start
        return cloud
    }

    /// These particles, and as many that are drawn and carried along without weight: for what must not be judged by the particles that the
    /// network is fitted to.
    package func witnessed(_ cloud: ParticleCloud, seed: UInt64) -> ParticleCloud {
        let others = drawn(seed, set: 1)
        return ParticleCloud(
            count: cloud.count + others.count, dimensions: cloud.dimensions, time: cloud.time
        ) { place in
            place < cloud.count
                ? (cloud.weight(place), cloud.velocity(place)) : (0, others.velocity(place - cloud.count))
        }
    }
}
