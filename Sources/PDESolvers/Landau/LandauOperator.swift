import Glibc
import PDECore

/// Q(f) = ∇·χ(B∇f − fb) on a velocity grid, with B = A ∗ f and b = (∇·A) ∗ f: Landau's operator by Fourier–Galerkin.
///
/// Integrating ∫A(v−w)∇f(w)dw by parts turns the operator into this form, which needs d(d+1)/2 + d convolutions and, being a
/// divergence, conserves mass to round-off. Derivatives are those of the Fourier series of f on its own box, with the
/// modes inside the sphere that the grid resolves in every direction.
///
/// χ is 1 in the ball where the cut kernel is exact (`KernelConvolution`) and 0 in the box's corners: there the convolutions
/// are not those of the equation, f is below the error anyway, and the diffusion in the corners, which for Maxwell molecules
/// grows like |v|² to d times that of the sides' middles, would only shorten the stable step.
final class LandauOperator {
    let grid: Grid
    let transform: RealFourierTransform<Double>
    /// The largest |k| squared.
    private let largestSquare: Double
    private let convolution: KernelConvolution
    private let team: ThreadTeam
    private let transforms: [RealFourierTransform<Double>]
    /// B's components, then b's.
    private let potentials: [AlignedBuffer<Double>]
    private let gradient, fluxModes: [AlignedBuffer<Double>]
    private let spectrum: AlignedBuffer<Double>
    /// k, and 0 outside of the sphere.
    private let waves: [AlignedBuffer<Double>]
    /// χ.
    private let inside: AlignedBuffer<Double>

    init(_ kernel: LandauKernel, on grid: Grid, threads: Int) {
        let (dimensions, points) = (grid.dimensions, grid.axes[0].count)
        let halfWidth = grid.axes[0].length / 2
        // On 48² points a second thread makes a step half as long again: waking it takes longer than a transform.
        let usable = grid.count < 10_000 ? 1 : min(threads, dimensions * (dimensions + 3) / 2)
        let team = ThreadTeam(threads: usable)
        self.grid = grid
        self.team = team
        convolution = KernelConvolution(
            kernel, dimensions: dimensions, points: points, halfWidth: halfWidth, threads: team.count)
        transforms = (0..<team.count).map { _ in RealFourierTransform(shape: grid.shape, keptModes: points / 2) }
        transform = transforms[0]
        let modes = transform.modeCount
        potentials = (0..<dimensions * (dimensions + 3) / 2).map { _ in AlignedBuffer(count: grid.count) }
        gradient = (0..<dimensions).map { _ in AlignedBuffer(count: grid.count) }
        fluxModes = (0..<dimensions).map { _ in AlignedBuffer(count: 2 * modes) }
        spectrum = AlignedBuffer(count: 2 * modes)
        let waves = (0..<dimensions).map { _ in AlignedBuffer<Double>(count: modes) }
        let unit = .pi / halfWidth
        ModeLattice(points: points, dimensions: dimensions, keptModes: points / 2).forEach { mode, wave in
            guard 4 * wave.reduce(0, { $0 + $1 * $1 }) < points * points else { return }
            for axis in 0..<dimensions { waves[axis].pointer[mode] = unit * Double(wave[axis]) }
        }
        self.waves = waves
        largestSquare = (unit * Double(points) / 2) * (unit * Double(points) / 2)
        let inside = AlignedBuffer<Double>(count: grid.count)
        let centre = grid.axes.map { ($0.lower + $0.upper) / 2 }
        var point = 0
        VelocityGrid.forEachPoint(of: grid) { velocity in
            let square = zip(velocity, centre).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            inside.pointer[point] = square <= halfWidth * halfWidth ? 1 : 0
            point += 1
        }
        self.inside = inside
    }

