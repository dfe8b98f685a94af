import Glibc
import PDECore

/// Collects the classes of a stencil table: equal vectors share one.
struct StencilBuilder<Scalar: Real> {
    let layout: CellLayout
    let classes: VectorClasses
    /// Whether equal classes are looked for. With a variable coefficient there are none.
    private let isShared: Bool
    private var entries: AlignedBuffer<Scalar>
    private var used = 0
    /// Classes by hash, −1 where there is none; a power of two of places.
    private var places: [Int32]

    init(_ layout: CellLayout, plain: [Scalar], isShared: Bool, expected: Int) {
        self.layout = layout
        self.isShared = isShared
        classes = VectorClasses(layout)
        entries = AlignedBuffer(count: 64 * max(64, expected))
        places = [Int32](repeating: -1, count: 1024)
        precondition(plain.count == 64, "plain: expected 64 numbers, got \(plain.count)")
        plain.withUnsafeBufferPointer { entries.pointer.update(from: $0.baseAddress!, count: 64) }
        used = 2
        for known in 0..<2 { places[find(entries.pointer + 64 * known)] = Int32(known) }
    }

    /// The class of a vector of these 64 numbers; `guess` is tried first.
    mutating func add(_ numbers: UnsafePointer<Scalar>, guess: Int32) -> Int32 {
        if isShared {
            if equals(numbers, guess) { return guess }
            let place = find(numbers)
            if places[place] >= 0 { return places[place] }
            places[place] = Int32(used)
        }
        if 64 * (used + 1) > entries.count {
            let larger = AlignedBuffer<Scalar>(count: 2 * entries.count)
            larger.pointer.update(from: entries.pointer, count: 64 * used)
            entries = larger
        }
        (entries.pointer + 64 * used).update(from: numbers, count: 64)
        used += 1
        if isShared, 2 * used > places.count { rehash() }
        return Int32(used - 1)
    }

    /// The table of what was collected.
    func table() -> StencilTable<Scalar> {
        let kept = AlignedBuffer<Scalar>(count: 64 * used)
        kept.pointer.update(from: entries.pointer, count: 64 * used)
        return StencilTable(layout, classes, entries: kept)
    }

    private func equals(_ numbers: UnsafePointer<Scalar>, _ known: Int32) -> Bool {
        memcmp(numbers, entries.pointer + 64 * Int(known), 64 * MemoryLayout<Scalar>.stride) == 0
    }

    /// The place of the class of these numbers, or the free one where it belongs.
    private func find(_ numbers: UnsafePointer<Scalar>) -> Int {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        let words = UnsafeRawPointer(numbers)
        for k in 0..<8 * MemoryLayout<Scalar>.stride {
            hash = (hash ^ words.load(fromByteOffset: 8 * k, as: UInt64.self)) &* 0x9e37_79b9_7f4a_7c15
            hash ^= hash >> 29
        }
        var place = Int(hash & UInt64(places.count - 1))
        while places[place] >= 0, !equals(numbers, places[place]) { place = (place + 1) & (places.count - 1) }
        return place
    }

    private mutating func rehash() {
        places = [Int32](repeating: -1, count: 4 * places.count)
        for known in 0..<used { places[find(entries.pointer + 64 * known)] = Int32(known) }
    }
}
