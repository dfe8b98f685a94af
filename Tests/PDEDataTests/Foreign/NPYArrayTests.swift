import PDEData
import Testing

/// Files of `numpy.save`.
@Suite struct NPYArrayTests {
    private func message(_ body: () throws -> Void) throws -> String {
        "\(try #require(#expect(throws: DataError.self) { try body() }))"
    }

    /// A file as NumPy writes it: magic, version, length, a dictionary padded to 64 bytes, values.
    static func bytes(
        _ descr: String, _ shape: [Int], _ values: [UInt8], version: UInt8 = 1, isFortran: Bool = false
    ) -> [UInt8] {
        let extents = shape.map { "\($0)" }.joined(separator: ", ") + (shape.count == 1 ? "," : "")
        var text = "{'descr': '\(descr)', 'fortran_order': \(isFortran ? "True" : "False"), 'shape': (\(extents)), }"
        let head = version == 1 ? 10 : 12
        while (head + text.utf8.count + 1) % 64 != 0 { text += " " }
        text += "\n"
        let length = text.utf8.count
        let sizes = (0..<(version == 1 ? 2 : 4)).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
        return [0x93] + Array("NUMPY".utf8) + [version, 0] + sizes + Array(text.utf8) + values
    }

    private static func bytes<T: FixedWidthInteger>(of patterns: [T], isBigEndian: Bool) -> [UInt8] {
        patterns.flatMap { pattern in
            withUnsafeBytes(of: isBigEndian ? pattern.bigEndian : pattern.littleEndian, Array.init)
        }
    }

    /// Whole numbers as every type that holds them.
    private static let kinds: [(String, [UInt8])] = {
        let values = [3, 1, 4, 1, 5, 9]
        let floats = values.map { Float($0).bitPattern }
        let doubles = values.map { Double($0).bitPattern }
        return [
            ("<f4", bytes(of: floats, isBigEndian: false)), (">f4", bytes(of: floats, isBigEndian: true)),
            ("<f8", bytes(of: doubles, isBigEndian: false)), (">f8", bytes(of: doubles, isBigEndian: true)),
            ("<i2", bytes(of: values.map { Int16($0) }, isBigEndian: false)),
            (">i8", bytes(of: values.map { Int64($0) }, isBigEndian: true)),
            ("<u4", bytes(of: values.map { UInt32($0) }, isBigEndian: false)), ("|u1", values.map { UInt8($0) }),
        ]
    }()

    @Test(arguments: [1, 2, 3] as [UInt8])
    func valuesOfAllTypesAndVersionsAreRead(_ version: UInt8) throws {
        let root = try TemporaryFolder()
        for (descr, values) in Self.kinds {
            try AtomicFile.write(Self.bytes(descr, [2, 3], values, version: version), to: root.file("a.npy"))
            let array = try NPYArray(path: root.file("a.npy"))
            #expect(array.extents == [2, 3] && !array.isReversed)
            #expect(try array.read(start: [0, 0], count: [2, 3]) == [3, 1, 4, 1, 5, 9], "\(descr)")
            #expect(try array.read(start: [1, 0], count: [1, 2]) == [1, 5])
            #expect(try array.read(start: [0, 2], count: [2, 1]) == [4, 9])
            #expect(try array.numbers() == [3, 1, 4, 1, 5, 9])
        }
    }

    /// Halves by their bits (IEEE 754-2019, 3.6): one, −2, the largest, the smallest normal and subnormal, a third, −0, infinities.
    @Test func halvesAreRead() throws {
        let root = try TemporaryFolder()
        let bits: [UInt16] = [0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0x3555, 0x8000, 0x7c00, 0xfc00]
        let expected: [Float] = [1, -2, 65504, 0x1p-14, 0x1p-24, 0.333251953125, 0, .infinity, -.infinity]
        for isBigEndian in [false, true] {
            let raw = Self.bytes(of: bits + [0x7e00], isBigEndian: isBigEndian)
            try AtomicFile.write(Self.bytes(isBigEndian ? ">f2" : "<f2", [10], raw), to: root.file("a.npy"))
            let found = try NPYArray(path: root.file("a.npy")).read(start: [0], count: [10])
            #expect(Array(found[..<9]) == expected && found[6].sign == .minus && found[9].isNaN)
        }
    }

