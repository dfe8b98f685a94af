import PDECore

extension ParticleCloud {
    /// Σw.
    public var mass: Double { sum { _ in 1 } }

    /// Σwv.
    public var momentum: [Double] { (0..<dimensions).map { axis in sum { velocities[axis * stride + $0] } } }

    /// ½Σw|v|².
    public var energy: Double {
        (0..<dimensions).reduce(0) { total, axis in
            total + sum { velocities[axis * stride + $0] * velocities[axis * stride + $0] } / 2
        }
    }

    /// Σw|v|⁴ over the mass.
    public var fourthMoment: Double {
        sum { particle in
            let square = (0..<dimensions).reduce(0) { total, axis in
                total + velocities[axis * stride + particle] * velocities[axis * stride + particle]
            }
            return square * square
        } / mass
    }

    /// Σw(v−u)(v−u)ᵀ over the mass, with u the mean velocity.
    public var covariance: Matrix<Double> {
        let mass = mass
        let mean = momentum.map { $0 / mass }
        return Matrix(rows: dimensions, columns: dimensions) { i, j in
            sum { (velocities[i * stride + $0] - mean[i]) * (velocities[j * stride + $0] - mean[j]) } / mass
        }
    }

    /// Whether every velocity is finite.
    public var isFinite: Bool {
        velocities.withUnsafePointer { v in (0..<dimensions * stride).allSatisfy { v[$0].isFinite } }
    }

    /// Σ of a weighted term over the particles.
    private func sum(_ term: (Int) -> Double) -> Double {
        weights.withUnsafePointer { w in (0..<count).reduce(0) { $0 + w[$1] * term($1) } }
    }
}
