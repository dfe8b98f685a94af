import PDECore

/// Which complex product: y = x w, or one of its transposes.
///
/// x is [samples][2][modes][in], w is [modes…][2][in][out], y is [samples][2][modes][out]; 2 stands for real and imaginary part.
public enum ComplexProductForm: Sendable {
    /// y ← x w.
    case plain
    /// x ← y wᴴ.
    case byConjugate
    /// w ← xᴴ y.
    case outer
}

/// The products of all modes: four real ones each, on matrices whose rows are the samples.
struct ModeProduct {
    let form: ComplexProductForm
    let samples, modes, inputs, outputs: Int

    init(_ form: ComplexProductForm, _ a: [Int], _ b: [Int]) {
        self.form = form
        samples = a[0]
        modes = a[2]
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

    func evaluate<Scalar: Real>(
        _ mode: Int, _ a: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>, into c: UnsafeMutablePointer<Scalar>
    ) {
        let (first, second) = (form == .byConjugate ? outputs : inputs, form == .plain ? inputs : outputs)
        let result = form == .byConjugate ? inputs : outputs
        let weights = mode * 2 * inputs * outputs
        // Real and imaginary parts, by 0 and 1.
        func left(_ part: Int) -> UnsafePointer<Scalar> { a + (part * modes + mode) * first }
        func multiply(_ part: Int, _ x: Int, _ y: Int, _ sign: Scalar, _ beta: Scalar) {
            switch form {
            case .plain, .byConjugate:
                Scalar.gemm(
                    .plain, form == .plain ? .plain : .transposed, rows: samples, columns: result, inner: second,
                    alpha: sign, a: left(x), aStride: 2 * modes * first, b: b + weights + y * inputs * outputs,
                    bStride: outputs, beta: beta, c: c + (part * modes + mode) * result, cStride: 2 * modes * result)
            case .outer:
                Scalar.gemm(
                    .transposed, .plain, rows: inputs, columns: outputs, inner: samples, alpha: sign, a: left(x),
                    aStride: 2 * modes * inputs, b: b + (y * modes + mode) * outputs, bStride: 2 * modes * outputs,
                    beta: beta, c: c + weights + part * inputs * outputs, cStride: outputs)
            }
        }
        // (a + ib)(c + id) = ac − bd + i(ad + bc), and with the conjugate of one factor the other signs.
        let sign: Scalar = form == .plain ? 1 : -1
        multiply(0, 0, 0, 1, 0)
        multiply(0, 1, 1, -sign, 1)
        if form == .outer {
            multiply(1, 0, 1, 1, 0)
            multiply(1, 1, 0, -1, 1)
        } else {
            multiply(1, 0, 1, sign, 0)
            multiply(1, 1, 0, 1, 1)
        }
    }
}
