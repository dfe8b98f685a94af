import Glibc
import PDEConfig
import PDECore

/// An initial density of velocities in closed form, with mass 1, mean 0 and, but where temperatures are given, temperature 1: its values,
/// its moments and particles drawn from it.
package struct VelocityDensity: Equatable, Sendable {
    /// What it looks like.
    package enum Shape: Equatable, Sendable {
        /// The solution of Bobylev, Krook and Wu where K has this value.
        case bkw(width: Double)
        /// Two isotropic Gaussians with a distance between their means; the first has a share of the mass.
        case beams(distance: Double, share: Double)
        /// A Gaussian with a ratio of the temperature along a direction to that across.
        case gaussian(anisotropy: Double)
        /// A Gaussian with a temperature along each axis.
        case temperatures([Double])
    }

    package let shape: Shape
    package let dimensions: Int
    /// The unit vector along which it is not isotropic.
    package let direction: [Double]

    package init(_ shape: Shape, dimensions: Int, direction: [Double]) {
        self.shape = shape
        self.dimensions = dimensions
        self.direction = direction
    }

    /// A unit vector, uniform over all directions.
    package static func direction(_ dimensions: Int, from stream: inout RandomStream) -> [Double] {
        while true {
            let vector = (0..<dimensions).map { _ in stream.normal() }
            let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
            if length > 1e-6 { return vector.map { $0 / length } }
        }
    }

    /// A Gaussian of a share of the mass, centred at a place along the direction, with a temperature along and across it.
    private struct Part {
        let share, place, along, across: Double
    }

    /// The temperature along each axis where these are given.
    private var temperatures: [Double]? { if case .temperatures(let values) = shape { values } else { nil } }

    /// The Gaussians along its direction that it is the sum of; none for the solution of Bobylev, Krook and Wu, and where
    /// temperatures are given.
    private var parts: [Part] {
        switch shape {
        case .bkw, .temperatures: return []
        case .beams(let distance, let share):
            let temperature = 1 - share * (1 - share) * distance * distance / Double(dimensions)
            return [
                Part(share: share, place: (1 - share) * distance, along: temperature, across: temperature),
                Part(share: 1 - share, place: -share * distance, along: temperature, across: temperature),
            ]
        case .gaussian(let ratio):
            let across = Double(dimensions) / (ratio + Double(dimensions) - 1)
            return [Part(share: 1, place: 0, along: ratio * across, across: across)]
        }
    }

    /// The solution that it is on for Maxwell molecules, at time 0; nil for the other shapes.
    package func solution(strength: Double) -> BKWSolution? {
        guard case .bkw(let width) = shape else { return nil }
        return BKWSolution(dimensions: dimensions, strength: strength, deviation: 1 - width)
    }

    /// f at a velocity.
    package func value(at velocity: [Double]) -> Double {
        if let solution = solution(strength: 1) { return solution.density(at: velocity, time: 0) }
        if let temperatures {
            return zip(velocity, temperatures).reduce(1) { product, pair in
                product * exp(-pair.0 * pair.0 / (2 * pair.1)) / (2 * .pi * pair.1).squareRoot()
            }
        }
        let along = zip(velocity, direction).reduce(0) { $0 + $1.0 * $1.1 }
        let square = velocity.reduce(0) { $0 + $1 * $1 }
        return parts.reduce(0) { sum, part in
            let away = along - part.place
            let exponent = away * away / (2 * part.along) + max(0, square - along * along) / (2 * part.across)
            let others = Double(dimensions - 1)
            let norm = (2 * .pi * part.along).squareRoot() * pow(2 * .pi * part.across, others / 2)
            return sum + part.share * exp(-exponent) / norm
        }
    }

    /// ∇ log f at a velocity.
    package func score(at velocity: [Double]) -> [Double] {
        if let solution = solution(strength: 1) { return solution.score(at: velocity, time: 0) }
        if let temperatures { return zip(velocity, temperatures).map { -$0 / $1 } }
        let along = zip(velocity, direction).reduce(0) { $0 + $1.0 * $1.1 }
        let square = max(0, velocity.reduce(0) { $0 + $1 * $1 } - along * along)
        let exponents = parts.map { part in
            let away = along - part.place
            let others = Double(dimensions - 1)
            return log(part.share) - away * away / (2 * part.along) - square / (2 * part.across)
                - log(part.along) / 2 - others * log(part.across) / 2
        }
        // Far away all parts underflow, and their quotients do not.
        let largest = exponents.max()!
        let shares = exponents.map { exp($0 - largest) }
        let total = shares.reduce(0, +)
        return (0..<dimensions).map { axis in
            zip(parts, shares).reduce(0) { sum, pair in
                let (part, share) = pair
                let across = velocity[axis] - along * direction[axis]
                return sum - share / total
                    * ((along - part.place) / part.along * direction[axis] + across / part.across)
            }
        }
    }

    /// The covariance, rows × columns.
    package var covariance: Matrix<Double> {
        let mean = parts.reduce(0) { $0 + $1.share * $1.place }
        let along = parts.reduce(0) { $0 + $1.share * ($1.along + ($1.place - mean) * ($1.place - mean)) }
        let across = parts.reduce(0) { $0 + $1.share * $1.across }
        return Matrix(rows: dimensions, columns: dimensions) { i, j in
            guard !parts.isEmpty else { return i == j ? temperatures?[i] ?? 1 : 0 }
            return (i == j ? across : 0) + (along - across) * direction[i] * direction[j]
        }
    }

    /// ∫f|∇ log f|².
    package var fisherInformation: Double {
        if let solution = solution(strength: 1) { return solution.fisherInformation(at: 0) }
        if let temperatures { return temperatures.reduce(0) { $0 + 1 / $1 } }
        // Across all parts are alike. Along, by the midpoint rule.
        let (reach, count) = (parts.map { abs($0.place) + 10 * $0.along.squareRoot() }.max()!, 4000)
        let step = 2 * reach / Double(count)
        let along = (0..<count).reduce(0.0) { sum, place in
            let x = (Double(place) + 0.5) * step - reach
            let values = parts.map { part in
                part.share * exp(-(x - part.place) * (x - part.place) / (2 * part.along))
                    / (2 * .pi * part.along).squareRoot()
            }
            let slope = zip(parts, values).reduce(0) { $0 - (x - $1.0.place) / $1.0.along * $1.1 }
            let density = values.reduce(0, +)
            return density > 0 ? sum + step * slope * slope / density : sum
        }
        return along + Double(dimensions - 1) / parts[0].across
    }

    /// The lowest temperature of any part in any direction: its Fourier transform falls like e^(−coldest·k²/2).
    package var coldest: Double {
        if case .bkw(let width) = shape { return width }
        if let temperatures { return temperatures.min()! }
        return parts.map { min($0.along, $0.across) }.min()!
    }

    /// Minus the logarithm of what is left of it, or of the equilibrium, at a distance from the middle.
    package func tail(at distance: Double) -> Double {
        let ends = parts.map { part -> Double in
            let away = max(0, distance - abs(part.place))
            return away * away / (2 * max(part.along, part.across))
        }
        let hottest = max(1, temperatures?.max() ?? 1)
        return ([distance * distance / (2 * hottest)] + ends).min()!
    }

    /// The distance of the beams; 0 for the other shapes.
    package var beamDistance: Double { if case .beams(let distance, _) = shape { distance } else { 0 } }

    /// The ratio of the highest to the lowest temperature of the whole.
    package var anisotropy: Double {
        if let temperatures { return temperatures.max()! / temperatures.min()! }
        let covariance = covariance
        let along = (0..<dimensions).reduce(0) { sum, i in
            sum + (0..<dimensions).reduce(0) { $0 + direction[i] * covariance[i, $1] * direction[$1] }
        }
        let across = (Double(dimensions) - along) / Double(dimensions - 1)
        return max(along, across) / min(along, across)
    }

    /// 0 for the solution of Bobylev, Krook and Wu, 1 for two beams, 2 for a Gaussian, 3 for one of given temperatures.
    package var number: Double {
        switch shape {
        case .bkw: 0
        case .beams: 1
        case .gaussian: 2
        case .temperatures: 3
        }
    }

    /// What it is, as JSON on one line.
    package var text: String {
        let details: [(String, JSON)]
        switch shape {
        case .bkw(let width): details = [("kind", "bkw"), ("width", .number(width))]
        case .beams(let distance, let share):
            details = [("kind", "two-beam"), ("distance", .number(distance)), ("share", .number(share))]
        case .gaussian(let ratio): details = [("kind", "gaussian"), ("anisotropy", .number(ratio))]
        case .temperatures(let values):
            let details: [(String, JSON)] = [
                ("kind", "temperatures"), ("temperatures", .array(values.map { .number($0) })),
            ]
            return JSON.object(details).serialized(pretty: false)
        }
        return JSON.object(details + [("direction", .array(direction.map { .number($0) }))]).serialized(pretty: false)
    }
}

