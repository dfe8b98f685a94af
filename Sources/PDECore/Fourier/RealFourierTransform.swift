import Glibc

/// Real values on a periodic grid ↔ the Fourier coefficients of their low modes.
///
/// u_j = Σ_k û_k e^{2πi k·j/n}: the forward transform divides by the number of points, the inverse does not scale.
/// Coefficients are stored as [first axis]…[kept modes of the last axis] complex numbers (real part, imaginary part);
/// of the last axis only modes 0 ..< `keptModes` exist, the others follow from symmetry or count as zero. Leading axes
/// keep all their modes in FFTW's order (0, 1, …, −2, −1).
///
/// Along the last axis a line of n real values is transformed as n/2 complex ones and split into the spectrum of its
/// even and odd samples (Cooley, Lewis & Welch 1970). FFTW's complex plans are vectorised throughout and its estimate
/// picks good ones, which cannot be said of its real transforms: at 1024 points in single precision a pair of
/// transforms takes 1.1 µs against 1.9 µs; in double precision it is even. Modes that dealiasing throws
/// away are never formed, in the leading axes either.
///
/// The object owns its workspace: one per thread. Nothing is allocated after `init`.
public final class RealFourierTransform<Scalar: Real> {
    /// Points along each axis.
    public let shape: [Int]
    /// Modes kept of the last axis, at most half its points plus one.
    public let keptModes: Int
    /// Number of points.
    public let pointCount: Int
    /// Number of complex coefficients: leading axes × `keptModes`.
    public let modeCount: Int

    private let rows: Int
    private let half: Int
    private let forwardRows, inverseRows: FourierPlan
    private let forwardColumns, inverseColumns: FourierPlan?
    /// i e^{−2πi k/n} for k < n/2: its real part twice, and its imaginary part first negated, then as it is.
    private let rotationReal, rotationImaginary: AlignedBuffer<Scalar>
    private let packed: AlignedBuffer<Scalar>
    private let columns: AlignedBuffer<Scalar>

    /// A transform for fields of `shape`; the last axis needs an even number of points.
    public init(shape: [Int], keptModes: Int? = nil) {
        precondition((1...3).contains(shape.count), "shape: expected 1 to 3 axes, got \(shape.count)")
        let last = shape[shape.count - 1]
        precondition(last >= 4 && last % 2 == 0, "shape: expected an even last axis of at least 4, got \(last)")
        let kept = keptModes ?? last / 2 + 1
        precondition((1...last / 2 + 1).contains(kept), "keptModes: expected 1…\(last / 2 + 1), got \(kept)")
        self.shape = shape
        self.keptModes = kept
        half = last / 2
        rows = shape.dropLast().reduce(1, *)
        pointCount = rows * last
        modeCount = rows * kept

        let line = [FourierAxis(half, stride: 1)]
        let lines = rows > 1 ? [FourierAxis(rows, stride: half)] : []
        forwardRows = FourierPlan(.complex(.forward), axes: line, batch: lines, of: Scalar.self)
        inverseRows = FourierPlan(.complex(.inverse), axes: line, batch: lines, of: Scalar.self)
        if shape.count > 1 {
            var axes: [FourierAxis] = []
            var stride = kept
            for count in shape.dropLast().reversed() {
                axes.insert(FourierAxis(count, stride: stride), at: 0)
                stride *= count
            }
            let batch = [FourierAxis(kept, stride: 1)]
            // In three dimensions FFTW's estimate picks plans with buffers at some sizes (40, 48, 72), in two at none.
            let isBuffered = axes.count == 1
            forwardColumns = FourierPlan(
                .complex(.forward), axes: axes, batch: batch, of: Scalar.self, isBuffered: isBuffered)
            inverseColumns = FourierPlan(
                .complex(.inverse), axes: axes, batch: batch, of: Scalar.self, isBuffered: isBuffered)
        } else {
            forwardColumns = nil
            inverseColumns = nil
        }
        rotationReal = AlignedBuffer(count: 2 * half)
        rotationImaginary = AlignedBuffer(count: 2 * half)
        for k in 0..<half {
            let angle = 2 * Double.pi * Double(k) / Double(last)
            rotationReal.pointer[2 * k] = Scalar(sin(angle))
            rotationReal.pointer[2 * k + 1] = Scalar(sin(angle))
            rotationImaginary.pointer[2 * k] = Scalar(-cos(angle))
            rotationImaginary.pointer[2 * k + 1] = Scalar(cos(angle))
        }
        packed = AlignedBuffer(count: 2 * rows * half)
        columns = AlignedBuffer(count: shape.count > 1 ? 2 * modeCount : 0)
    }

