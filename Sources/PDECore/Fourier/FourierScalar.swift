import CFFTW

/// One axis of a transform or of a batch of transforms: its length and its strides, in values of the array's type.
public struct FourierAxis: Hashable, Sendable {
    /// Length of the axis.
    public let count: Int
    /// Distance of neighbours in the input and in the output.
    public let inputStride, outputStride: Int

    /// An axis of `count` values with the same stride in input and output.
    public init(_ count: Int, stride: Int) {
        self.init(count, inputStride: stride, outputStride: stride)
    }

    /// An axis of `count` values.
    public init(_ count: Int, inputStride: Int, outputStride: Int) {
        self.count = count
        self.inputStride = inputStride
        self.outputStride = outputStride
    }

    var guru: fftw_iodim64 { fftw_iodim64(n: count, is: inputStride, os: outputStride) }
}

/// What FFTW offers in single and in double precision, under one name.
///
/// A plan is an opaque pointer that lives as long as the process; executing one is thread-safe.
public protocol FourierScalar {
    /// Makes a plan. Only `FourierPlan` calls this, under its lock: FFTW's planner is not thread-safe.
    static func makePlan(
        _ kind: FourierPlan.Kind, axes: [FourierAxis], batch: [FourierAxis],
        input: UnsafeMutableRawPointer, output: UnsafeMutableRawPointer, flags: UInt32
    ) -> OpaquePointer?
    /// Executes a complex-to-complex plan.
    static func executeComplex(
        _ plan: OpaquePointer, _ input: UnsafeMutableRawPointer, _ output: UnsafeMutableRawPointer)
    /// Executes a real-to-complex plan.
    static func executeForward(
        _ plan: OpaquePointer, _ input: UnsafeMutableRawPointer, _ output: UnsafeMutableRawPointer)
    /// Executes a complex-to-real plan.
    static func executeInverse(
        _ plan: OpaquePointer, _ input: UnsafeMutableRawPointer, _ output: UnsafeMutableRawPointer)
    /// Executes a real-to-real plan.
    static func executeReal(_ plan: OpaquePointer, _ input: UnsafeMutableRawPointer, _ output: UnsafeMutableRawPointer)
}

extension Double: FourierScalar {
    /// Makes a plan.
    public static func makePlan(
        _ kind: FourierPlan.Kind, axes: [FourierAxis], batch: [FourierAxis],
        input: UnsafeMutableRawPointer, output: UnsafeMutableRawPointer, flags: UInt32
    ) -> OpaquePointer? {
        let (n, many) = (axes.map(\.guru), batch.map(\.guru))
        let (rank, manyRank) = (Int32(n.count), Int32(many.count))
        let (realIn, realOut) = (
            input.assumingMemoryBound(to: Double.self), output.assumingMemoryBound(to: Double.self)
        )
        let (complexIn, complexOut) = (
            input.assumingMemoryBound(to: fftw_complex.self), output.assumingMemoryBound(to: fftw_complex.self)
        )
        switch kind {
        case .complex(let direction):
            return fftw_plan_guru64_dft(
                rank, n, manyRank, many, complexIn, complexOut, direction.rawValue, flags)
        case .realToComplex:
            return fftw_plan_guru64_dft_r2c(rank, n, manyRank, many, realIn, complexOut, flags)
        case .complexToReal:
            return fftw_plan_guru64_dft_c2r(rank, n, manyRank, many, complexIn, realOut, flags)
        case .realToReal(let kinds):
            return fftw_plan_guru64_r2r(
                rank, n, manyRank, many, realIn, realOut, kinds.map(\.fftw), flags)
        }
    }

    /// Executes a complex-to-complex plan.
    @inline(__always)
    public static func executeComplex(
        _ plan: OpaquePointer, _ input: UnsafeMutableRawPointer, _ output: UnsafeMutableRawPointer
    ) {
        fftw_execute_dft(
            plan, input.assumingMemoryBound(to: fftw_complex.self), output.assumingMemoryBound(to: fftw_complex.self))
    }

