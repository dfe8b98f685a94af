import Glibc
import PDECore

/// Mass, momentum, energy, covariance and entropy of a density on a velocity grid, by the trapezoidal rule, which is
/// spectrally accurate for densities that vanish at the box's sides.
public struct DensityMoments: Sendable {
    /// ∫f.
    public let mass: Double
    /// ∫vf.
    public let momentum: [Double]
    /// ½∫|v|²f.
    public let energy: Double
    /// ∫(v−u)(v−u)ᵀf over the mass, with u the mean velocity.
    public let covariance: Matrix<Double>
    /// ∫|v|⁴f over the mass.
    public let fourthMoment: Double
    /// −∫f over the points where f is negative, over the mass: 0 for a density.
    public let negativeShare: Double
    /// ∫f log f, over the points where f is positive.
    public let entropy: Double

    /// The moments of a scalar field of velocities.
    public init(of field: Field<Double>) {
        let grid = field.grid
        let dimensions = grid.dimensions
        let volume = grid.axes.reduce(1) { $0 * $1.spacing }
        var (mass, entropy, fourth, negative) = (0.0, 0.0, 0.0, 0.0)
        var momentum = [Double](repeating: 0, count: dimensions)
        var second = [Double](repeating: 0, count: dimensions * dimensions)
        var point = 0
        VelocityGrid.forEachPoint(of: grid) { v in
            let share = field[0, point] * volume
            mass += share
            if share < 0 { negative -= share }
            let square = v.reduce(0) { $0 + $1 * $1 }
            fourth += share * square * square
            if share > 0 { entropy += share * log(field[0, point]) }
            for i in 0..<dimensions {
                momentum[i] += share * v[i]
                for j in 0..<dimensions { second[i * dimensions + j] += share * v[i] * v[j] }
            }
            point += 1
        }
        self.mass = mass
        self.momentum = momentum
        self.entropy = entropy
        fourthMoment = fourth / mass
        negativeShare = negative / mass
        energy = (0..<dimensions).reduce(0) { $0 + second[$1 * dimensions + $1] / 2 }
        covariance = Matrix(rows: dimensions, columns: dimensions) { i, j in
            second[i * dimensions + j] / mass - momentum[i] * momentum[j] / (mass * mass)
        }
    }
}