    /// Q(f).
    func evaluate(_ density: UnsafeMutablePointer<Double>, into rate: UnsafeMutablePointer<Double>) {
        convolution.evaluate(density, into: potentials, on: team)
        transform.forward(density, into: spectrum.pointer)
        let dimensions = grid.dimensions
        team.forEach(0..<dimensions) { axis, worker in
            let modes = fluxModes[axis].pointer
            let (f, k) = (spectrum.pointer, waves[axis].pointer)
            for mode in 0..<waves[axis].count {
                modes[2 &* mode] = -k[mode] * f[2 &* mode &+ 1]
                modes[2 &* mode &+ 1] = k[mode] * f[2 &* mode]
            }
            transforms[worker].inverse(modes, into: gradient[axis].pointer)
        }
        for axis in 0..<dimensions { replacePotentialByFlux(axis, density) }
        team.forEach(0..<dimensions) { axis, worker in
            let flux = potentials[convolution.pairs.count + axis].pointer
            transforms[worker].forward(flux, into: fluxModes[axis].pointer)
        }
        let sum = spectrum.pointer
        spectrum.clear()
        for axis in 0..<dimensions {
            let (flux, k) = (fluxModes[axis].pointer, waves[axis].pointer)
            for mode in 0..<waves[axis].count {
                sum[2 &* mode] -= k[mode] * flux[2 &* mode &+ 1]
                sum[2 &* mode &+ 1] += k[mode] * flux[2 &* mode]
            }
        }
        transform.inverse(sum, into: rate)
    }

    /// b_i → χ(B_ij ∂_j f − f b_i).
    private func replacePotentialByFlux(_ axis: Int, _ density: UnsafeMutablePointer<Double>) {
        let pairs = convolution.pairs
        let flux = MutableVectorView(potentials[pairs.count + axis].pointer)
        let (f, chi) = (VectorView(density), VectorView(inside.pointer))
        let vectors = (grid.count &+ 7) / 8
        for i in 0..<vectors { flux[i] = -f[i] * flux[i] }
        for other in 0..<grid.dimensions {
            let component = pairs.firstIndex { $0 == (min(axis, other), max(axis, other)) }!
            let (b, g) = (VectorView(potentials[component].pointer), VectorView(gradient[other].pointer))
            for i in 0..<vectors { flux[i] += b[i] * g[i] }
        }
        for i in 0..<vectors { flux[i] *= chi[i] }
    }

    /// The fastest rate at which a mode of f decays: the largest eigenvalue of χB times the largest |k|².
    func stiffness(_ density: UnsafeMutablePointer<Double>) -> Double {
        convolution.evaluate(density, into: potentials, on: team)
        var largest = 0.0
        for point in 0..<grid.count where inside.pointer[point] > 0 {
            let b = { (component: Int) in self.potentials[component].pointer[point] }
            let value =
                grid.dimensions == 2
                ? Self.largestEigenvalue(b(0), b(1), b(2)) : Self.largestEigenvalue(b(0), b(1), b(2), b(3), b(4), b(5))
            // Written so that a NaN stays.
            if !(value <= largest) { largest = value }
        }
        return largest * largestSquare
    }

    /// Of [[a, b], [b, c]].
    private static func largestEigenvalue(_ a: Double, _ b: Double, _ c: Double) -> Double {
        (a + c) / 2 + ((a - c) * (a - c) / 4 + b * b).squareRoot()
    }

    /// Of [[a, b, c], [b, d, e], [c, e, f]], by the trigonometric form of Cardano's formula (O. K. Smith, 1961).
    private static func largestEigenvalue(
        _ a: Double, _ b: Double, _ c: Double, _ d: Double, _ e: Double, _ f: Double
    ) -> Double {
        let mean = (a + d + f) / 3
        let (x, y, z) = (a - mean, d - mean, f - mean)
        let spread = ((x * x + y * y + z * z + 2 * (b * b + c * c + e * e)) / 6).squareRoot()
        guard spread > 0 else { return mean + spread }
        let determinant = x * (y * z - e * e) - b * (b * z - e * c) + c * (b * e - y * c)
        let cosine = max(-1, min(1, determinant / (2 * spread * spread * spread)))
        return mean + 2 * spread * cos(acos(cosine) / 3)
    }
}