    /// Values → coefficients, scaled by `scale` over the number of points. The input is left as it was.
    ///
    /// - Parameters:
    ///   - values: `pointCount` values on a 64-byte boundary.
    ///   - coefficients: `modeCount` complex numbers on a 64-byte boundary.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func forward(
        _ values: UnsafeMutablePointer<Scalar>, into coefficients: UnsafeMutablePointer<Scalar>, scale: Scalar = 1
    ) {
        analyse(values, coefficients, scale)
    }

    @inline(never)
    private func analyse(
        _ values: UnsafeMutablePointer<Scalar>, _ coefficients: UnsafeMutablePointer<Scalar>, _ scale: Scalar
    ) {
        forwardRows.execute(values, packed.pointer)
        let target = forwardColumns == nil ? coefficients : columns.pointer
        let factor = scale / Scalar(pointCount)
        for row in 0..<rows {
            split(packed.pointer + 2 * row * half, into: target + 2 * row * keptModes, scale: factor)
        }
        forwardColumns?.execute(target, coefficients)
    }

    /// Coefficients → values. The input is left as it was.
    ///
    /// - Parameters:
    ///   - coefficients: `modeCount` complex numbers on a 64-byte boundary.
    ///   - values: `pointCount` values on a 64-byte boundary.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func inverse(
        _ coefficients: UnsafeMutablePointer<Scalar>, into values: UnsafeMutablePointer<Scalar>
    ) {
        synthesise(coefficients, values)
    }

    @inline(never)
    private func synthesise(_ coefficients: UnsafeMutablePointer<Scalar>, _ values: UnsafeMutablePointer<Scalar>) {
        inverseColumns?.execute(coefficients, columns.pointer)
        let source = inverseColumns == nil ? coefficients : columns.pointer
        for row in 0..<rows {
            merge(source + 2 * row * keptModes, into: packed.pointer + 2 * row * half)
        }
        inverseRows.execute(packed.pointer, values)
    }

    // With z_j = u_2j + i u_2j+1 and Z its transform of length m = n/2, E = (Z_k + Z̄_{m−k})/2 and
    // O = −i(Z_k − Z̄_{m−k})/2 are the transforms of the even and odd samples, and with w = e^{−2πi/n}
    // û_k = E + w^k O, û_{m−k} = conj(E − w^k O). The inverse runs the same lines backwards. Two modes are worked on
    // at a time; a vector holds (re, im, re, im), the partner modes m − k, m − k − 1 are loaded in reverse.

    private typealias Pair = SIMD4<Scalar>

    @inline(__always)
    private func split(_ packed: UnsafePointer<Scalar>, into modes: UnsafeMutablePointer<Scalar>, scale: Scalar) {
        let (m, kept) = (half, keptModes)
        let (real, imaginary) = (packed[0] * scale, packed[1] * scale)
        modes[0] = real + imaginary
        modes[1] = 0
        if kept > m {
            modes[2 * m] = real - imaginary
            modes[2 * m + 1] = 0
        }
        let scaleHalf = Pair(repeating: scale / 2)
        let conjugation = Pair(1, -1, 1, -1)
        let pairs = (m - 1) / 2
        var k = 1
        // Modes whose mirror image m − k is not kept stand alone; the others come in pairs.
        while k &+ 1 <= min(pairs, kept &- 1), m &- k > kept {
            let z = Self.load(packed, k)
            let y = Self.loadReversed(packed, m &- k &- 1) * conjugation
            let even = z + y
            let turned = turn(y - z, k)
            Self.store((even + turned) * scaleHalf, modes, k)
            k &+= 2
        }
        while k &+ 1 <= pairs, m &- k < kept {
            let z = Self.load(packed, k)
            let y = Self.loadReversed(packed, m &- k &- 1) * conjugation
            let even = z + y
            let turned = turn(y - z, k)
            Self.store((even + turned) * scaleHalf, modes, k)
            Self.storeReversed((even - turned) * scaleHalf * conjugation, modes, m &- k &- 1)
            k &+= 2
        }
        while k <= min(pairs, kept - 1) {
            let z = Self.single(packed, k)
            let y = Self.single(packed, m - k).conjugate
            let even = z + y
            let turned = (y - z) * rotation(k)
            Self.set(scale / 2 * (even + turned), modes, k)
            if m - k < kept { Self.set(scale / 2 * (even - turned).conjugate, modes, m - k) }
            k += 1
        }
        if m % 2 == 0 && m / 2 < kept {
            Self.set(scale * Self.single(packed, m / 2).conjugate, modes, m / 2)
        }
    }

    @inline(__always)
    private func merge(_ modes: UnsafePointer<Scalar>, into packed: UnsafeMutablePointer<Scalar>) {
        let (m, kept) = (half, keptModes)
        let last = kept > m ? modes[2 * m] : 0
        packed[0] = modes[0] + last
        packed[1] = modes[0] - last
        let conjugation = Pair(1, -1, 1, -1)
        let pairs = (m - 1) / 2
        var k = 1
        while k &+ 1 <= min(pairs, kept &- 1), m &- k > kept {
            let even = Self.load(modes, k)
            let turned = turnBack(even, k)
            Self.store(even + turned, packed, k)
            Self.storeReversed((even - turned) * conjugation, packed, m &- k &- 1)
            k &+= 2
        }
        while k &+ 1 <= pairs, m &- k < kept {
            let a = Self.load(modes, k)
            let b = Self.loadReversed(modes, m &- k &- 1) * conjugation
            let even = a + b
            let turned = turnBack(a - b, k)
            Self.store(even + turned, packed, k)
            Self.storeReversed((even - turned) * conjugation, packed, m &- k &- 1)
            k &+= 2
        }
        while k <= pairs {
            let a = k < kept ? Self.single(modes, k) : Complex(0)
            let b = m - k < kept ? Self.single(modes, m - k).conjugate : Complex(0)
            let even = a + b
            let turned = (b - a) * rotation(k).conjugate
            Self.set(even + turned, packed, k)
            Self.set((even - turned).conjugate, packed, m - k)
            k += 1
        }
        if m % 2 == 0 {
            Self.set(m / 2 < kept ? 2 * Self.single(modes, m / 2).conjugate : Complex(0), packed, m / 2)
        }
    }

    /// d · i w^k for two neighbouring modes.
    @inline(__always)
    private func turn(_ d: Pair, _ k: Int) -> Pair {
        d * Self.load(rotationReal.pointer, k) + Self.swapParts(d) * Self.load(rotationImaginary.pointer, k)
    }

    /// −d · conj(i w^k) = d · i w^{−k} for two neighbouring modes.
    @inline(__always)
    private func turnBack(_ d: Pair, _ k: Int) -> Pair {
        Self.swapParts(d) * Self.load(rotationImaginary.pointer, k) - d * Self.load(rotationReal.pointer, k)
    }

    /// i w^k.
    @inline(__always)
    private func rotation(_ k: Int) -> Complex<Scalar> {
        Complex(rotationReal.pointer[2 * k], rotationImaginary.pointer[2 * k + 1])
    }

    @inline(__always)
    private static func swapParts(_ v: Pair) -> Pair { Pair(v.y, v.x, v.w, v.z) }

    @inline(__always)
    private static func load(_ memory: UnsafePointer<Scalar>, _ k: Int) -> Pair {
        UnsafeRawPointer(memory + 2 &* k).loadUnaligned(as: Pair.self)
    }

    @inline(__always)
    private static func loadReversed(_ memory: UnsafePointer<Scalar>, _ k: Int) -> Pair {
        let v = load(memory, k)
        return Pair(v.z, v.w, v.x, v.y)
    }

    @inline(__always)
    private static func store(_ value: Pair, _ memory: UnsafeMutablePointer<Scalar>, _ k: Int) {
        UnsafeMutableRawPointer(memory + 2 &* k).storeBytes(of: value, as: Pair.self)
    }

    @inline(__always)
    private static func storeReversed(_ value: Pair, _ memory: UnsafeMutablePointer<Scalar>, _ k: Int) {
        store(Pair(value.z, value.w, value.x, value.y), memory, k)
    }

    @inline(__always)
    private static func single(_ memory: UnsafePointer<Scalar>, _ k: Int) -> Complex<Scalar> {
        Complex(memory[2 * k], memory[2 * k + 1])
    }

    @inline(__always)
    private static func set(_ value: Complex<Scalar>, _ memory: UnsafeMutablePointer<Scalar>, _ k: Int) {
        memory[2 * k] = value.real
        memory[2 * k + 1] = value.imaginary
    }
}