    /// What is written is what NumPy writes, and is read back bit for bit.
    @Test func arraysAreWritten() throws {
        let root = try TemporaryFolder()
        let values: [Float] = [1.5, -0, .leastNonzeroMagnitude, 3e38, .pi, 7]
        for shape in [[6], [2, 3], [3, 1, 2]] {
            let file = try NPYWriter(path: root.file("a.npy"), .float32, shape: shape)
            try file.append(Array(values[..<2]))
            try file.append(Array(values[2...]))
            let raw = Self.bytes(of: values.map(\.bitPattern), isBigEndian: false)
            let extents = shape.count == 1 ? "(6,)" : "(\(shape.map { "\($0)" }.joined(separator: ", ")))"
            let bytes = try FileSystem.read(root.file("a.npy"))
            #expect(try file.finish() == bytes.count)
            #expect(bytes.count == 128 + 24 && Array(bytes.suffix(24)) == raw && bytes[127] == UInt8(ascii: "\n"))
            #expect(String(decoding: bytes, as: UTF8.self).contains("'fortran_order': False, 'shape': \(extents), }"))
            let array = try NPYArray(path: root.file("a.npy"))
            #expect(array.extents == shape && array.type == "float32")
        }
        let numbers = try NPYWriter(path: root.file("b.npy"), .float64, shape: [2])
        try numbers.append([0.1, .pi])
        try numbers.finish()
        #expect(try NPYArray(path: root.file("b.npy")).numbers() == [0.1, .pi])
    }

    /// Every block of an array of four axes against what it should be.
    @Test func blocksAreThoseOfTheWhole() throws {
        let root = try TemporaryFolder()
        let shape = [3, 4, 2, 5]
        let values = (0..<120).map { Float($0) }
        let raw = Self.bytes(of: values.map(\.bitPattern), isBigEndian: false)
        try AtomicFile.write(Self.bytes("<f4", shape, raw), to: root.file("a.npy"))
        let array = try NPYArray(path: root.file("a.npy"))
        for (start, count) in [
            ([0, 0, 0, 0], [3, 4, 2, 5]), ([1, 0, 0, 0], [1, 4, 2, 5]), ([0, 1, 0, 0], [3, 2, 2, 5]),
            ([2, 3, 1, 4], [1, 1, 1, 1]), ([0, 0, 0, 3], [3, 4, 2, 1]), ([1, 1, 0, 1], [2, 3, 2, 3]),
        ] {
            var expected: [Float] = []
            for a in start[0]..<start[0] + count[0] {
                for b in start[1]..<start[1] + count[1] {
                    for c in start[2]..<start[2] + count[2] {
                        for d in start[3]..<start[3] + count[3] {
                            expected.append(Float(((a * 4 + b) * 2 + c) * 5 + d))
                        }
                    }
                }
            }
            #expect(try array.read(start: start, count: count) == expected, "\(start) \(count)")
        }
    }

    @Test func fortranOrderHasItsAxesReversed() throws {
        let root = try TemporaryFolder()
        let raw = Self.bytes(of: (0..<6).map { Float($0).bitPattern }, isBigEndian: false)
        try AtomicFile.write(Self.bytes("<f4", [2, 3], raw, isFortran: true), to: root.file("a.npy"))
        let array = try NPYArray(path: root.file("a.npy"))
        #expect(array.extents == [3, 2] && array.shape == [2, 3] && array.isReversed)
    }

    @Test func whatIsNoArrayOfNumbersIsRefused() throws {
        let root = try TemporaryFolder()
        func refusal(_ bytes: [UInt8]) throws -> String {
            try AtomicFile.write(bytes, to: root.file("a.npy"))
            return try message { _ = try NPYArray(path: root.file("a.npy")) }
        }
        let sound = Self.bytes("<f4", [2], [0, 0, 0, 0, 0, 0, 0, 0])
        #expect(try refusal(Array(sound.dropLast())).contains("7 bytes of values, and shape [2] of float32 asks for 8"))
        #expect(try refusal(Array(sound.prefix(30))).contains("it ends after byte"))
        #expect(try refusal(Array("text, text, text, text".utf8)).contains("no NumPy array file of version 1, 2 or 3"))
        #expect(try refusal(Self.bytes("<c8", [1], Array(repeating: 0, count: 8))).contains("its values are '<c8'"))
        #expect(try refusal(Self.bytes("|O", [1], [0])).contains("and not real or whole numbers"))
        #expect(
            try refusal(Self.bytes("<f8", [1 << 40, 1 << 40], [])).contains("asks for more than can be"))
        #expect(try refusal(Self.bytes("<f4", [-1], [])).contains("its shape is (-1,)"))
    }
}
