import PDECore

/// The transform of a cell-centred field along one axis into the eigenvectors of the second difference, and back.
///
/// Values lie in a padded layout. Coefficients lie line by line, a line for each index of the other axis, at a distance
/// of `stride` values, one coefficient a mode.
///
/// Short lines are multiplied with the eigenvectors; on a symmetric axis each line is first folded into its even and
/// its odd part, which halves the operations. Long ones go through FFTW one by one. Measured on one core for a whole
/// solve of a channel (walls transformed), product against FFTW: in double precision 64² 19 and 23 µs, 128² 115 and
/// 81 µs, 256² 773 and 359 µs; in single precision 11 and 20, 63 and 67, 380 and 277 µs. FFTW also leaves
/// residuals three times smaller at 128², so lengths whose prime factors are at most 7 change over at 96, others
/// at 257.
struct LineTransform<Scalar: Real> {
    typealias Pointer = UnsafeMutablePointer<Scalar>

    /// Whether lines go through FFTW.
    private static func usesFourier(_ axis: PressureAxis) -> Bool {
        var rest = axis.count
        for factor in [2, 3, 5, 7] {
            while rest % factor == 0 { rest /= factor }
        }
        return LineFourier<Scalar>.supports(axis) && axis.count >= (rest == 1 ? 96 : 257)
    }

    let layout: PaddedLayout
    /// Whether lines run along y.
    let isVertical: Bool
    /// Points of a line and modes.
    let length: Int
    /// Number of lines.
    let lines: Int
    /// Coefficients from one line to the next, a multiple of 16 and not of 128: lines that lie a power of two apart
    /// compete for the same places in the cache.
    let stride: Int
    let modes: AxisModes
    /// The eigenvectors: point j of mode k at j · stride + k.
    let vectors: AlignedBuffer<Scalar>

    private let isFolded: Bool
    private let folded: AlignedBuffer<Scalar>
    private let fourier: LineFourier<Scalar>?

    init(_ grid: PressureGrid, isVertical: Bool) {
        let axis = isVertical ? grid.vertical : grid.horizontal
        let n = axis.count
        layout = PaddedLayout(grid)
        self.isVertical = isVertical
        length = n
        lines = isVertical ? grid.columns : grid.rows
        let whole = (n + 15) / 16 * 16
        stride = whole % 128 == 0 ? whole + 16 : whole
        let usesFourier = Self.usesFourier(axis)
        modes = AxisModes(axis, isSplit: !usesFourier)
        fourier = usesFourier ? LineFourier(axis) : nil
        isFolded = axis.isSymmetric
        folded = AlignedBuffer(count: usesFourier ? 0 : layout.count)
        vectors = AlignedBuffer(count: n * stride)
        let exact = modes.vectors()
        for j in 0..<n {
            for k in 0..<n { vectors.pointer[j * stride + k] = Scalar(exact[j * n + k]) }
        }
    }

    /// Values → coefficients.
    func forward(_ values: Pointer, into coefficients: Pointer) {
        if let fourier {
            for line in 0..<lines where !isVertical {
                fourier.forward(values + layout.offset(0, line), into: coefficients + line &* stride)
            }
            if isVertical {
                transpose(values, into: coefficients)
                for line in 0..<lines {
                    fourier.forward(coefficients + line &* stride, into: coefficients + line &* stride)
                }
            }
            return
        }
        guard isFolded else {
            return multiplyForward(values + layout.origin, layout.stride, coefficients, points: 0, modes: 0, length)
        }
        let (even, odd) = (modes.evenCount, length - modes.evenCount)
        let parts = folded.pointer
        if isVertical { foldRows(values) } else { foldColumns(values) }
        let second = isVertical ? even &* layout.stride : even
        multiplyForward(parts, layout.stride, coefficients, points: 0, modes: 0, even)
        multiplyForward(parts + second, layout.stride, coefficients, points: 0, modes: even, odd)
    }

    /// Coefficients → values; the coefficients are destroyed.
    func inverse(_ coefficients: Pointer, into values: Pointer) {
        if let fourier {
            for line in 0..<lines where !isVertical {
                fourier.inverse(coefficients + line &* stride, into: values + layout.offset(0, line))
            }
            if isVertical {
                for line in 0..<lines {
                    fourier.inverse(coefficients + line &* stride, into: coefficients + line &* stride)
                }
                transposeBack(coefficients, into: values)
            }
            return
        }
        guard isFolded else {
            return multiplyInverse(coefficients, values + layout.origin, modes: 0, length)
        }
        let (even, odd) = (modes.evenCount, length - modes.evenCount)
        let parts = folded.pointer
        let second = isVertical ? even &* layout.stride : even
        multiplyInverse(coefficients, parts, modes: 0, even)
        multiplyInverse(coefficients, parts + second, modes: even, odd)
        if isVertical { unfoldRows(values) } else { unfoldColumns(values) }
    }

