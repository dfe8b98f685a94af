import Glibc
import PDECore

/// The functions φ_1, φ_2, φ_3 of exponential integrators at one point:
/// φ_0(z) = e^z, φ_{j+1}(z) = (φ_j(z) − 1/j!)/z.
///
/// Where |z| < 1 the recurrence cancels and the Taylor series φ_j(z) = Σ z^m/(m+j)! is summed instead. This gives the
/// coefficients to round-off, as the contour integrals of Kassam & Trefethen (2005) do, at a hundredth of their cost,
/// so that the time step can be changed in the middle of a run.
package struct PhiFunctions {
    package let exponential: Complex<Double>
    package let phi1, phi2, phi3: Complex<Double>

    package init(_ z: Complex<Double>) {
        let growth = exp(z.real)
        let exponential = Complex(growth * cos(z.imaginary), growth * sin(z.imaginary))
        self.exponential = exponential
        if z.squaredMagnitude < 1 {
            phi3 = Self.series(z, 3)
            phi2 = z * phi3 + Complex(0.5)
            phi1 = z * phi2 + Complex(1)
        } else {
            phi1 = (exponential - Complex(1)) / z
            phi2 = (phi1 - Complex(1)) / z
            phi3 = (phi2 - Complex(0.5)) / z
        }
    }

    private static func series(_ z: Complex<Double>, _ order: Int) -> Complex<Double> {
        var factorial = 1.0
        for j in 1...order { factorial *= Double(j) }
        var term = Complex(1 / factorial)
        var sum = term
        for m in 1...22 {
            term = (1 / Double(m + order)) * (term * z)
            sum = sum + term
        }
        return sum
    }
}
