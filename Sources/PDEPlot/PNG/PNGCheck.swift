import CZlib

/// Whether a PNG file is as it was written: its pieces carry checksums themselves.
package enum PNGCheck {
    /// The first thing that is wrong; nil for a sound file.
    package static func problem(of file: [UInt8]) -> String? {
        guard file.starts(with: PNGWriter.signature) else { return "it is no PNG file" }
        var place = PNGWriter.signature.count
        while place < file.count {
            guard file.count - place >= 12 else { return "it is cut off" }
            let length = number(file, at: place)
            guard length <= file.count - place - 12 else { return "a piece of it is cut off" }
            let content = file[(place + 4)..<(place + 8 + length)]
            let checksum = content.withUnsafeBufferPointer { crc32_z(0, $0.baseAddress, $0.count) }
            guard number(file, at: content.endIndex) == Int(checksum) else {
                return "a piece of it has not the bytes that were written"
            }
            place = content.endIndex + 4
            if content.prefix(4).elementsEqual("IEND".utf8) {
                return place == file.count ? nil : "it goes on behind its end"
            }
        }
        return "its end is missing"
    }

    private static func number(_ file: [UInt8], at place: Int) -> Int {
        file[place..<(place + 4)].reduce(0) { $0 << 8 | Int($1) }
    }
}