    /// Executes a real-to-complex plan.
    @inline(__always)
    public static func executeForward(
        _ plan: OpaquePointer, _ input: UnsafeMutableRawPointer, _ output: UnsafeMutableRawPointer
    ) {
        fftw_execute_dft_r2c(
            plan, input.assumingMemoryBound(to: Double.self), output.assumingMemoryBound(to: fftw_complex.self))
    }

    /// Executes a complex-to-real plan.
    @inline(__always)
    public static func executeInverse(
        _ plan: OpaquePointer, _ input: UnsafeMutableRawPointer, _ output: UnsafeMutableRawPointer
    ) {
        fftw_execute_dft_c2r(
            plan, input.assumingMemoryBound(to: fftw_complex.self), output.assumingMemoryBound(to: Double.self))
    }

    /// Executes a real-to-real plan.
    @inline(__always)
    public static func executeReal(
        _ plan: OpaquePointer, _ input: UnsafeMutableRawPointer, _ output: UnsafeMutableRawPointer
    ) {
        fftw_execute_r2r(
            plan, input.assumingMemoryBound(to: Double.self), output.assumingMemoryBound(to: Double.self))
    }
}

extension Float: FourierScalar {
    /// Makes a plan.
    public static func makePlan(
        _ kind: FourierPlan.Kind, axes: [FourierAxis], batch: [FourierAxis],
        input: UnsafeMutableRawPointer, output: UnsafeMutableRawPointer, flags: UInt32
    ) -> OpaquePointer? {
        let (n, many) = (axes.map(\.guru), batch.map(\.guru))
        let (rank, manyRank) = (Int32(n.count), Int32(many.count))
        let (realIn, realOut) = (
            input.assumingMemoryBound(to: Float.self), output.assumingMemoryBound(to: Float.self)
        )
        let (complexIn, complexOut) = (
            input.assumingMemoryBound(to: fftwf_complex.self), output.assumingMemoryBound(to: fftwf_complex.self)
        )
        switch kind {
        case .complex(let direction):
            return fftwf_plan_guru64_dft(
                rank, n, manyRank, many, complexIn, complexOut, direction.rawValue, flags)
        case .realToComplex:
            return fftwf_plan_guru64_dft_r2c(rank, n, manyRank, many, realIn, complexOut, flags)
        case .complexToReal:
            return fftwf_plan_guru64_dft_c2r(rank, n, manyRank, many, complexIn, realOut, flags)
        case .realToReal(let kinds):
            return fftwf_plan_guru64_r2r(
                rank, n, manyRank, many, realIn, realOut, kinds.map(\.fftw), flags)
        }
    }

    /// Executes a complex-to-complex plan.
    @inline(__always)
    public static func executeComplex(
        _ plan: OpaquePointer, _ input: UnsafeMutableRawPointer, _ output: UnsafeMutableRawPointer
    ) {
        fftwf_execute_dft(
            plan, input.assumingMemoryBound(to: fftwf_complex.self), output.assumingMemoryBound(to: fftwf_complex.self))
    }

    /// Executes a real-to-complex plan.
    @inline(__always)
    public static func executeForward(
        _ plan: OpaquePointer, _ input: UnsafeMutableRawPointer, _ output: UnsafeMutableRawPointer
    ) {
        fftwf_execute_dft_r2c(
            plan, input.assumingMemoryBound(to: Float.self), output.assumingMemoryBound(to: fftwf_complex.self))
    }

    /// Executes a complex-to-real plan.
    @inline(__always)
    public static func executeInverse(
        _ plan: OpaquePointer, _ input: UnsafeMutableRawPointer, _ output: UnsafeMutableRawPointer
    ) {
        fftwf_execute_dft_c2r(
            plan, input.assumingMemoryBound(to: fftwf_complex.self), output.assumingMemoryBound(to: Float.self))
    }

    /// Executes a real-to-real plan.
    @inline(__always)
    public static func executeReal(
        _ plan: OpaquePointer, _ input: UnsafeMutableRawPointer, _ output: UnsafeMutableRawPointer
    ) {
        fftwf_execute_r2r(
            plan, input.assumingMemoryBound(to: Float.self), output.assumingMemoryBound(to: Float.self))
    }
}
