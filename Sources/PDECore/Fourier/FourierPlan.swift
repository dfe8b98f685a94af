import CFFTW
import Synchronization

/// A plan of FFTW for one kind of transform, shape, batch and precision, made once in a process and shared.
///
/// Plans are chosen by FFTW's estimate and never by timing: a timed choice differs from run to run, and with it the
/// last bits of every sample. Planning takes one lock; executing takes none.
///
/// Sums are not scaled: a forward transform followed by the inverse multiplies by the number of points.
public struct FourierPlan: Sendable {
    /// The sign of the exponent.
    public enum Direction: Int32, Hashable, Sendable {
        /// Σ f_j e^{−2πi jk/n}.
        case forward = -1
        /// Σ f_k e^{+2πi jk/n}.
        case inverse = 1
    }

    /// The real-to-real transforms (definitions as in FFTW's manual, "1d Real-even DFTs" and "1d Real-odd DFTs").
    public enum RealKind: UInt32, Hashable, Sendable {
        /// DCT-I: even around the first and the last point (values on nodes, zero slope at the ends). Its own inverse.
        case cosineI
        /// DCT-II: values at cell centres → coefficients, zero slope at the ends.
        case cosineII
        /// DCT-III: coefficients → values at cell centres.
        case cosineIII
        /// DST-I: values on inner nodes, zero at the ends. Its own inverse.
        case sineI
        /// DST-II: values at cell centres → coefficients, zero at the ends.
        case sineII
        /// DST-III: coefficients → values at cell centres.
        case sineIII

        var fftw: fftw_r2r_kind {
            switch self {
            case .cosineI: FFTW_REDFT00
            case .cosineII: FFTW_REDFT10
            case .cosineIII: FFTW_REDFT01
            case .sineI: FFTW_RODFT00
            case .sineII: FFTW_RODFT10
            case .sineIII: FFTW_RODFT01
            }
        }
    }

    /// What is transformed into what.
    public enum Kind: Hashable, Sendable {
        /// Complex to complex.
        case complex(Direction)
        /// Real to the non-redundant half of its complex coefficients.
        case realToComplex
        /// Half of the complex coefficients to real values. Destroys its input.
        case complexToReal
        /// Real to real, one kind an axis.
        case realToReal([RealKind])
    }

    static let flags = UInt32(FFTW_ESTIMATE)

    private struct Key: Hashable {
        let kind: Kind
        let axes, batch: [FourierAxis]
        let isDouble, isInPlace, isBuffered: Bool
    }

    private struct Cache: ~Copyable {
        var plans: [Key: UInt] = [:]
    }

    private static let cache = Mutex(Cache())

    /// What the plan does.
    public let kind: Kind
    private let address: UInt

    /// The plan for transforms along `axes`, repeated along `batch`, between arrays on 64-byte boundaries.
    ///
    /// - Parameters:
    ///   - kind: what is transformed; lengths of real transforms are those of the real array.
    ///   - axes: transformed axes, slowest first; strides count real values in real arrays and complex values in
    ///     complex ones.
    ///   - batch: the axes along which the transform is repeated.
    ///   - scalar: the precision.
    ///   - isInPlace: whether input and output are one array.
    ///   - isBuffered: whether the plan may take memory of its own each time that it runs, as FFTW likes to for some long
    ///     strides. Without, such a transform takes up to half as long again (48² lines of 48: 0.56 ms against 0.32).
    public init<Scalar: Real>(
        _ kind: Kind, axes: [FourierAxis], batch: [FourierAxis] = [], of scalar: Scalar.Type, isInPlace: Bool = false,
        isBuffered: Bool = true
    ) {
        let key = Key(
            kind: kind, axes: axes, batch: batch, isDouble: scalar == Double.self, isInPlace: isInPlace,
            isBuffered: isBuffered)
        self.kind = kind
        address = Self.cache.withLock { cache in
            if let known = cache.plans[key] { return known }
            // Estimating reads no data; the arrays only tell the planner their alignment and whether they are one.
            let input = AlignedBuffer<Scalar>(count: 2 * Self.extent(axes, batch, \.inputStride))
            let output = isInPlace ? input : AlignedBuffer<Scalar>(count: 2 * Self.extent(axes, batch, \.outputStride))
            guard
                let plan = Scalar.makePlan(
                    kind, axes: axes, batch: batch, input: input.pointer, output: output.pointer,
                    flags: isBuffered ? Self.flags : Self.flags | UInt32(FFTW_NO_BUFFERING))
            else { preconditionFailure("FFTW has no plan for \(kind) along \(axes), batch \(batch)") }
            let made = UInt(bitPattern: plan)
            cache.plans[key] = made
            return made
        }
    }

    private static func extent(_ axes: [FourierAxis], _ batch: [FourierAxis], _ stride: (FourierAxis) -> Int) -> Int {
        (axes + batch).reduce(1) { $0 + $1.count * stride($1) }
    }

    /// Transforms `input` into `output`; both on 64-byte boundaries and of the plan's precision.
    @inlinable @inline(__always)
    public func execute<Scalar: Real>(_ input: UnsafeMutablePointer<Scalar>, _ output: UnsafeMutablePointer<Scalar>) {
        switch kind {
        case .complex: Scalar.executeComplex(pointer, input, output)
        case .realToComplex: Scalar.executeForward(pointer, input, output)
        case .complexToReal: Scalar.executeInverse(pointer, input, output)
        case .realToReal: Scalar.executeReal(pointer, input, output)
        }
    }

    @usableFromInline var pointer: OpaquePointer { OpaquePointer(bitPattern: address)! }
}