extension VelocityDensity {
    /// Draws a velocity.
    ///
    /// The solution of Bobylev, Krook and Wu is a mixture of a Gaussian of variance K, with the share P, and of the density
    /// ∝ |v|² e^(−|v|²/2K), whose |v|²/K has a χ² distribution of d + 2 degrees of freedom.
    package func draw(from stream: inout RandomStream) -> [Double] {
        if case .bkw(let width) = shape {
            let d = Double(dimensions)
            let isPlain = stream.uniform() < ((d + 2) * width - d) / (2 * width)
            let direction = (0..<dimensions).map { _ in stream.normal() }
            guard !isPlain else { return direction.map { width.squareRoot() * $0 } }
            let square = direction.reduce(0) { $0 + $1 * $1 }
            let (a, b) = (stream.normal(), stream.normal())
            let stretch = square > 0 ? ((square + a * a + b * b) / square).squareRoot() : 0
            return direction.map { width.squareRoot() * stretch * $0 }
        }
        if let temperatures { return temperatures.map { $0.squareRoot() * stream.normal() } }
        let parts = parts
        let chosen = parts.count > 1 && stream.uniform() >= parts[0].share ? parts[1] : parts[0]
        let normals = (0..<dimensions).map { _ in stream.normal() }
        let along = zip(normals, direction).reduce(0) { $0 + $1.0 * $1.1 }
        let shift = chosen.place + (chosen.along.squareRoot() - chosen.across.squareRoot()) * along
        return zip(normals, direction).map { chosen.across.squareRoot() * $0 + shift * $1 }
    }

