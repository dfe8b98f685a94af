import PDECore

/// The transforms of a box's planes along x and y into the eigenvectors of the second difference, and back, with the
/// memory of one worker.
///
/// Lines go through FFTW's real transforms one by one (`LineFourier`), short ones and those of awkward lengths are
/// multiplied with the eigenvectors, a plane at a time: from 96 points on FFTW is faster where prime factors are at most
/// 7, from about 1000 on for any length.
final class BoxPlaneTransform<Scalar: Real> {
    typealias Pointer = UnsafeMutablePointer<Scalar>

    private enum Method {
        case fourier(LineFourier<Scalar>)
        /// Point j of mode k at j · n + k.
        case product(AlignedBuffer<Scalar>)
        /// One cell is its own mode.
        case none

        var isProduct: Bool { if case .product = self { true } else { false } }
    }

    /// Lines of a two-dimensional box that are transformed together.
    private static var sheet: Int { 64 }

    private let layout: CellLayout
    private let alongX, alongY: Method
    /// A sheet between products, and eight lines along y.
    private let scratch, lines: AlignedBuffer<Scalar>
    private let lineStride: Int

    /// - Parameter other: a worker's transform whose eigenvectors are shared.
    init(_ layout: CellLayout, x: PressureAxis, y: PressureAxis?, sharing other: BoxPlaneTransform?) {
        self.layout = layout
        alongX = Self.method(x, sharing: other?.alongX)
        alongY = y.map { Self.method($0, sharing: other?.alongY) } ?? .none
        let hasProduct = alongX.isProduct || alongY.isProduct
        let sheetLines = layout.isPlanar ? Self.sheet : layout.rows
        scratch = AlignedBuffer(count: hasProduct ? sheetLines * layout.stride : 0)
        lineStride = (layout.rows + 7) / 8 * 8 + 8
        lines = AlignedBuffer(count: 8 * lineStride)
    }

    private static func usesFourier(_ count: Int) -> Bool {
        var rest = count
        for factor in [2, 3, 5, 7] {
            while rest % factor == 0 { rest /= factor }
        }
        return count >= (rest == 1 ? 96 : 1024)
    }

    private static func method(_ axis: PressureAxis, sharing other: Method?) -> Method {
        if axis.count == 1 { return .none }
        if usesFourier(axis.count) { return .fourier(LineFourier(axis)) }
        if let other { return other }
        let exact = AxisModes(axis, isSplit: false).vectors()
        let vectors = AlignedBuffer<Scalar>(count: exact.count)
        for k in exact.indices { vectors.pointer[k] = Scalar(exact[k]) }
        return .product(vectors)
    }

    /// Calls `body` with the first plane of each sheet and its planes: one plane, or some lines of a planar box.
    @inline(__always)
    func forEachSheet(_ planes: Range<Int>, _ body: (Range<Int>) -> Void) {
        let step = layout.isPlanar ? Self.sheet : 1
        var first = planes.lowerBound
        while first < planes.upperBound {
            let end = min(planes.upperBound, first &+ step)
            body(first..<end)
            first = end
        }
    }

    /// Values → coefficients of a sheet, in place.
    func forward(_ field: Pointer, _ sheet: Range<Int>) { transform(field, sheet, isInverse: false) }

    /// Coefficients → values of a sheet, in place.
    func inverse(_ field: Pointer, _ sheet: Range<Int>) { transform(field, sheet, isInverse: true) }

    private func transform(_ field: Pointer, _ sheet: Range<Int>, isInverse: Bool) {
        let origin = field + layout.offset(0, 0, sheet.lowerBound)
        let count = layout.isPlanar ? sheet.count : layout.rows
        var place = origin
        switch alongX {
        case .fourier(let fourier):
            for line in 0..<count {
                let values = origin + line &* layout.stride
                if isInverse { fourier.inverse(values, into: values) } else { fourier.forward(values, into: values) }
            }
        case .product(let vectors):
            let n = layout.columns
            place = scratch.pointer
            Scalar.gemm(
                .plain, isInverse ? .transposed : .plain, rows: count, columns: n, inner: n, alpha: 1, a: origin,
                aStride: layout.stride, b: vectors.pointer, bStride: n, beta: 0, c: place, cStride: layout.stride)
        case .none: break
        }
        switch alongY {
        case .fourier(let fourier): transformColumns(fourier, from: place, into: origin, isInverse)
        case .product(let vectors):
            let n = layout.rows
            let target = place == origin ? scratch.pointer : origin
            Scalar.gemm(
                isInverse ? .plain : .transposed, .plain, rows: n, columns: layout.columns, inner: n, alpha: 1,
                a: vectors.pointer, aStride: n, b: place, bStride: layout.stride, beta: 0, c: target,
                cStride: layout.stride)
            if target != origin { copy(target, into: origin, count) }
        case .none: if place != origin { copy(place, into: origin, count) }
        }
    }

    private func copy(_ from: Pointer, into to: Pointer, _ count: Int) {
        for line in 0..<count {
            (to + line &* layout.stride).update(from: from + line &* layout.stride, count: layout.columns)
        }
    }

    /// Eight columns at a time: a line of the cache is read and written whole.
    private func transformColumns(
        _ fourier: LineFourier<Scalar>, from: Pointer, into to: Pointer, _ isInverse: Bool
    ) {
        let (stride, rows, lineStride, lines) = (layout.stride, layout.rows, lineStride, lines.pointer)
        for first in Swift.stride(from: 0, to: layout.columns, by: 8) {
            let count = min(8, layout.columns &- first)
            for y in 0..<rows {
                let values = eight(from + first, y &* stride)
                for lane in 0..<8 { lines[lane &* lineStride &+ y] = values[lane] }
            }
            for lane in 0..<count {
                let line = lines + lane &* lineStride
                if isInverse { fourier.inverse(line, into: line) } else { fourier.forward(line, into: line) }
            }
            for y in 0..<rows {
                var values = SIMD8<Scalar>(repeating: 0)
                for lane in 0..<8 { values[lane] = lines[lane &* lineStride &+ y] }
                if count == 8 {
                    storeEight(values, to + first, y &* stride)
                } else {
                    for lane in 0..<count { to[y &* stride &+ first &+ lane] = values[lane] }
                }
            }
        }
    }
}
