import PDECore

/// Which complex product: y = x w, or one of its transposes.
///
/// x is [modes][samples][2][in], w is [modes…][2][in][out], y is [modes][samples][2][out]; 2 stands for real and imaginary part.
public enum ComplexProductForm: Sendable {
    /// y ← x w.
    case plain
    /// x ← y wᴴ.
    case byConjugate
    /// w ← xᴴ y.
    case outer
}

/// The products of all modes.
struct ModeProduct {
    let form: ComplexProductForm
    let modes, samples, inputs, outputs: Int

    init(_ form: ComplexProductForm, _ a: [Int], _ b: [Int]) {
        self.form = form
        modes = a[0]
        samples = a[1]
        switch form {
        case .plain:
            inputs = a[3]
            outputs = b[b.count - 1]
        case .byConjugate:
            inputs = b[b.count - 2]
            outputs = a[3]
        case .outer:
            inputs = a[3]
            outputs = b[3]
        }
    }

    /// Values of workspace that `evaluate` needs.
    var workspace: Int { (form == .outer ? samples * 2 * outputs : 4 * inputs * outputs) + 16 }

    func evaluate<Scalar: Real>(
        _ mode: Int, _ a: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>, into c: UnsafeMutablePointer<Scalar>,
        scratch: UnsafeMutablePointer<Scalar>
    ) {
        let weights = 2 * inputs * outputs
        let (x, y) = (mode * samples * 2 * inputs, mode * samples * 2 * outputs)
        switch form {
        case .plain:
            expand(b + mode * weights, into: scratch)
            Scalar.gemm(
                .plain, .plain, rows: samples, columns: 2 * outputs, inner: 2 * inputs, alpha: 1, a: a + x,
                aStride: 2 * inputs, b: scratch, bStride: 2 * outputs, beta: 0, c: c + y, cStride: 2 * outputs)
        case .byConjugate:
            expand(b + mode * weights, into: scratch)
            Scalar.gemm(
                .plain, .transposed, rows: samples, columns: 2 * inputs, inner: 2 * outputs, alpha: 1, a: a + y,
                aStride: 2 * outputs, b: scratch, bStride: 2 * outputs, beta: 0, c: c + x, cStride: 2 * inputs)
        case .outer:
            // Parts stacked as more rows: the real part is xᵀ y, the imaginary one xᵀ (y turned by a quarter).
            turn(b + y, into: scratch)
            for (part, right) in [(0, b + y), (1, UnsafePointer(scratch))] {
                Scalar.gemm(
                    .transposed, .plain, rows: inputs, columns: outputs, inner: 2 * samples, alpha: 1, a: a + x,
                    aStride: inputs, b: right, bStride: outputs, beta: 0,
                    c: c + mode * weights + part * inputs * outputs, cStride: outputs)
            }
        }
    }

    /// The real 2·in × 2·out matrix that a complex one is: (re, im) on top, (−im, re) below.
    private func expand<Scalar: Real>(_ w: UnsafePointer<Scalar>, into m: UnsafeMutablePointer<Scalar>) {
        let (re, im) = (w, w + inputs * outputs)
        for row in 0..<inputs {
            let (top, bottom) = (m + row * 2 * outputs, m + (inputs + row) * 2 * outputs)
            top.update(from: re + row * outputs, count: outputs)
            (top + outputs).update(from: im + row * outputs, count: outputs)
            Scalar.affine(-1, im + row * outputs, plus: 0, into: bottom, count: outputs)
            (bottom + outputs).update(from: re + row * outputs, count: outputs)
        }
    }

    /// −i y: the imaginary part as real part, minus the real part as imaginary part.
    private func turn<Scalar: Real>(_ y: UnsafePointer<Scalar>, into t: UnsafeMutablePointer<Scalar>) {
        for sample in 0..<samples {
            let (from, to) = (y + sample * 2 * outputs, t + sample * 2 * outputs)
            to.update(from: from + outputs, count: outputs)
            Scalar.affine(-1, from, plus: 0, into: to + outputs, count: outputs)
        }
    }
}
