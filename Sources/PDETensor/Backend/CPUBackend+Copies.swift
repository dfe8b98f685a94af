import Glibc
import PDECore

extension CPUBackend {
    /// See `Backend`.
    public func copy<Scalar: Real>(_ x: Tensor<Scalar>, _ walk: StridedCopy, into y: Tensor<Scalar>) {
        var walk = walk.simplified
        // The last two axes are one row loop; there may be fewer.
        while walk.extents.count < 2 {
            walk.extents.insert(1, at: 0)
            walk.sourceStrides.insert(0, at: 0)
            walk.destinationStrides.insert(0, at: 0)
        }
        let axes = walk.extents.count
        let (rows, columns) = (walk.extents[axes - 2], walk.extents[axes - 1])
        let outer = walk.extents.dropLast(2).reduce(1, *)
        if outer * rows * columns == 0 { return }
        let isLongPlane = outer == 1 && rows * columns > Self.chunk
        let rowsAtOnce = isLongPlane ? max(1, Self.chunk / columns) : rows
        let blocks = (rows + rowsAtOnce - 1) / rowsAtOnce
        forEach(outer * blocks, cost: rowsAtOnce * columns) { item, _ in
            var (from, to) = (walk.sourceOffset, walk.destinationOffset)
            var rest = item / blocks
            for axis in stride(from: axes - 3, through: 0, by: -1) {
                let position = rest % walk.extents[axis]
                rest /= walk.extents[axis]
                from += position * walk.sourceStrides[axis]
                to += position * walk.destinationStrides[axis]
            }
            let first = item % blocks * rowsAtOnce
            from += first * walk.sourceStrides[axes - 2]
            to += first * walk.destinationStrides[axes - 2]
            copyPlane(
                x.pointer + from, walk.sourceStrides[axes - 2], walk.sourceStrides[axes - 1], y.pointer + to,
                walk.destinationStrides[axes - 2], walk.destinationStrides[axes - 1],
                rows: min(rowsAtOnce, rows - first), columns: columns)
        }
    }

    /// See `Backend`.
    public func gather<Scalar: Real>(
        _ x: Tensor<Scalar>, _ indices: [Int], outer: Int, count: Int, inner: Int, into y: Tensor<Scalar>
    ) {
        forEach(outer, cost: indices.count * inner) { block, _ in
            for (position, index) in indices.enumerated() {
                (y.pointer + (block * indices.count + position) * inner)
                    .update(from: x.pointer + (block * count + index) * inner, count: inner)
            }
        }
    }

    /// See `Backend`.
    public func scatter<Scalar: Real>(
        _ x: Tensor<Scalar>, _ indices: [Int], outer: Int, count: Int, inner: Int, into y: Tensor<Scalar>
    ) {
        forEach(outer, cost: (indices.count + count) * inner) { block, _ in
            (y.pointer + block * count * inner).update(repeating: 0, count: count * inner)
            for (position, index) in indices.enumerated() {
                let sum = y.pointer + (block * count + index) * inner
                Scalar.combine(
                    .add, sum, x.pointer + (block * indices.count + position) * inner, into: sum, count: inner)
            }
        }
    }
}

/// Copies `rows` × `columns` values with strides on both sides.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func copyPlane<Scalar: Real>(
    _ x: UnsafePointer<Scalar>, _ xRow: Int, _ xColumn: Int, _ y: UnsafeMutablePointer<Scalar>, _ yRow: Int,
    _ yColumn: Int, rows: Int, columns: Int
) {
    copyPlaneBody(x, xRow, xColumn, y, yRow, yColumn, rows, columns)
}

@inline(never)
private func copyPlaneBody<Scalar: Real>(
    _ x: UnsafePointer<Scalar>, _ xRow: Int, _ xColumn: Int, _ y: UnsafeMutablePointer<Scalar>, _ yRow: Int,
    _ yColumn: Int, _ rows: Int, _ columns: Int
) {
    if xColumn == 1 && yColumn == 1 {
        for row in 0..<rows { (y + row &* yRow).update(from: x + row &* xRow, count: columns) }
        return
    }
    if xColumn == 0 && yColumn == 1 {
        for row in 0..<rows { (y + row &* yRow).update(repeating: x[row &* xRow], count: columns) }
        return
    }
    // Blocks of 16 × 16 keep both sides in cache when one of them is read or written across.
    var firstRow = 0
    while firstRow < rows {
        let endRow = min(rows, firstRow &+ 16)
        var firstColumn = 0
        while firstColumn < columns {
            let endColumn = min(columns, firstColumn &+ 16)
            for row in firstRow..<endRow {
                let (from, to) = (x + row &* xRow, y + row &* yRow)
                for column in firstColumn..<endColumn { to[column &* yColumn] = from[column &* xColumn] }
            }
            firstColumn = endColumn
        }
        firstRow = endRow
    }
}
