import Glibc
import PDECore

/// The transform of one line into the eigenvectors of the second difference by FFTW's real transform.
///
/// All forms lead to a DCT-II, which is a real transform of the values at even places followed by those at odd places
/// in reverse (J. Makhoul, "A fast cosine transform in one and two dimensions", IEEE Trans. ASSP 28 (1980)). FFTW's own
/// cosine transforms do the same, but allocate memory each time.
///
/// - Dirichlet at both ends: the DST-II is the DCT-II of the values with alternating signs, its coefficients reversed.
/// - Periodic, n = 2h points: folded about the middle the even part has a DCT-II of length h, the odd part a DST-II.
/// - Neumann and Dirichlet: continued oddly beyond the Dirichlet end to 2n points only odd coefficients of the DCT-II
///   are left.
struct LineFourier<Scalar: Real> {
    typealias Pointer = UnsafeMutablePointer<Scalar>

    private enum Form {
        case cosine, sine, periodic, mixed, mixedReversed
    }

    private let form: Form
    /// Points of the line.
    private let count: Int
    /// Points of the DCT-II.
    private let length: Int
    private let forwardPlan, inversePlan: FourierPlan
    private let values, spectrum, line, coefficients: AlignedBuffer<Scalar>
    /// cos(πk/2N) and sin(πk/2N), times √(2/N): this makes the DCT-II's vectors orthonormal but for k = 0.
    private let cosine, sine: AlignedBuffer<Scalar>

    /// Whether there is such a transform: all axes but periodic ones of odd length.
    static func supports(_ axis: PressureAxis) -> Bool { !axis.isPeriodic || axis.count % 2 == 0 }

    init(_ axis: PressureAxis) {
        let n = axis.count
        count = n
        switch (axis.lower, axis.upper) {
        case (.periodic, _): (form, length) = (.periodic, n / 2)
        case (.neumann, .neumann): (form, length) = (.cosine, n)
        case (.dirichlet, .dirichlet): (form, length) = (.sine, n)
        case (.neumann, _): (form, length) = (.mixed, 2 * n)
        default: (form, length) = (.mixedReversed, 2 * n)
        }
        let axes = [FourierAxis(length, stride: 1)]
        forwardPlan = FourierPlan(.realToComplex, axes: axes, of: Scalar.self)
        inversePlan = FourierPlan(.complexToReal, axes: axes, of: Scalar.self)
        values = AlignedBuffer(count: length)
        spectrum = AlignedBuffer(count: length + 2)
        line = AlignedBuffer(count: length)
        coefficients = AlignedBuffer(count: length)
        cosine = AlignedBuffer(count: length / 2 + 1)
        sine = AlignedBuffer(count: length / 2 + 1)
        let norm = (2 / Double(length)).squareRoot()
        for k in 0...length / 2 {
            let angle = Double.pi * Double(k) / Double(2 * length)
            cosine.pointer[k] = Scalar(norm * cos(angle))
            sine.pointer[k] = Scalar(norm * sin(angle))
        }
        cosine.pointer[0] = Scalar((1 / Double(length)).squareRoot())
    }

    /// Values → orthonormal coefficients of one line; both may be the same memory.
    func forward(_ input: Pointer, into output: Pointer) {
        let (n, half, x, c) = (count, count / 2, line.pointer, coefficients.pointer)
        switch form {
        case .cosine:
            x.update(from: input, count: n)
            transform(x, into: output)
        case .sine:
            for j in 0..<n { x[j] = j & 1 == 0 ? input[j] : -input[j] }
            transform(x, into: c)
            for k in 0..<n { output[k] = c[n &- 1 &- k] }
        case .periodic:
            // √½ makes up for the sums over half as many points.
            let scale = Scalar(0.5).squareRoot()
            for j in 0..<half { c[j] = input[j] - input[n &- 1 &- j] }
            for j in 0..<half { x[j] = scale * (input[j] + input[n &- 1 &- j]) }
            transform(x, into: output)
            for j in 0..<half { x[j] = j & 1 == 0 ? scale * c[j] : -scale * c[j] }
            transform(x, into: c)
            for k in 0..<half { output[half &+ k] = c[half &- 1 &- k] }
        case .mixed, .mixedReversed:
            let scale = Scalar(0.5).squareRoot()
            for j in 0..<n {
                let value = scale * input[form == .mixed ? j : n &- 1 &- j]
                x[j] = value
                x[2 &* n &- 1 &- j] = -value
            }
            transform(x, into: c)
            for k in 0..<n { output[k] = c[2 &* k &+ 1] }
        }
    }

