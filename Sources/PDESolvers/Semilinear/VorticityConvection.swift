import Glibc
import PDECore

/// N(ω) = −u·∇ω + f for a vorticity in two dimensions, by the curl of the momentum flux (Basdevant 1983):
///
///     u·∇ω = (∂_xx − ∂_yy)(uv) + ∂_xy (v² − u²)
///
/// This needs four transforms: u and v to the grid, uv and v² − u² back. The flux ∇·(uω) needs five, u·∂_xω + v·∂_yω too.
/// With full dealiasing all three are the same polynomial, the projection of the exact u·∇ω, which conserves energy
/// and enstrophy: ⟨ψN⟩ = ⟨ωN⟩ = 0 to round-off where f = 0.
final class VorticityConvection<Scalar: Real>: NonlinearTerm {
    private let space: SpectralSpace<Scalar>
    private let biotSavart: BiotSavart<Scalar>
    /// k_x² − k_y² and k_x k_y for modes that are kept and 0 for others, written twice.
    private let strain, shear: AlignedBuffer<Scalar>
    private let u, v, modes: AlignedBuffer<Scalar>
    /// The stored modes of f, and their coefficients.
    private let forces: [(mode: Int, coefficient: Complex<Scalar>)]
    private(set) var maximumSpeed = 0.0

    init(forcing: VorticityTransport.Forcing, in space: SpectralSpace<Scalar>) {
        self.space = space
        biotSavart = BiotSavart(in: space)
        let (strain, shear) = (
            AlignedBuffer<Scalar>(count: space.componentStride), AlignedBuffer<Scalar>(count: space.componentStride)
        )
        let largest = space.cutoff.map { $0 * (1 + 1e-9) }
        space.forEachWavevector { mode, kx, ky in
            guard abs(kx) <= largest[0], abs(ky) <= largest[1] else { return }
            for part in 2 * mode...2 * mode + 1 {
                strain.pointer[part] = Scalar(kx * kx - ky * ky)
                shear.pointer[part] = Scalar(kx * ky)
            }
        }
        self.strain = strain
        self.shear = shear
        u = AlignedBuffer(count: space.grid.count)
        v = AlignedBuffer(count: space.grid.count)
        modes = AlignedBuffer(count: space.componentStride)
        switch forcing {
        case .none: forces = []
        case .kolmogorov(let waves, let amplitude):
            precondition(
                waves < space.transform.keptModes,
                "forcing: expected at most \(space.transform.keptModes - 1) waves on this grid, got \(waves)")
            let axis = space.grid.axes[1]
            let k = 2 * .pi * Double(waves) / axis.length
            // Half of −kA cos ky is this mode; the phase is that of the grid's first point.
            let force = Complex(
                Scalar(-k * amplitude / 2 * cos(k * axis.lower)), Scalar(-k * amplitude / 2 * sin(k * axis.lower)))
            forces = [(waves, force)]
        case .modes(let modes, let amplitude):
            forces = modes.flatMap { mode in
                let found = mode.coefficients(in: space)
                precondition(!found.isEmpty, "forcing: expected waves that the grid keeps, got \(mode.wave)")
                return found.map {
                    ($0.mode, Complex(Scalar(amplitude * $0.value.real), Scalar(amplitude * $0.value.imaginary)))
                }
            }
        }
    }

    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    func evaluate(_ coefficients: UnsafeMutablePointer<Scalar>, into result: UnsafeMutablePointer<Scalar>) {
        convect(coefficients, result)
    }

    @inline(never)
    private func convect(_ coefficients: UnsafeMutablePointer<Scalar>, _ result: UnsafeMutablePointer<Scalar>) {
        guard space.goesOn() else { return }
        biotSavart.induce(result, modes.pointer, from: coefficients)
        space.transform.inverse(result, into: u.pointer)
        space.transform.inverse(modes.pointer, into: v.pointer)
        multiply()
        space.transform.forward(u.pointer, into: result)
        space.transform.forward(v.pointer, into: modes.pointer)
        differentiate(result)
        for (mode, force) in forces {
            result[2 * mode] += force.real
            result[2 * mode + 1] += force.imaginary
        }
    }

    /// (u, v) → (uv, v² − u²).
    @inline(__always)
    private func multiply() {
        let (first, second) = (MutableVectorView(u.pointer), MutableVectorView(v.pointer))
        var (peakU, peakV) = (SIMD8<Scalar>(repeating: 0), SIMD8<Scalar>(repeating: 0))
        for i in 0..<(u.count &+ 7) / 8 {
            let (u, v) = (first[i], second[i])
            peakU = peakU.larger(u.larger(-u))
            peakV = peakV.larger(v.larger(-v))
            first[i] = u * v
            second[i] = (v - u) * (v + u)
        }
        maximumSpeed = Double(peakU.max()) + Double(peakV.max())
    }

    /// −(∂_xx − ∂_yy) of `result` − ∂_xy of `modes`.
    @inline(__always)
    private func differentiate(_ result: UnsafeMutablePointer<Scalar>) {
        let (out, other) = (MutableVectorView(result), VectorView(modes.pointer))
        let (strain, shear) = (VectorView(self.strain.pointer), VectorView(self.shear.pointer))
        for i in 0..<modes.count / 8 { out[i] = out[i] * strain[i] + other[i] * shear[i] }
    }
}
