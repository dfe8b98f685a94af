import PDEData
import Testing

@Suite struct SafetensorsTests {
    private let entries = [
        SafetensorsEntry("z.bytes", shape: [3], .bytes([1, 2, 255])),
        SafetensorsEntry("a.weight", shape: [2, 3], .float([1, -2.5, .pi, 0, -0.0, 1e-38])),
        SafetensorsEntry("step", shape: [], .signed([-7])),
        SafetensorsEntry("key", shape: [1], .unsigned([.max])),
        SafetensorsEntry("empty", shape: [0, 4], .double([])),
        SafetensorsEntry("b \"λ\"", shape: [2], .double([1 / 3, -1e300])),
    ]

    @Test func whatIsWrittenIsReadBack() throws {
        let folder = try TemporaryFolder()
        let file = SafetensorsFile(entries, metadata: ["format": "pt", "text": "a \"quoted\"\nline, λ"])
        try file.write(to: folder.file("weights"))
        #expect(try SafetensorsFile(path: folder.file("weights")) == file)
        #expect(file["a.weight"] == entries[1] && file["nothing"] == nil)
        #expect(file.entries.map(\.name) == ["a.weight", "b \"λ\"", "empty", "key", "step", "z.bytes"])
        #expect(SafetensorsFile(entries.reversed(), metadata: file.metadata).bytes() == file.bytes())
        let nothing = SafetensorsFile([])
        #expect(
            nothing.bytes() == [40, 0, 0, 0, 0, 0, 0, 0] + Array("{\"__metadata__\":{\"checksum\":\"e9abd746\"}}".utf8))
        #expect(try SafetensorsFile(bytes: nothing.bytes(), path: "x") == nothing)
    }

    @Test func bytesAreThoseOfTheFormat() {
        let file = SafetensorsFile(
            [
                SafetensorsEntry("w", shape: [2, 1], .float([1, -2])), SafetensorsEntry("n", shape: [], .unsigned([3])),
            ], metadata: ["a": "b"])
        let header =
            #"{"__metadata__":{"checksum":"e76de3ac","a":"b"},"n":{"dtype":"U64","shape":[],"data_offsets":[0,8]},"#
            + #""w":{"dtype":"F32","shape":[2,1],"data_offsets":[8,16]}}"#
        let padded = header + String(repeating: " ", count: 160 - header.utf8.count)
        #expect(padded.utf8.count % 8 == 0 && padded.utf8.count - header.utf8.count < 8)
        #expect(
            file.bytes() == [160, 0, 0, 0, 0, 0, 0, 0] + Array(padded.utf8) + [3, 0, 0, 0, 0, 0, 0, 0]
                + [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0])
    }

    private func refusal(_ bytes: [UInt8]) -> String {
        do throws(DataError) {
            _ = try SafetensorsFile(bytes: bytes, path: "w")
            return "none"
        } catch {
            guard case .corrupt(_, let problem, _) = error else { return "\(error)" }
            let start = "this is no sound safetensors file: "
            return problem.hasPrefix(start) ? String(problem.dropFirst(start.count)) : problem
        }
    }

    private func file(_ header: String, data: Int = 0) -> [UInt8] {
        withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) } + Array(header.utf8)
            + Array(repeating: 7, count: data)
    }

    private func array(_ type: String, _ shape: String, _ offsets: String) -> String {
        "{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}"
    }

    @Test func everyTruncationIsRefused() {
        let whole = SafetensorsFile(entries, metadata: ["a": "b"]).bytes()
        #expect(refusal(whole) == "none")
        for count in whole.indices { #expect(refusal(Array(whole[..<count])) != "none", "\(count) bytes") }
        #expect(refusal(whole + [0]).contains("its bytes have the checksum"))
    }

    /// Every bit of header, spaces and numbers is under the checksum. What flips in its own name takes it away, and no more.
    @Test func everyFlippedBitIsRefusedOrLeavesAFileWithoutChecksum() {
        let file = SafetensorsFile(entries, metadata: ["a": "b"])
        let whole = file.bytes()
        var unsealed = 0
        for position in whole.indices {
            for bit in 0..<8 {
                var bytes = whole
                bytes[position] ^= 1 << UInt8(bit)
                guard let read = try? SafetensorsFile(bytes: bytes, path: "w") else { continue }
                unsealed += 1
                #expect(!read.hasChecksum && read.entries == file.entries, "bit \(bit) of byte \(position)")
            }
        }
        #expect(unsealed > 0 && unsealed <= 8 * 8)
    }

    /// The CRC-32 of the bytes with zeros for its digits, as `crc32` of Python's zlib gives it.
    @Test func checksumIsOfAllBytesWithZerosInItsPlace() throws {
        var bytes = SafetensorsFile(entries, metadata: ["a": "b"]).bytes()
        let place = 8 + #"{"__metadata__":{"checksum":""#.utf8.count
        let digits = String(decoding: bytes[place..<place + 8], as: UTF8.self)
        bytes.replaceSubrange(place..<place + 8, with: Array("00000000".utf8))
        #expect(UInt32(digits, radix: 16) == Checksum(of: bytes).value)
        #expect(refusal(bytes).hasSuffix("and it says 00000000"))
    }

    @Test func filesOfOthersAreReadWithoutChecksum() throws {
        let foreign = file(
            #"{"__metadata__":{"format":"pt"},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, data: 4)
        #expect(try !SafetensorsFile(bytes: foreign, path: "w").hasChecksum)
        // Written anew by a program that sorts texts in its own way, the checksum is not that of the file.
        let shuffled = file(#"{"__metadata__":{"format":"pt","checksum":"12345678"}}"#)
        #expect(refusal(shuffled) == "its checksum is not the first of its texts: another program has written it anew")
    }

    @Test func lengthsThatLieAreRefused() {
        #expect(refusal([]) == "it has 0 bytes, its header's length alone takes 8")
        #expect(refusal([9, 0, 0, 0, 0, 0, 0, 0, 123]) == "its header should have 9 bytes, and 1 are there")
        #expect(
            refusal(Array(repeating: 255, count: 64))
                == "its header should have 18446744073709551615 bytes; at most 100000000 are possible")
        #expect(refusal(file(" {}")) == "its header does not begin with {")
        #expect(refusal(file("")) == "its header does not begin with {")
        #expect(refusal(file("{") + [0]).hasPrefix("its header is not JSON"))
        #expect(refusal([4, 0, 0, 0, 0, 0, 0, 0] + [123, 34, 0xff, 125]) == "its header is not UTF-8")
        #expect(refusal(file(String(repeating: "{\"a\":", count: 5000))).hasPrefix("its header is not JSON"))
    }

    @Test func placesThatOverlapOrLeaveGapsAreRefused() {
        let first = "\"a\":" + array("F32", "[2]", "[0,8]")
        func pair(_ offsets: String) -> [UInt8] {
            file("{\(first),\"b\":" + array("U8", "[4]", offsets) + "}", data: 12)
        }
        #expect(refusal(pair("[8,12]")) == "none")
        #expect(refusal(pair("[4,8]")) == "the bytes of 'b' begin at 4, those before end at 8")
        #expect(refusal(pair("[0,4]")) == "the bytes of 'a' begin at 0, those before end at 4")
        #expect(refusal(pair("[9,13]")) == "the bytes of 'b' begin at 9, those before end at 8")
        #expect(refusal(pair("[8,13]")) == "'b' has 5 bytes, expected 4 for shape [4] of U8")
        #expect(refusal(pair("[12,8]")) == "'b' has data_offsets [12, 8], expected a beginning and an end")
        #expect(refusal(file("{\(first)}", data: 9)) == "its arrays take 8 bytes, and 9 are there")
        #expect(refusal(file("{\(first)}", data: 7)) == "its arrays take 8 bytes, and 7 are there")
        #expect(refusal(file("{\(first),\(first)}", data: 8)).hasPrefix("its header is not JSON with different names"))
    }

    @Test func arraysThatAreNotWellDescribedAreRefused() {
        func one(_ array: String) -> String { refusal(file("{\"a\":\(array)}", data: 8)) }
        #expect(one(array("F32", "[2]", "[0,8]")) == "none")
        #expect(one(array("BF16", "[4]", "[0,8]")) == "'a' has the dtype BF16; F32, F64, I64, U64, U8 can be read")
        #expect(one("{\"shape\":[2],\"data_offsets\":[0,8]}") == "'a' has no dtype")
        #expect(one("{\"dtype\":\"F32\",\"data_offsets\":[0,8]}") == "'a' has no shape")
        #expect(one("{\"dtype\":\"F32\",\"shape\":[2]}") == "'a' has no data_offsets")
        #expect(one("{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"x\":1}") == "'a' has an unknown 'x'")
        #expect(one("[]") == "'a' is no object")
        #expect(one(array("F32", "[-2]", "[0,8]")) == "'a' has a shape with -2, expected whole numbers")
        #expect(one(array("F32", "[2.0]", "[0,8]")) == "'a' has a shape with 2.0, expected whole numbers")
        #expect(one(array("F32", "[1e30]", "[0,8]")) == "'a' has a shape with 1e30, expected whole numbers")
        #expect(one(array("F32", "[3]", "[0,8]")) == "'a' has 8 bytes, expected 12 for shape [3] of F32")
        #expect(one(array("F32", "[2]", "[0,8,8]")).hasPrefix("'a' has data_offsets [0, 8, 8]"))
        #expect(
            one(array("F64", "[4611686018427387904,4]", "[0,8]"))
                == "'a' has shape [4611686018427387904, 4], more than can be addressed")
        #expect(refusal(file("{\"__metadata__\":{\"a\":1}}")) == "'__metadata__' has 'a', which is no text")
        #expect(refusal(file("{\"__metadata__\":[]}")) == "'__metadata__' is no object")
    }
}
