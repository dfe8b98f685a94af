import Glibc

/// One byte a cell of a layout: 0 in fluid cells, 1 in solid ones, 2 outside the box.
final class CellMask: @unchecked Sendable {
    let layout: CellLayout
    let pointer: UnsafeMutablePointer<UInt8>
    private(set) var solidCells = 0

    init(_ layout: CellLayout, solid: [UInt8]) {
        self.layout = layout
        pointer = .allocate(capacity: layout.count)
        pointer.initialize(repeating: 2, count: layout.count)
        for z in 0..<layout.planes {
            for y in 0..<layout.rows {
                let row = pointer + layout.offset(0, y, z)
                row.update(repeating: 0, count: layout.columns)
                guard !solid.isEmpty else { continue }
                let from = (z * layout.rows + y) * layout.columns
                solid.withUnsafeBufferPointer { solid in
                    let from = solid.baseAddress! + from
                    var number = 0
                    for x in 0..<layout.columns {
                        let isSolid: UInt8 = from[x] != 0 ? 1 : 0
                        row[x] = isSolid
                        number &+= Int(isSolid)
                    }
                    solidCells += number
                }
            }
        }
    }

    deinit { pointer.deallocate() }

    /// Eight cells' bytes.
    @inline(__always)
    func word(_ offset: Int) -> UInt64 { UnsafeRawPointer(pointer + offset).loadUnaligned(as: UInt64.self) }

    /// Whether eight cells and all their neighbours are fluid.
    @inline(__always)
    func isPlain(_ at: Int) -> Bool {
        let (s, p) = (layout.stride, layout.planeStride)
        var all = word(at) | word(at &- 1) | word(at &+ 1) | word(at &- p) | word(at &+ p)
        if !layout.isPlanar { all |= word(at &- s) | word(at &+ s) }
        return all == 0
    }

    /// Calls `body` with offset and length of every run of fluid cells of a row.
    @inline(__always)
    func forEachRun(_ y: Int, _ z: Int, _ body: (_ start: Int, _ length: Int) -> Void) {
        let first = layout.offset(0, y, z)
        let end = first + layout.columns
        var at = first
        while at < end {
            while at < end, pointer[at] != 0 { at += 1 }
            let start = at
            while at + 8 <= end, word(at) == 0 { at += 8 }
            while at < end, pointer[at] == 0 { at += 1 }
            if at > start { body(start, at - start) }
        }
    }
}
