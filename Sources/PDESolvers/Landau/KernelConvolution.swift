import PDECore

/// B = A ∗ f and b = (∇·A) ∗ f on a velocity grid, for Landau's kernel A cut at a ball.
///
/// Radius and padding. Let f vanish outside the ball of radius S. For v and w in it |v − w| ≤ 2S: a kernel cut at R = 2S is
/// exact there. Fourier series repeat f with a period T: the images of w are at |v − w + Tm| ≥ T − 2S and stay out of the
/// kernel's ball as long as T − 2S ≥ R. Hence T = 4S. A grid of n points a side on [−S, S)^d, filled up with zeros to 2n
/// points, has this period; nothing of the resolution is spent on empty velocities, as it would be on one box for both.
/// (For Boltzmann's operator, whose f spreads by √2, L. Pareschi & G. Russo find T ≥ (3 + √2)S, SIAM J. Numer. Anal. 37
/// (2000). Landau's terms are products with f and its derivatives at v itself and do not spread.)
///
/// The modes of the cut kernel are exact (`KernelModes`), so that the error is that of sampling f. Wavevectors of the
/// padded grid beyond its inscribed sphere are left out, in line with the operator's own.
final class KernelConvolution {
    /// Index pairs of the components of B, upper triangle.
    let pairs: [(Int, Int)]
    private let dimensions, points: Int
    private let transforms: [RealFourierTransform<Double>]
    private let padded, modes: [AlignedBuffer<Double>]
    private let spectrum: AlignedBuffer<Double>
    /// along − across over |k|², across, along, for each wavevector; and its components.
    private let mixed, across, along: AlignedBuffer<Double>
    private let waves: [AlignedBuffer<Double>]

    init(_ kernel: LandauKernel, dimensions: Int, points: Int, halfWidth: Double, threads: Int) {
        self.dimensions = dimensions
        self.points = points
        pairs = (0..<dimensions).flatMap { i in (i..<dimensions).map { (i, $0) } }
        let shape = [Int](repeating: 2 * points, count: dimensions)
        // The last axis' mode n is outside the sphere.
        transforms = (0..<threads).map { _ in RealFourierTransform(shape: shape, keptModes: points) }
        let transform = transforms[0]
        padded = (0..<threads).map { _ in AlignedBuffer(count: transform.pointCount) }
        modes = (0..<threads).map { _ in AlignedBuffer(count: 2 * transform.modeCount) }
        spectrum = AlignedBuffer(count: 2 * transform.modeCount)
        mixed = AlignedBuffer(count: transform.modeCount)
        across = AlignedBuffer(count: transform.modeCount)
        along = AlignedBuffer(count: transform.modeCount)
        waves = (0..<dimensions).map { _ in AlignedBuffer(count: transform.modeCount) }
        tabulate(KernelModes(kernel, dimensions: dimensions, radius: 2 * halfWidth), unit: .pi / (2 * halfWidth))
    }

    private func tabulate(_ kernel: KernelModes, unit: Double) {
        // Wavevectors of the same length share their integrals.
        var known = [(along: Double, across: Double)?](repeating: nil, count: points * points)
        ModeLattice(points: 2 * points, dimensions: dimensions, keptModes: points).forEach { mode, wave in
            let square = wave.reduce(0) { $0 + $1 * $1 }
            guard square < points * points else { return }
            let values = known[square] ?? kernel.values(at: unit * Double(square).squareRoot())
            known[square] = values
            across.pointer[mode] = values.across
            along.pointer[mode] = values.along
            if square > 0 {
                mixed.pointer[mode] = (values.along - values.across) / (unit * unit * Double(square))
            }
            for axis in 0..<dimensions { waves[axis].pointer[mode] = unit * Double(wave[axis]) }
        }
    }

    /// Finds the components of B, in the order of `pairs`, and then those of b.
    ///
    /// - Parameters:
    ///   - density: f on the grid.
    ///   - results: a grid for each component.
    ///   - team: the threads that the components are shared among.
    func evaluate(
        _ density: UnsafeMutablePointer<Double>, into results: [AlignedBuffer<Double>], on team: ThreadTeam
    ) {
        padded[0].clear()
        forEachLine { offset, inner in
            (padded[0].pointer + inner).update(from: density + offset, count: points)
        }
        transforms[0].forward(padded[0].pointer, into: spectrum.pointer)
        team.forEach(0..<pairs.count + dimensions) { component, worker in
            let product = modes[worker].pointer
            if component < pairs.count {
                multiply(pairs[component].0, pairs[component].1, into: product)
            } else {
                differentiate(component - pairs.count, into: product)
            }
            transforms[worker].inverse(product, into: padded[worker].pointer)
            let result = results[component].pointer
            forEachLine { offset, inner in
                (result + offset).update(from: padded[worker].pointer + inner, count: points)
            }
        }
    }

    /// Â_ij f̂.
    private func multiply(_ i: Int, _ j: Int, into product: UnsafeMutablePointer<Double>) {
        let (f, a, m) = (spectrum.pointer, across.pointer, mixed.pointer)
        let (ki, kj) = (waves[i].pointer, waves[j].pointer)
        let diagonal: Double = i == j ? 1 : 0
        for mode in 0..<across.count {
            let factor = diagonal * a[mode] + m[mode] * ki[mode] * kj[mode]
            product[2 &* mode] = factor * f[2 &* mode]
            product[2 &* mode &+ 1] = factor * f[2 &* mode &+ 1]
        }
    }

    /// i along·k_axis f̂.
    private func differentiate(_ axis: Int, into product: UnsafeMutablePointer<Double>) {
        let (f, a, k) = (spectrum.pointer, along.pointer, waves[axis].pointer)
        for mode in 0..<along.count {
            let factor = a[mode] * k[mode]
            product[2 &* mode] = -factor * f[2 &* mode &+ 1]
            product[2 &* mode &+ 1] = factor * f[2 &* mode]
        }
    }

    /// Shows where each line of the grid starts, and where it starts in the padded one.
    @inline(__always)
    private func forEachLine(_ body: (_ offset: Int, _ padded: Int) -> Void) {
        let n = points
        for i in 0..<(dimensions == 3 ? n : 1) {
            for j in 0..<n { body((i * n + j) * n, (i * 2 * n + j) * 2 * n) }
        }
    }
}
