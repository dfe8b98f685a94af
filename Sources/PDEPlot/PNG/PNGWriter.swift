import CZlib

/// The bytes of a PNG file in the making (W3C, Portable Network Graphics, third edition, 2025).
struct PNGWriter {
    /// What every file begins with.
    static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    private(set) var bytes = signature

    /// Begins a file of 8-bit RGB pixels.
    init(width: Int, height: Int) {
        var header = PNGWriter.bigEndian(width) + PNGWriter.bigEndian(height)
        header += [8, 2, 0, 0, 0]
        chunk("IHDR", header)
    }

    /// Appends a chunk: length, type, content, checksum of type and content.
    mutating func chunk(_ type: StaticString, _ content: [UInt8]) {
        precondition(type.utf8CodeUnitCount == 4, "PNG chunk: expected a type of 4 letters, got \(type)")
        bytes += PNGWriter.bigEndian(content.count)
        let start = bytes.count
        for i in 0..<4 { bytes.append(type.utf8Start[i]) }
        bytes += content
        let checksum = bytes[start...].withUnsafeBufferPointer { crc32_z(0, $0.baseAddress, $0.count) }
        bytes += PNGWriter.bigEndian(Int(checksum))
    }

    /// Appends a line of metadata in UTF-8.
    mutating func note(_ keyword: String, _ text: String) {
        chunk("iTXt", Array(keyword.utf8) + [0, 0, 0, 0, 0] + Array(text.utf8))
    }

    static func bigEndian(_ value: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    static func bigEndian16(_ value: Int) -> [UInt8] {
        [UInt8(truncatingIfNeeded: value >> 8), UInt8(truncatingIfNeeded: value)]
    }

    /// The filtered rows of a raster, deflated.
    static func imageData(_ raster: Raster) -> [UInt8] {
        // Level 6 takes twice the time for a tenth of the size.
        Deflate.packed(RowFilter.filtered(raster), level: 5)
    }
}

extension Raster {
    /// The picture as a PNG file, the same bytes for the same pixels; `title` and `description` become its metadata.
    public func png(title: String? = nil, description: String? = nil) -> [UInt8] {
        var file = PNGWriter(width: width, height: height)
        if let title { file.note("Title", title) }
        if let description { file.note("Description", description) }
        file.chunk("IDAT", PNGWriter.imageData(self))
        file.chunk("IEND", [])
        return file.bytes
    }
}
