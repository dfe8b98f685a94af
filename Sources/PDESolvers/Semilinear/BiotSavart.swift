import PDECore

/// The velocity that a vorticity induces in a periodic box: û = i k_y ω̂/|k|², v̂ = −i k_x ω̂/|k|², mean flow zero.
public struct BiotSavart<Scalar: Real> {
    /// For each mode (−c, c): times the swapped parts of ω̂ this is icω̂; c = k_y/|k|² for u and −k_x/|k|² for v.
    private let forU, forV: AlignedBuffer<Scalar>

    /// The operator in a space of two dimensions.
    public init(in space: SpectralSpace<Scalar>) {
        let (forU, forV) = (
            AlignedBuffer<Scalar>(count: space.componentStride), AlignedBuffer<Scalar>(count: space.componentStride)
        )
        space.forEachWavevector { mode, kx, ky in
            let square = kx * kx + ky * ky
            guard square > 0 else { return }
            forU.pointer[2 * mode] = Scalar(-ky / square)
            forU.pointer[2 * mode + 1] = Scalar(ky / square)
            forV.pointer[2 * mode] = Scalar(kx / square)
            forV.pointer[2 * mode + 1] = Scalar(-kx / square)
        }
        self.forU = forU
        self.forV = forV
    }

    /// Coefficients of the vorticity → those of u and v.
    public func induce(
        _ u: UnsafeMutablePointer<Scalar>, _ v: UnsafeMutablePointer<Scalar>, from vorticity: UnsafePointer<Scalar>
    ) {
        let omega = VectorView(vorticity)
        let (u, v) = (MutableVectorView(u), MutableVectorView(v))
        let (forU, forV) = (VectorView(self.forU.pointer), VectorView(self.forV.pointer))
        for i in 0..<self.forU.count / 8 {
            let turned = omega[i].swappedParts
            u[i] = turned * forU[i]
            v[i] = turned * forV[i]
        }
    }
}

extension VorticityTransport {
    /// The velocity (u, v) on the grid of `space`, as two components.
    ///
    /// - Parameters:
    ///   - vorticity: the spectral state of ω.
    ///   - space: the space that the state lives in, of two dimensions.
    public static func velocity<Scalar: Real>(
        of vorticity: SpectralField<Scalar>, in space: SpectralSpace<Scalar>
    ) -> Field<Scalar> {
        var result = SpectralField<Scalar>(in: space, components: 2)
        vorticity.coefficients.withUnsafePointer { omega in
            result.coefficients.withUnsafeMutablePointer {
                BiotSavart(in: space).induce($0, $0 + space.componentStride, from: omega)
            }
        }
        return result.field(in: space)
    }

    /// The spectral state of ω = ∂_x v − ∂_y u for a velocity (u, v) on the grid of `space`.
    ///
    /// For a velocity that is free of divergence and mean, and that the space keeps in full, `velocity(of:in:)` undoes this.
    public static func vorticity<Scalar: Real>(
        of velocity: Field<Scalar>, in space: SpectralSpace<Scalar>
    ) -> SpectralField<Scalar> {
        precondition(velocity.components == 2, "velocity: expected two components, got \(velocity.components)")
        let modes = SpectralField(velocity, in: space)
        var result = SpectralField<Scalar>(in: space)
        space.forEachWavevector { mode, kx, ky in
            let (u, v) = (2 * mode, space.componentStride + 2 * mode)
            let (kx, ky) = (Scalar(kx), Scalar(ky))
            result.coefficients[2 * mode] = ky * modes.coefficients[u + 1] - kx * modes.coefficients[v + 1]
            result.coefficients[2 * mode + 1] = kx * modes.coefficients[v] - ky * modes.coefficients[u]
        }
        return result
    }

    /// Kinetic energy ½ ⟨u² + v²⟩, the mean over the box.
    ///
    /// - Parameters:
    ///   - vorticity: the spectral state of ω.
    ///   - space: the space that the state lives in, of two dimensions.
    public static func kineticEnergy<Scalar: Real>(
        of vorticity: SpectralField<Scalar>, in space: SpectralSpace<Scalar>
    ) -> Double {
        let row = space.transform.keptModes
        var energy = 0.0
        space.forEachWavevector { mode, kx, ky in
            let square = kx * kx + ky * ky
            guard square > 0 else { return }
            let (re, im) = (Double(vorticity.coefficients[2 * mode]), Double(vorticity.coefficients[2 * mode + 1]))
            // Modes with a partner −k that is not stored count twice.
            energy += (mode % row == 0 ? 0.5 : 1) * (re * re + im * im) / square
        }
        return energy
    }
}