    /// Particles of equal weights, drawn independently and then moved by the linear map that makes their mean 0 and their
    /// covariance exactly that of the density.
    package func particles(_ count: Int, from stream: inout RandomStream) -> ParticleCloud {
        var velocities = (0..<count).map { _ in draw(from: &stream) }
        let mean = (0..<dimensions).map { axis in velocities.reduce(0) { $0 + $1[axis] } / Double(count) }
        for particle in velocities.indices {
            for axis in 0..<dimensions { velocities[particle][axis] -= mean[axis] }
        }
        let found = Matrix<Double>(rows: dimensions, columns: dimensions) { i, j in
            velocities.reduce(0) { $0 + $1[i] * $1[j] } / Double(count)
        }
        let (have, want) = (Self.root(of: found), Self.root(of: covariance))
        return ParticleCloud(count: count, dimensions: dimensions) { particle in
            // Forward substitution with the one factor, then a product with the other.
            var white = velocities[particle]
            for i in 0..<dimensions {
                for j in 0..<i { white[i] -= have[i, j] * white[j] }
                white[i] /= have[i, i]
            }
            let velocity = (0..<dimensions).map { i in (0...i).reduce(0) { $0 + want[i, $1] * white[$1] } }
            return (1 / Double(count), velocity)
        }
    }

    /// The lower triangular L with LLᵀ = the matrix (Cholesky). Not by LAPACK: for so few rows it would only make the
    /// particles' last bits depend on OpenBLAS.
    private static func root(of matrix: Matrix<Double>) -> Matrix<Double> {
        var root = Matrix<Double>(rows: matrix.rows, columns: matrix.rows) { _, _ in 0 }
        for i in 0..<matrix.rows {
            for j in 0...i {
                let rest = (0..<j).reduce(matrix[i, j]) { $0 - root[i, $1] * root[j, $1] }
                root[i, j] = i == j ? rest.squareRoot() : rest / root[j, j]
            }
        }
        return root
    }
}