    /// Orthonormal coefficients → values of one line; both may be the same memory.
    func inverse(_ input: Pointer, into output: Pointer) {
        let (n, half, x, c) = (count, count / 2, line.pointer, coefficients.pointer)
        switch form {
        case .cosine:
            c.update(from: input, count: n)
            transformBack(c, into: output)
        case .sine:
            for k in 0..<n { c[k] = input[n &- 1 &- k] }
            transformBack(c, into: output)
            for j in Swift.stride(from: 1, to: n, by: 2) { output[j] = -output[j] }
        case .periodic:
            let scale = Scalar(0.5).squareRoot()
            transformBack(input, into: x)
            for k in 0..<half { c[k] = input[n &- 1 &- k] }
            for j in 0..<half { output[j] = x[j] }
            transformBack(c, into: x)
            for j in 0..<half {
                let (even, odd) = (scale * output[j], j & 1 == 0 ? scale * x[j] : -scale * x[j])
                output[j] = even + odd
                output[n &- 1 &- j] = even - odd
            }
        case .mixed, .mixedReversed:
            let scale = Scalar(2).squareRoot()
            for k in 0..<n {
                c[2 &* k] = 0
                c[2 &* k &+ 1] = scale * input[k]
            }
            transformBack(c, into: x)
            for j in 0..<n { output[form == .mixed ? j : n &- 1 &- j] = x[j] }
        }
    }

    /// The orthonormal DCT-II: X_k = Re e^{−iπk/2N} V_k, with V the transform of the reordered values.
    private func transform(_ x: Pointer, into result: Pointer) {
        let (n, v, f) = (length, values.pointer, spectrum.pointer)
        for j in 0..<(n &+ 1) / 2 { v[j] = x[2 &* j] }
        for j in 0..<n / 2 { v[n &- 1 &- j] = x[2 &* j &+ 1] }
        forwardPlan.execute(v, f)
        let (c, s) = (cosine.pointer, sine.pointer)
        result[0] = c[0] * f[0]
        for k in 1..<n / 2 &+ 1 {
            let (real, imaginary) = (f[2 &* k], f[2 &* k &+ 1])
            result[n &- k] = s[k] * real - c[k] * imaginary
            result[k] = c[k] * real + s[k] * imaginary
        }
    }

    /// Its inverse, the orthonormal DCT-III; overwrites only `result`.
    private func transformBack(_ x: Pointer, into result: Pointer) {
        let (n, v, f) = (length, values.pointer, spectrum.pointer)
        let (c, s) = (cosine.pointer, sine.pointer)
        // With c and s scaled by √(2/N) the sums of the unscaled inverse need half of that.
        f[0] = c[0] * x[0]
        f[1] = 0
        for k in 1..<n / 2 &+ 1 {
            let (low, high) = (x[k], x[n &- k])
            f[2 &* k] = (c[k] * low + s[k] * high) / 2
            f[2 &* k &+ 1] = (s[k] * low - c[k] * high) / 2
        }
        inversePlan.execute(f, v)
        for j in 0..<(n &+ 1) / 2 { result[2 &* j] = v[j] }
        for j in 0..<n / 2 { result[2 &* j &+ 1] = v[n &- 1 &- j] }
    }
}
