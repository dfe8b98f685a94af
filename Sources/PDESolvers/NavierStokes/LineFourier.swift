import PDECore

/// The transform of one line into the eigenvectors of the second difference by FFTW's cosine and sine transforms.
///
/// A periodic line of n = 2h points is folded about its middle: with points at j + ½ its even part has a DCT-II of length h and its
/// odd part a DST-II. A line between Neumann and Dirichlet ends is continued oddly beyond the Dirichlet end to 2n points, whose
/// DCT-II has only odd coefficients.
struct LineFourier<Scalar: Real> {
    typealias Pointer = UnsafeMutablePointer<Scalar>

    private enum Form {
        case symmetric
        case periodic
        case mixed(isReversed: Bool)
    }

    private let form: Form
    private let count: Int
    private let forwardPlans, inversePlans: [FourierPlan]
    private let first, second: AlignedBuffer<Scalar>
    /// What FFTW's sums are multiplied by to make the eigenvectors orthonormal, coefficient by coefficient.
    private let forwardScale, inverseScale: AlignedBuffer<Scalar>

    /// Whether there is such a transform: all axes but periodic ones of odd length.
    static func supports(_ axis: PressureAxis) -> Bool { !axis.isPeriodic || axis.count % 2 == 0 }

    init(_ axis: PressureAxis) {
        let n = axis.count
        count = n
        let kinds: [(Bool, Int)]  // Whether a sine transform; length.
        switch (axis.lower, axis.upper) {
        case (.periodic, _):
            form = .periodic
            kinds = [(false, n / 2), (true, n / 2)]
        case (.neumann, .neumann), (.dirichlet, .dirichlet):
            form = .symmetric
            kinds = [(axis.lower == .dirichlet, n)]
        case (let lower, _):
            form = .mixed(isReversed: lower == .dirichlet)
            kinds = [(false, 2 * n)]
        }
        func plans(_ sine: FourierPlan.RealKind, _ cosine: FourierPlan.RealKind) -> [FourierPlan] {
            kinds.map { isSine, length in
                FourierPlan(
                    .realToReal([isSine ? sine : cosine]), axes: [FourierAxis(length, stride: 1)], of: Scalar.self,
                    isInPlace: true)
            }
        }
        forwardPlans = plans(.sineII, .cosineII)
        inversePlans = plans(.sineIII, .cosineIII)
        first = AlignedBuffer(count: 2 * n)
        second = AlignedBuffer(count: n)
        forwardScale = AlignedBuffer(count: n)
        inverseScale = AlignedBuffer(count: n)
        let (plain, extreme) = ((2 / Double(n)).squareRoot(), (1 / Double(n)).squareRoot())
        for k in 0..<n {
            forwardScale.pointer[k] = Scalar(plain / 2)
            inverseScale.pointer[k] = Scalar(plain / 2)
        }
        if case .mixed = form {
            for k in 0..<n { forwardScale.pointer[k] = Scalar(plain / 4) }
            return
        }
        // The mean stands first among cosines and the alternating mode last among sines, both counted once in FFTW's
        // sums back.
        var extremes: [Int] = axis.isPeriodic ? [0, n - 1] : []
        if !axis.isPeriodic { extremes = [axis.lower == .dirichlet ? n - 1 : 0] }
        for k in extremes {
            forwardScale.pointer[k] = Scalar(extreme / 2)
            inverseScale.pointer[k] = Scalar(extreme)
        }
    }

    /// Values → coefficients of one line; both may be the same memory.
    func forward(_ line: Pointer, into coefficients: Pointer) {
        let (n, half, scale) = (count, count / 2, forwardScale.pointer)
        let (a, b) = (first.pointer, second.pointer)
        switch form {
        case .symmetric:
            a.update(from: line, count: n)
            forwardPlans[0].execute(a, a)
            for k in 0..<n { coefficients[k] = a[k] * scale[k] }
        case .periodic:
            for j in 0..<half {
                let (low, high) = (line[j], line[n &- 1 &- j])
                a[j] = low + high
                b[j] = low - high
            }
            forwardPlans[0].execute(a, a)
            forwardPlans[1].execute(b, b)
            for k in 0..<half { coefficients[k] = a[k] * scale[k] }
            for k in 0..<half { coefficients[half &+ k] = b[k] * scale[half &+ k] }
        case .mixed(let isReversed):
            for j in 0..<n {
                let value = line[isReversed ? n &- 1 &- j : j]
                a[j] = value
                a[2 &* n &- 1 &- j] = -value
            }
            forwardPlans[0].execute(a, a)
            for k in 0..<n { coefficients[k] = a[2 &* k &+ 1] * scale[k] }
        }
    }

    /// Coefficients → values of one line; both may be the same memory.
    func inverse(_ coefficients: Pointer, into line: Pointer) {
        let (n, half, scale) = (count, count / 2, inverseScale.pointer)
        let (a, b) = (first.pointer, second.pointer)
        switch form {
        case .symmetric:
            for k in 0..<n { a[k] = coefficients[k] * scale[k] }
            inversePlans[0].execute(a, a)
            line.update(from: a, count: n)
        case .periodic:
            for k in 0..<half { a[k] = coefficients[k] * scale[k] }
            for k in 0..<half { b[k] = coefficients[half &+ k] * scale[half &+ k] }
            inversePlans[0].execute(a, a)
            inversePlans[1].execute(b, b)
            for j in 0..<half {
                let (even, odd) = (a[j], b[j])
                line[j] = even + odd
                line[n &- 1 &- j] = even - odd
            }
        case .mixed(let isReversed):
            for k in 0..<n {
                a[2 &* k] = 0
                a[2 &* k &+ 1] = coefficients[k] * scale[k]
            }
            inversePlans[0].execute(a, a)
            for j in 0..<n { line[isReversed ? n &- 1 &- j : j] = a[j] }
        }
    }
}
