import PDECore

/// The loops over Fourier modes that exponential integrators are made of.
///
/// They run over vectors of eight values (four modes) and stream each array once. Real symbols, as of diffusion, need
/// no complex products; `isReal` picks between two copies of each loop. Arrays hold `components` blocks of `stride`
/// values; the multipliers are the same for every component.
struct ModeLoops<Scalar: Real> {
    typealias Pointer = UnsafeMutablePointer<Scalar>
    typealias Operator = DiagonalOperator<Scalar>

    let components: Int
    let stride: Int
    let isReal: Bool

    /// out = A u + B n.
    func combine(into out: Pointer, _ a: Operator, _ u: Pointer, _ b: Operator, _ n: Pointer) {
        for start in Swift.stride(from: 0, to: components &* stride, by: stride) {
            if isReal {
                combine(out + start, a, u + start, b, n + start, isReal: true)
            } else {
                combine(out + start, a, u + start, b, n + start, isReal: false)
            }
        }
    }

    @inline(__always)
    private func combine(_ out: Pointer, _ a: Operator, _ u: Pointer, _ b: Operator, _ n: Pointer, isReal: Bool) {
        let (out, u, n) = (MutableVectorView(out), VectorView(u), VectorView(n))
        for i in 0..<stride / 8 {
            out[i] = a.times(u[i], i, isReal: isReal) + b.times(n[i], i, isReal: isReal)
        }
    }

    /// out = A u + B (2 n − m).
    func extrapolate(
        into out: Pointer, _ a: Operator, _ u: Pointer, _ b: Operator, _ n: Pointer, minus m: Pointer
    ) {
        for start in Swift.stride(from: 0, to: components &* stride, by: stride) {
            if isReal {
                extrapolate(out + start, a, u + start, b, n + start, m + start, isReal: true)
            } else {
                extrapolate(out + start, a, u + start, b, n + start, m + start, isReal: false)
            }
        }
    }

    @inline(__always)
    private func extrapolate(
        _ out: Pointer, _ a: Operator, _ u: Pointer, _ b: Operator, _ n: Pointer, _ m: Pointer, isReal: Bool
    ) {
        let (out, u, n, m) = (MutableVectorView(out), VectorView(u), VectorView(n), VectorView(m))
        for i in 0..<stride / 8 {
            let slope = n[i] + n[i] - m[i]
            out[i] = a.times(u[i], i, isReal: isReal) + b.times(slope, i, isReal: isReal)
        }
    }

    /// out = u + B (n − m).
    func correct(into out: Pointer, _ u: Pointer, _ b: Operator, _ n: Pointer, minus m: Pointer) {
        for start in Swift.stride(from: 0, to: components &* stride, by: stride) {
            if isReal {
                correct(out + start, u + start, b, n + start, m + start, isReal: true)
            } else {
                correct(out + start, u + start, b, n + start, m + start, isReal: false)
            }
        }
    }

    @inline(__always)
    private func correct(_ out: Pointer, _ u: Pointer, _ b: Operator, _ n: Pointer, _ m: Pointer, isReal: Bool) {
        let (out, u, n, m) = (MutableVectorView(out), VectorView(u), VectorView(n), VectorView(m))
        for i in 0..<stride / 8 { out[i] = u[i] + b.times(n[i] - m[i], i, isReal: isReal) }
    }

    /// u = E u + A n_1 + B (n_2 + n_3) + C n_4.
    func finish(
        _ u: Pointer, _ e: Operator, _ a: Operator, _ n1: Pointer, _ b: Operator, _ n2: Pointer, _ n3: Pointer,
        _ c: Operator, _ n4: Pointer
    ) {
        for start in Swift.stride(from: 0, to: components &* stride, by: stride) {
            if isReal {
                finish(u + start, e, a, n1 + start, b, n2 + start, n3 + start, c, n4 + start, isReal: true)
            } else {
                finish(u + start, e, a, n1 + start, b, n2 + start, n3 + start, c, n4 + start, isReal: false)
            }
        }
    }

    @inline(__always)
    private func finish(
        _ u: Pointer, _ e: Operator, _ a: Operator, _ n1: Pointer, _ b: Operator, _ n2: Pointer, _ n3: Pointer,
        _ c: Operator, _ n4: Pointer, isReal: Bool
    ) {
        let (n1, n2, n3, n4) = (VectorView(n1), VectorView(n2), VectorView(n3), VectorView(n4))
        let u = MutableVectorView(u)
        for i in 0..<stride / 8 {
            let linear = e.times(u[i], i, isReal: isReal) + a.times(n1[i], i, isReal: isReal)
            let middle = b.times(n2[i] + n3[i], i, isReal: isReal)
            u[i] = linear + middle + c.times(n4[i], i, isReal: isReal)
        }
    }

    /// u = E u.
    func multiply(_ u: Pointer, by e: Operator) {
        for start in Swift.stride(from: 0, to: components &* stride, by: stride) {
            let u = MutableVectorView(u + start)
            for i in 0..<stride / 8 { u[i] = e.times(u[i], i, isReal: false) }
        }
    }
}
