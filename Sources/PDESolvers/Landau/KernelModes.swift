import Glibc

/// The Fourier transform of Landau's kernel inside a ball: Â(k) = ∫_{|z| ≤ R} A(z) e^{−ik·z} dz.
///
/// A is isotropic, so Â(k) = across·(I − k̂k̂ᵀ) + along·k̂k̂ᵀ with two functions of κ = |k|. The angular integrals are closed:
///
/// - 2-D: along = 2πC ∫ r^(γ+3) J₁(κr)/(κr) dr, trace = 2πC ∫ r^(γ+3) J₀(κr) dr;
/// - 3-D: along = 8πC ∫ r^(γ+4) j₁(κr)/(κr) dr, trace = 8πC ∫ r^(γ+4) j₀(κr) dr, with spherical Bessel functions,
///
/// and trace = along + (d−1) across. The radial ones are taken by Gauss–Legendre quadrature with 24 nodes on panels that
/// hold at most half an oscillation. For r^p with p not a whole number the panels halve towards r = 0, which resolves the
/// singularity to round-off; what is left at the centre is integrated with the oscillation at its value for r = 0. The
/// integrals exist for γ > −d − 2.
///
/// The divergence needs no integrals of its own: A(z)z = 0, so cutting at a sphere leaves no surface term, and the
/// transform of ∇·A inside the ball is ik·Â(k) = i along·k.
package struct KernelModes {
    private let kernel: LandauKernel
    private let dimensions: Int
    private let radius: Double
    private let rule = GaussLegendre(count: 24)

    package init(_ kernel: LandauKernel, dimensions: Int, radius: Double) {
        precondition(
            kernel.isIntegrable(dimensions: dimensions),
            "exponent: expected more than −\(dimensions + 2) in \(dimensions) dimensions, got \(kernel.exponent)")
        self.kernel = kernel
        self.dimensions = dimensions
        self.radius = radius
    }

    /// Â's two functions for a wavenumber.
    package func values(at wavenumber: Double) -> (along: Double, across: Double) {
        let power = kernel.exponent + Double(dimensions) + 1
        var (along, trace) = (0.0, 0.0)
        forEachPanel(wavenumber) { lower, upper in
            let (middle, half) = ((lower + upper) / 2, (upper - lower) / 2)
            var (a, t) = (0.0, 0.0)
            for (node, weight) in zip(rule.nodes, rule.weights) {
                let r = middle + half * node
                let angular = angularMeans(wavenumber * r)
                let radial = weight * pow(r, power)
                a += radial * angular.along
                t += radial * angular.trace
            }
            along += half * a
            trace += half * t
        }
        let centre = pow(innermost, power + 1) / (power + 1)
        let limit = angularMeans(0)
        let scale = kernel.strength * (dimensions == 2 ? 2 : 8) * .pi
        along = scale * (along + centre * limit.along)
        trace = scale * (trace + centre * limit.trace)
        return (along, (trace - along) / Double(dimensions - 1))
    }

    /// Where the panels end towards the centre.
    private var innermost: Double { radius * 0x1p-40 }

    /// Panels from the sphere inwards, halved towards the centre and cut so that none spans more than half an oscillation.
    private func forEachPanel(_ wavenumber: Double, _ body: (Double, Double) -> Void) {
        var upper = radius
        for _ in 0..<40 {
            let lower = upper / 2
            let pieces = max(1, Int((wavenumber * (upper - lower) / .pi).rounded(.up)))
            let width = (upper - lower) / Double(pieces)
            for piece in 0..<pieces { body(lower + Double(piece) * width, lower + Double(piece + 1) * width) }
            upper = lower
        }
    }

    /// J₁(x)/x and J₀(x), or their spherical counterparts.
    private func angularMeans(_ x: Double) -> (along: Double, trace: Double) {
        if dimensions == 2 { return (x == 0 ? 0.5 : j1(x) / x, j0(x)) }
        // Near 0 the difference of sine and cosine cancels; the series is exact to round-off there.
        guard x > 0.2 else {
            let y = x * x
            let along = 1.0 / 3 - y * (1.0 / 30 - y * (1.0 / 840 - y * (1.0 / 45360 - y / 3_991_680)))
            return (along, 1 - y * (1.0 / 6 - y * (1.0 / 120 - y * (1.0 / 5040 - y / 362_880))))
        }
        let (s, c) = (sin(x), cos(x))
        return ((s - x * c) / (x * x * x), s / x)
    }
}
