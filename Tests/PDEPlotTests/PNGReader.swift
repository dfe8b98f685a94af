import CZlib

/// A PNG file read back by the rules of the standard, independently of the writer.
struct PNGReader {
    struct Chunk {
        let type: String
        let content: [UInt8]
    }

    enum Failure: Error {
        case signature
        case length
        case checksum(String)
        case inflate(Int32)
        case filter(UInt8)
    }

    let chunks: [Chunk]

    init(_ bytes: [UInt8]) throws {
        guard bytes.starts(with: [137, 80, 78, 71, 13, 10, 26, 10]) else { throw Failure.signature }
        var at = 8
        var chunks: [Chunk] = []
        while at < bytes.count {
            guard at + 12 <= bytes.count else { throw Failure.length }
            let length = PNGReader.integer(bytes[at..<at + 4])
            guard at + 12 + length <= bytes.count else { throw Failure.length }
            let body = Array(bytes[at + 4..<at + 8 + length])
            let type = String(decoding: body[0..<4], as: UTF8.self)
            let stored = PNGReader.integer(bytes[at + 8 + length..<at + 12 + length])
            guard Int(crc32(0, body, uInt(body.count))) == stored else { throw Failure.checksum(type) }
            chunks.append(Chunk(type: type, content: Array(body.dropFirst(4))))
            at += 12 + length
        }
        self.chunks = chunks
    }

    var header: [UInt8] { chunks[0].content }
    var width: Int { PNGReader.integer(header[0..<4]) }
    var height: Int { PNGReader.integer(header[4..<8]) }

    func contents(_ type: String) -> [[UInt8]] { chunks.filter { $0.type == type }.map(\.content) }

    /// The pixels of the still picture.
    func pixels() throws -> [UInt8] {
        try PNGReader.pixels(Array(contents("IDAT").joined()), width: width, height: height)
    }

    /// Inflates and undoes the row filters of 8-bit RGB data.
    static func pixels(_ packed: [UInt8], width: Int, height: Int) throws -> [UInt8] {
        let length = 3 * width
        var size = uLong((length + 1) * height)
        var rows = [UInt8](repeating: 0, count: Int(size))
        let status = uncompress(&rows, &size, packed, uLong(packed.count))
        guard status == Z_OK, Int(size) == rows.count else { throw Failure.inflate(status) }
        var out = [UInt8](repeating: 0, count: length * height)
        for y in 0..<height {
            for i in 0..<length {
                let a = i >= 3 ? Int(out[y * length + i - 3]) : 0
                let b = y > 0 ? Int(out[(y - 1) * length + i]) : 0
                let c = i >= 3 && y > 0 ? Int(out[(y - 1) * length + i - 3]) : 0
                let guess: Int
                switch rows[y * (length + 1)] {
                case 0: guess = 0
                case 1: guess = a
                case 2: guess = b
                case 3: guess = (a + b) / 2
                case 4:
                    let p = a + b - c
                    let (pa, pb, pc) = (abs(p - a), abs(p - b), abs(p - c))
                    guess = pa <= pb && pa <= pc ? a : (pb <= pc ? b : c)
                case let other: throw Failure.filter(other)
                }
                out[y * length + i] = rows[y * (length + 1) + 1 + i] &+ UInt8(guess)
            }
        }
        return out
    }

    static func integer<Bytes: Collection<UInt8>>(_ bytes: Bytes) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }
}