    private func multiplyForward(
        _ values: Pointer, _ valueStride: Int, _ coefficients: Pointer, points: Int, modes: Int, _ count: Int
    ) {
        Scalar.gemm(
            isVertical ? .transposed : .plain, .plain, rows: lines, columns: count, inner: count, alpha: 1, a: values,
            aStride: valueStride, b: vectors.pointer + modes, bStride: stride, beta: 0, c: coefficients + modes,
            cStride: stride)
    }

    private func multiplyInverse(_ coefficients: Pointer, _ values: Pointer, modes: Int, _ count: Int) {
        if isVertical {
            Scalar.gemm(
                .plain, .transposed, rows: count, columns: lines, inner: count, alpha: 1, a: vectors.pointer + modes,
                aStride: stride, b: coefficients + modes, bStride: stride, beta: 0, c: values, cStride: layout.stride)
        } else {
            Scalar.gemm(
                .plain, .transposed, rows: lines, columns: count, inner: count, alpha: 1, a: coefficients + modes,
                aStride: stride, b: vectors.pointer + modes, bStride: stride, beta: 0, c: values,
                cStride: layout.stride)
        }
    }

    private func foldRows(_ values: Pointer) {
        let (even, half) = (modes.evenCount, length / 2)
        for y in 0..<half {
            let (low, high) = (values + layout.offset(0, y), values + layout.offset(0, length &- 1 &- y))
            let sum = folded.pointer + y &* layout.stride
            let difference = folded.pointer + (even &+ y) &* layout.stride
            for x in Swift.stride(from: 0, to: lines, by: 8) {
                let (a, b) = (eight(low, x), eight(high, x))
                storeEight(a + b, sum, x)
                storeEight(a - b, difference, x)
            }
        }
        guard even > half else { return }
        (folded.pointer + half &* layout.stride).update(from: values + layout.offset(0, half), count: lines)
    }

    private func unfoldRows(_ values: Pointer) {
        let (even, half) = (modes.evenCount, length / 2)
        for y in 0..<half {
            let (low, high) = (values + layout.offset(0, y), values + layout.offset(0, length &- 1 &- y))
            let sum = folded.pointer + y &* layout.stride
            let difference = folded.pointer + (even &+ y) &* layout.stride
            for x in Swift.stride(from: 0, to: lines, by: 8) {
                let (a, b) = (eight(sum, x), eight(difference, x))
                storeEight(a + b, low, x)
                storeEight(a - b, high, x)
            }
        }
        guard even > half else { return }
        (values + layout.offset(0, half)).update(from: folded.pointer + half &* layout.stride, count: lines)
    }

    private func foldColumns(_ values: Pointer) {
        let (even, half) = (modes.evenCount, length / 2)
        for y in 0..<lines {
            let line = values + layout.offset(0, y)
            let sum = folded.pointer + y &* layout.stride
            let difference = sum + even
            for x in 0..<half {
                let (a, b) = (line[x], line[length &- 1 &- x])
                sum[x] = a + b
                difference[x] = a - b
            }
            if even > half { sum[half] = line[half] }
        }
    }

    private func unfoldColumns(_ values: Pointer) {
        let (even, half) = (modes.evenCount, length / 2)
        for y in 0..<lines {
            let line = values + layout.offset(0, y)
            let sum = folded.pointer + y &* layout.stride
            let difference = sum + even
            for x in 0..<half {
                let (a, b) = (sum[x], difference[x])
                line[x] = a + b
                line[length &- 1 &- x] = a - b
            }
            if even > half { line[half] = sum[half] }
        }
    }

    private func transpose(_ values: Pointer, into coefficients: Pointer) {
        for start in Swift.stride(from: 0, to: lines, by: 8) {
            let end = min(start &+ 8, lines)
            for y in 0..<length {
                let row = values + layout.offset(0, y)
                for x in start..<end { coefficients[x &* stride &+ y] = row[x] }
            }
        }
    }

    private func transposeBack(_ coefficients: Pointer, into values: Pointer) {
        for start in Swift.stride(from: 0, to: lines, by: 8) {
            let end = min(start &+ 8, lines)
            for y in 0..<length {
                let row = values + layout.offset(0, y)
                for x in start..<end { row[x] = coefficients[x &* stride &+ y] }
            }
        }
    }
}
