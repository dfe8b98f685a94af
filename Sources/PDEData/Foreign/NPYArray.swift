#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A NumPy array file (`.npy`, versions 1 to 3; NEP 1): real and whole numbers of either order of bytes, in C or Fortran order.
package final class NPYArray: StoredArray {
    package let path: String
    package let extents: [Int]
    package let isReversed: Bool
    package let type: String
    private let element: Element
    private let isBigEndian: Bool
    /// Where the values begin.
    private let offset: Int
    private let descriptor: Int32

    package var name: String { path }

    /// Opens a file and reads its header.
    /// - Throws: `DataError.corrupt` when it is no such file, is truncated, or holds other things than real numbers;
    ///   `DataError.file`.
    package init(path: String) throws(DataError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileSystem.error(path, doing: "this file cannot be opened") }
        do throws(DataError) {
            guard case .file(let size) = FileSystem.kind(path) else {
                throw DataError.file(path: path, problem: "this is no file", remedy: "Check the path.", code: ENOENT)
            }
            let header = try NPYHeader(path: path) { (start, count) throws(DataError) in
                try Self.bytes(of: descriptor, path, start, count)
            }
            let (values, overflows) = header.shape.reduce((1, false)) { product, extent in
                let next = product.0.multipliedReportingOverflow(by: extent)
                return (next.partialValue, product.1 || next.overflow)
            }
            let bytes = values.multipliedReportingOverflow(by: header.element.size)
            guard !overflows, !bytes.overflow, bytes.partialValue == size - header.length else {
                throw DataError.corrupt(
                    path: path,
                    problem: "it has \(size - header.length) bytes of values, and shape \(header.shape) of "
                        + "\(header.element) asks for \(overflows || bytes.overflow ? "more than can be" : "\(bytes.partialValue)")",
                    remedy: "It was cut off or is damaged: write it again.")
            }
            extents = header.isFortran ? header.shape.reversed() : header.shape
            isReversed = header.isFortran && header.shape.count > 1
            element = header.element
            isBigEndian = header.isBigEndian
            offset = header.length
            type = "\(header.element)" + (header.isBigEndian ? ", big-endian" : "")
        } catch {
            close(descriptor)
            throw error
        }
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    package func read(start: [Int], count: [Int]) throws(DataError) -> [Float] {
        guard count.allSatisfy({ $0 > 0 }) else { return [] }
        // From some axis on the block takes whole axes: those lie side by side, with the axis before them.
        var inner = extents.count
        while inner > 0, start[inner - 1] == 0, count[inner - 1] == extents[inner - 1] { inner -= 1 }
        let run = max(0, inner - 1)
        let length = count[run...].reduce(1, *)
        var strides = [Int](repeating: 1, count: extents.count)
        for axis in strides.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * extents[axis + 1] }
        var values: [Float] = []
        values.reserveCapacity(count.reduce(1, *))
        var index = Array(start.prefix(run))
        while true {
            let first =
                zip(index, strides).reduce(0) { $0 + $1.0 * $1.1 } + (extents.isEmpty ? 0 : start[run] * strides[run])
            try append(length, from: first, to: &values)
            var axis = run - 1
            while axis >= 0, index[axis] + 1 == start[axis] + count[axis] {
                index[axis] = start[axis]
                axis -= 1
            }
            guard axis >= 0 else { return values }
            index[axis] += 1
        }
    }

    package func numbers() throws(DataError) -> [Double] {
        let count = extents.reduce(1, *)
        let bytes = try Self.bytes(of: descriptor, path, offset, count * element.size)
        return bytes.withUnsafeBytes { raw in (0..<count).map { element.double(raw, at: $0, isBigEndian: isBigEndian) }
        }
    }

    private func append(_ count: Int, from first: Int, to values: inout [Float]) throws(DataError) {
        let piece = 1 << 20
        for start in stride(from: 0, to: count, by: piece) {
            let number = min(piece, count - start)
            let bytes = try Self.bytes(
                of: descriptor, path, offset + (first + start) * element.size, number * element.size)
            bytes.withUnsafeBytes { raw in
                if element == .float32 {
                    for place in 0..<number {
                        let bits = raw.loadUnaligned(fromByteOffset: 4 &* place, as: UInt32.self)
                        values.append(Float(bitPattern: isBigEndian ? bits.bigEndian : bits.littleEndian))
                    }
                } else {
                    for place in 0..<number {
                        values.append(Float(element.double(raw, at: place, isBigEndian: isBigEndian)))
                    }
                }
            }
        }
    }

    private static func bytes(
        of descriptor: Int32, _ path: String, _ start: Int, _ count: Int
    ) throws(DataError) -> [UInt8] {
        var failure: DataError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
            while done < count {
                let read = pread(descriptor, buffer.baseAddress! + done, count - done, off_t(start + done))
                if read < 0 && errno == EINTR { continue }
                if read < 0 { failure = FileSystem.error(path, doing: "cannot be read") }
                guard read > 0 else { return }
                done += read
            }
        }
        if let failure { throw failure }
        guard bytes.count == count else {
            throw .corrupt(path: path, problem: "it ends after byte \(start + bytes.count)", remedy: "Write it again.")
        }
        return bytes
    }

    /// The types of numbers that are read.
    enum Element: String, CaseIterable, CustomStringConvertible {
        case float16 = "f2", float32 = "f4", float64 = "f8", int8 = "i1", int16 = "i2", int32 = "i4", int64 = "i8"
        case uint8 = "u1", uint16 = "u2", uint32 = "u4", uint64 = "u8", bool = "b1"

        var size: Int { Int(String(rawValue.last!))! }

        var description: String {
            let kind: [Character: String] = ["f": "float", "i": "int", "u": "uint"]
            return kind[rawValue.first!].map { "\($0)\(8 * size)" } ?? "bool"
        }

        /// The value of an IEEE 754 number of 16 bits: sign, 5 bits of exponent, 10 of significand.
        private static func half(_ bits: UInt16) -> Double {
            let sign: Double = bits >> 15 == 0 ? 1 : -1
            let (exponent, significand) = (Int(bits >> 10 & 0x1f), Double(bits & 0x3ff) / 1024)
            switch exponent {
            case 0: return sign * significand * 0x1p-14
            case 0x1f: return significand == 0 ? sign * .infinity : .nan
            default: return sign * Double(sign: .plus, exponent: exponent - 15, significand: 1 + significand)
            }
        }

        func double(_ bytes: UnsafeRawBufferPointer, at place: Int, isBigEndian: Bool) -> Double {
            func load<T: FixedWidthInteger & BitwiseCopyable>(_: T.Type) -> T {
                let value = bytes.loadUnaligned(fromByteOffset: place * MemoryLayout<T>.size, as: T.self)
                return isBigEndian ? T(bigEndian: value) : T(littleEndian: value)
            }
            return switch self {
            case .float16: Self.half(load(UInt16.self))
            case .float32: Double(Float(bitPattern: load(UInt32.self)))
            case .float64: Double(bitPattern: load(UInt64.self))
            case .int8: Double(load(Int8.self))
            case .int16: Double(load(Int16.self))
            case .int32: Double(load(Int32.self))
            case .int64: Double(load(Int64.self))
            case .uint8, .bool: Double(load(UInt8.self))
            case .uint16: Double(load(UInt16.self))
            case .uint32: Double(load(UInt32.self))
            case .uint64: Double(load(UInt64.self))
            }
        }
    }
}

