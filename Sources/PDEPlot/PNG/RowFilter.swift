import Glibc

/// PNG's per-row prediction filters, chosen by the smallest sum of absolute residuals.
///
/// The usual rule is biased towards no filter at all: pictures of a few hundred colours and letters repeat whole byte
/// strings, which deflate finds only in unfiltered rows (a page of text takes 80 KB with the bias, 111 KB without).
enum RowFilter {
    /// Every row of the raster with its filter's number before it, ready to deflate.
    static func filtered(_ raster: Raster) -> [UInt8] {
        let length = 3 * raster.width
        let height = raster.height
        let zeros = [UInt8](repeating: 0, count: length)
        var scratch = [UInt8](repeating: 0, count: 3 * length)
        return [UInt8](unsafeUninitializedCapacity: (length + 1) * height) { out, count in
            raster.pixels.withUnsafeBufferPointer { pixels in
                zeros.withUnsafeBufferPointer { zeros in
                    scratch.withUnsafeMutableBufferPointer { scratch in
                        var above = zeros.baseAddress!
                        for y in 0..<height {
                            let row = pixels.baseAddress! + y &* length
                            filter(
                                row, above, length, scratch.baseAddress!, into: out.baseAddress! + y &* (length &+ 1))
                            above = row
                        }
                    }
                }
            }
            count = (length + 1) * height
        }
    }

    /// One row: tries none, left, up and Paeth and copies the best.
    private static func filter(
        _ row: UnsafePointer<UInt8>, _ above: UnsafePointer<UInt8>, _ length: Int,
        _ scratch: UnsafeMutablePointer<UInt8>, into out: UnsafeMutablePointer<UInt8>
    ) {
        if memcmp(row, above, length) == 0 {
            out[0] = 2
            memset(out + 1, 0, length)
            return
        }
        let (left, up, paeth) = (scratch, scratch + length, scratch + 2 &* length)
        for i in 0..<3 {
            left[i] = row[i]
            paeth[i] = row[i] &- above[i]
        }
        for i in 3..<length { left[i] = row[i] &- row[i &- 3] }
        for i in 0..<length { up[i] = row[i] &- above[i] }
        for i in 3..<length {
            let a = Int16(row[i &- 3])
            let b = Int16(above[i])
            let c = Int16(above[i &- 3])
            let fromA = abs16(b &- c)
            let fromB = abs16(a &- c)
            let fromC = abs16(a &+ b &- c &- c)
            let orC = fromB <= fromC ? b : c
            let guess = fromA <= fromB && fromA <= fromC ? a : orC
            paeth[i] = row[i] &- UInt8(truncatingIfNeeded: guess)
        }
        var best = (number: UInt8(0), bytes: row, sum: magnitude(row, length))
        let bias = 4
        for (number, bytes) in [(UInt8(1), left), (2, up), (4, paeth)] {
            let sum = magnitude(bytes, length)
            if best.number == 0 ? bias * sum < best.sum : sum < best.sum { best = (number, UnsafePointer(bytes), sum) }
        }
        out[0] = best.number
        memcpy(out + 1, best.bytes, length)
    }

    @inline(__always)
    private static func abs16(_ v: Int16) -> Int16 { v < 0 ? 0 &- v : v }

    /// The sum of residuals taken as signed bytes.
    private static func magnitude(_ bytes: UnsafePointer<UInt8>, _ length: Int) -> Int {
        var sum: UInt32 = 0
        for i in 0..<length { sum = sum &+ UInt32(min(bytes[i], 0 &- bytes[i])) }
        return Int(sum)
    }
}
