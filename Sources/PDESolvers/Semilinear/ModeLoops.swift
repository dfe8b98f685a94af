import PDECore

/// The loops over Fourier modes that exponential integrators are made of.
///
/// They run over vectors of eight values (four modes) and stream each array once. Real symbols, as of diffusion, need
/// no complex products; `isReal` picks between two copies of each loop. Arrays hold `components` blocks of `stride`
/// values; the multipliers are the same for every component, or there is a block of them for each.
struct ModeLoops<Scalar: Real> {
    typealias Pointer = UnsafeMutablePointer<Scalar>
    typealias Operator = DiagonalOperator<Scalar>

    let components: Int
    let modes: Int
    let stride: Int
    let isReal: Bool
    /// Whether all components have the same multipliers.
    let isShared: Bool

    /// The multipliers of all modes, for one component or for each.
    func diagonal(_ values: [Complex<Double>]) -> Operator { Operator(values, modes: modes, stride: stride) }

    /// Vectors from the first multiplier to those of the component that begins at `start`.
    private func shift(_ start: Int) -> Int { isShared ? 0 : start / 8 }

    /// out = A u + B n.
    func combine(into out: Pointer, _ a: Operator, _ u: Pointer, _ b: Operator, _ n: Pointer) {
        for start in Swift.stride(from: 0, to: components &* stride, by: stride) {
            if isReal {
                combine(out + start, a, u + start, b, n + start, isReal: true, shift(start))
            } else {
                combine(out + start, a, u + start, b, n + start, isReal: false, shift(start))
            }
        }
    }

    @inline(__always)
    private func combine(
        _ out: Pointer, _ a: Operator, _ u: Pointer, _ b: Operator, _ n: Pointer, isReal: Bool, _ shift: Int
    ) {
        let (out, u, n) = (MutableVectorView(out), VectorView(u), VectorView(n))
        for i in 0..<stride / 8 {
            out[i] = a.times(u[i], i &+ shift, isReal: isReal) + b.times(n[i], i &+ shift, isReal: isReal)
        }
    }

    /// out = A u + B (2 n − m).
    func extrapolate(
        into out: Pointer, _ a: Operator, _ u: Pointer, _ b: Operator, _ n: Pointer, minus m: Pointer
    ) {
        for start in Swift.stride(from: 0, to: components &* stride, by: stride) {
            if isReal {
                extrapolate(out + start, a, u + start, b, n + start, m + start, isReal: true, shift(start))
            } else {
                extrapolate(out + start, a, u + start, b, n + start, m + start, isReal: false, shift(start))
            }
        }
    }

    @inline(__always)
    private func extrapolate(
        _ out: Pointer, _ a: Operator, _ u: Pointer, _ b: Operator, _ n: Pointer, _ m: Pointer, isReal: Bool,
        _ shift: Int
    ) {
        let (out, u, n, m) = (MutableVectorView(out), VectorView(u), VectorView(n), VectorView(m))
        for i in 0..<stride / 8 {
            let slope = n[i] + n[i] - m[i]
            out[i] = a.times(u[i], i &+ shift, isReal: isReal) + b.times(slope, i &+ shift, isReal: isReal)
        }
    }

    /// out = u + B (n − m).
    func correct(into out: Pointer, _ u: Pointer, _ b: Operator, _ n: Pointer, minus m: Pointer) {
        for start in Swift.stride(from: 0, to: components &* stride, by: stride) {
            if isReal {
                correct(out + start, u + start, b, n + start, m + start, isReal: true, shift(start))
            } else {
                correct(out + start, u + start, b, n + start, m + start, isReal: false, shift(start))
            }
        }
    }

    @inline(__always)
    private func correct(
        _ out: Pointer, _ u: Pointer, _ b: Operator, _ n: Pointer, _ m: Pointer, isReal: Bool, _ shift: Int
    ) {
        let (out, u, n, m) = (MutableVectorView(out), VectorView(u), VectorView(n), VectorView(m))
        for i in 0..<stride / 8 { out[i] = u[i] + b.times(n[i] - m[i], i &+ shift, isReal: isReal) }
    }

    /// u = E u + A n_1 + B (n_2 + n_3) + C n_4.
    func finish(
        _ u: Pointer, _ e: Operator, _ a: Operator, _ n1: Pointer, _ b: Operator, _ n2: Pointer, _ n3: Pointer,
        _ c: Operator, _ n4: Pointer
    ) {
        for start in Swift.stride(from: 0, to: components &* stride, by: stride) {
            if isReal {
                finish(
                    u + start, e, a, n1 + start, b, n2 + start, n3 + start, c, n4 + start, isReal: true, shift(start))
            } else {
                finish(
                    u + start, e, a, n1 + start, b, n2 + start, n3 + start, c, n4 + start, isReal: false, shift(start))
            }
        }
    }

    @inline(__always)
    private func finish(
        _ u: Pointer, _ e: Operator, _ a: Operator, _ n1: Pointer, _ b: Operator, _ n2: Pointer, _ n3: Pointer,
        _ c: Operator, _ n4: Pointer, isReal: Bool, _ shift: Int
    ) {
        let (n1, n2, n3, n4) = (VectorView(n1), VectorView(n2), VectorView(n3), VectorView(n4))
        let u = MutableVectorView(u)
        for i in 0..<stride / 8 {
            let linear = e.times(u[i], i &+ shift, isReal: isReal) + a.times(n1[i], i &+ shift, isReal: isReal)
            let middle = b.times(n2[i] + n3[i], i &+ shift, isReal: isReal)
            u[i] = linear + middle + c.times(n4[i], i &+ shift, isReal: isReal)
        }
    }

    /// u = E u.
    func multiply(_ u: Pointer, by e: Operator) {
        for start in Swift.stride(from: 0, to: components &* stride, by: stride) {
            let (u, shift) = (MutableVectorView(u + start), shift(start))
            for i in 0..<stride / 8 { u[i] = e.times(u[i], i &+ shift, isReal: false) }
        }
    }
}
