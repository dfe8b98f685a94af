#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Writes a NumPy array file (`.npy`, version 1; NEP 1) from front to back: its shape is known, its values come piece by piece.
package final class NPYWriter {
    /// The types of numbers that are written, little-endian as every machine that Swift runs on has them.
    package enum Element: String, Sendable {
        case float32 = "<f4"
        case float64 = "<f8"

        var size: Int { self == .float32 ? 4 : 8 }
    }

    private let path: String
    private let element: Element
    private let descriptor: Int32
    /// Bytes of values that are still to come.
    private var missing: Int

    /// Makes the file; the folder has to be there.
    /// - Throws: `DataError.file`.
    package init(path: String, _ element: Element, shape: [Int]) throws(DataError) {
        self.path = path
        self.element = element
        missing = shape.reduce(element.size, *)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw FileSystem.error(path, doing: "this file cannot be made") }
        self.descriptor = descriptor
        try write(Self.header(element, shape))
    }

    deinit { close(descriptor) }

    /// Magic, version, length, and a Python dictionary that is padded with blanks to 64 bytes.
    private static func header(_ element: Element, _ shape: [Int]) -> [UInt8] {
        let extents = shape.count == 1 ? "\(shape[0])," : shape.map { "\($0)" }.joined(separator: ", ")
        var text = "{'descr': '\(element.rawValue)', 'fortran_order': False, 'shape': (\(extents)), }"
        text += String(repeating: " ", count: 63 - (10 + text.utf8.count) % 64) + "\n"
        let count = text.utf8.count
        return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(count & 0xff), UInt8(count >> 8)] + Array(text.utf8)
    }

    /// Writes values in C order.
    /// - Throws: `DataError.file`.
    package func append<T: BinaryFloatingPoint & BitwiseCopyable>(_ values: [T]) throws(DataError) {
        precondition(
            MemoryLayout<T>.size == element.size && values.count * element.size <= missing,
            "NPYWriter.append: \(values.count) values of \(T.self), \(missing) bytes of \(element) are missing")
        missing -= values.count * element.size
        try write(values)
    }

    private func write<T: BitwiseCopyable>(_ values: [T]) throws(DataError) {
        let result = values.withUnsafeBytes { bytes in
            Result { () throws(DataError) in try AtomicFile.writeAll(bytes, to: descriptor, path: path) }
        }
        _ = try result.get()
    }

    /// Flushes the file, which has all its values.
    /// - Returns: Its size.
    /// - Throws: `DataError.file`.
    @discardableResult
    package func finish() throws(DataError) -> Int {
        precondition(missing == 0, "NPYWriter.finish: \(missing) bytes are missing")
        guard fsync(descriptor) == 0 else { throw FileSystem.error(path, doing: "cannot be flushed to disk") }
        return Int(lseek(descriptor, 0, SEEK_CUR))
    }
}