/// What stands before the values of a `.npy` file: `\u{93}NUMPY`, version, length, and a Python dictionary.
private struct NPYHeader {
    var element: NPYArray.Element
    var isBigEndian: Bool
    var isFortran: Bool
    var shape: [Int]
    /// The bytes before the values.
    var length: Int

    /// The longest dictionary that is read; NumPy's are shorter than 200 bytes.
    private static let longest = 1 << 16

    init(path: String, read: (_ start: Int, _ count: Int) throws(DataError) -> [UInt8]) throws(DataError) {
        func corrupt(_ problem: String, _ remedy: String = "Write it with numpy.save.") -> DataError {
            .corrupt(path: path, problem: problem, remedy: remedy)
        }
        let magic = try read(0, 10)
        guard Array(magic.prefix(6)) == [0x93] + Array("NUMPY".utf8), (1...3).contains(magic[6]) else {
            throw corrupt("this is no NumPy array file of version 1, 2 or 3")
        }
        let isShort = magic[6] == 1
        let start = isShort ? 10 : 12
        let sizes = isShort ? Array(magic[8..<10]) : try read(8, 4)
        let count = sizes.enumerated().reduce(0) { $0 + Int($1.element) << (8 * $1.offset) }
        guard count <= Self.longest else { throw corrupt("its header has \(count) bytes") }
        let text = String(decoding: try read(start, count), as: UTF8.self)
        length = start + count
        guard let descr = Self.value(of: "descr", in: text), let order = Self.value(of: "fortran_order", in: text),
            let extents = Self.value(of: "shape", in: text)
        else { throw corrupt("its header lacks descr, fortran_order or shape: \(text.prefix(80))") }
        let code = descr.filter { $0 != "'" && $0 != "\"" }
        guard let element = NPYArray.Element(rawValue: String(code.dropFirst())), "<>=|".contains(code.first ?? " ")
        else {
            throw corrupt(
                "its values are \(descr), and not real or whole numbers", "Write it with .astype(numpy.float32).")
        }
        self.element = element
        isBigEndian = code.first == ">"
        isFortran = order == "True"
        let words = extents.dropFirst().dropLast().split { ", ".contains($0) }
        shape = words.compactMap { Int($0) }
        guard extents.first == "(", shape.count == words.count, shape.allSatisfy({ $0 >= 0 }) else {
            throw corrupt("its shape is \(extents)")
        }
    }

    /// The text of a key's value in a flat Python dictionary.
    private static func value(of key: String, in text: String) -> String? {
        for quote in ["'", "\""] {
            guard let found = text.firstRange(of: "\(quote)\(key)\(quote)") else { continue }
            let rest = text[found.upperBound...].drop { " :".contains($0) }
            if rest.first == "(" { return rest.firstIndex(of: ")").map { String(rest[...$0]) } }
            return String(rest.prefix { !",}".contains($0) }).trimmed
        }
        return nil
    }
}

extension String {
    /// The text without blanks at its end.
    fileprivate var trimmed: String { String(reversed().drop { $0 == " " }.reversed()) }
}
