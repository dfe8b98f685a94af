import PDEConfig

/// The header of a safetensors file, checked against everything that the format asks for.
struct SafetensorsHeader {
    /// What the header says of an array.
    struct Array {
        var name: String
        var type: String
        var shape: [Int]
        /// Where its bytes are, counted from the end of the header.
        var bytes: Range<Int>
    }

    /// The arrays in the order of their bytes.
    private(set) var arrays: [Array] = []
    private(set) var metadata: [String: String] = [:]
    /// Where in the file the header ends.
    let end: Int

    /// - Throws: `DataError.corrupt` with the first thing that is wrong.
    init(_ file: [UInt8], path: String) throws(DataError) {
        func corrupt(_ problem: String) -> DataError {
            .corrupt(
                path: path, problem: "this is no sound safetensors file: \(problem)",
                remedy: "Copy it again from where it came from, or take an older checkpoint. "
                    + "Whoever changes a file leaves '\(SafetensorsSeal.name)' out of its metadata.")
        }
        let isSealed = SafetensorsSeal.isThere(in: file)
        if isSealed, let problem = SafetensorsSeal.problem(of: file) { throw corrupt(problem) }
        guard file.count >= 8 else { throw corrupt("it has \(file.count) bytes, its header's length alone takes 8") }
        let length = file.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
        guard length <= SafetensorsFile.longestHeader else {
            throw corrupt(
                "its header should have \(length) bytes; at most \(SafetensorsFile.longestHeader) are possible")
        }
        guard Int(length) <= file.count - 8 else {
            throw corrupt("its header should have \(length) bytes, and \(file.count - 8) are there")
        }
        end = 8 + Int(length)
        guard file[8..<end].first == UInt8(ascii: "{") else { throw corrupt("its header does not begin with {") }
        guard let text = String(validating: file[8..<end], as: UTF8.self) else {
            throw corrupt("its header is not UTF-8")
        }
        let json: JSON
        do throws(ConfigurationError) { json = try JSON.parse(text, file: path) } catch {
            throw corrupt("its header is not JSON with different names: \(error)")
        }
        for member in json.members ?? [] {
            do throws(Problem) {
                if member.name == SafetensorsFile.metadataName {
                    metadata = try Self.texts(member.value)
                } else {
                    arrays.append(try Self.array(member.name, member.value))
                }
            } catch {
                throw corrupt("'\(member.name)' \(error.text)")
            }
        }
        guard isSealed == (metadata[SafetensorsSeal.name] != nil) else {
            throw corrupt("its checksum is not the first of its texts: another program has written it anew")
        }
        arrays.sort { ($0.bytes.lowerBound, $0.bytes.upperBound) < ($1.bytes.lowerBound, $1.bytes.upperBound) }
        var next = 0
        for array in arrays {
            guard array.bytes.lowerBound == next else {
                throw corrupt(
                    "the bytes of '\(array.name)' begin at \(array.bytes.lowerBound), those before end at \(next)")
            }
            next = array.bytes.upperBound
        }
        guard next == file.count - end else {
            throw corrupt("its arrays take \(next) bytes, and \(file.count - end) are there")
        }
    }

    private struct Problem: Error {
        var text: String
    }

    private static func texts(_ json: JSON) throws(Problem) -> [String: String] {
        guard let members = json.members else { throw Problem(text: "is no object") }
        var texts: [String: String] = [:]
        for member in members {
            guard let text = member.value.string else { throw Problem(text: "has '\(member.name)', which is no text") }
            texts[member.name] = text
        }
        return texts
    }

    private static func array(_ name: String, _ json: JSON) throws(Problem) -> Array {
        guard let members = json.members else { throw Problem(text: "is no object") }
        for member in members where !["dtype", "shape", "data_offsets"].contains(member.name) {
            throw Problem(text: "has an unknown '\(member.name)'")
        }
        guard let type = json["dtype"]?.string else { throw Problem(text: "has no dtype") }
        guard let size = SafetensorsEntry.Values.sizes[type] else {
            let known = SafetensorsEntry.Values.sizes.keys.sorted().joined(separator: ", ")
            throw Problem(text: "has the dtype \(type); \(known) can be read")
        }
        let shape = try wholeNumbers(json["shape"], "shape")
        let offsets = try wholeNumbers(json["data_offsets"], "data_offsets")
        guard offsets.count == 2, offsets[0] <= offsets[1] else {
            throw Problem(text: "has data_offsets \(offsets), expected a beginning and an end")
        }
        var bytes = size
        for extent in shape {
            let (product, overflowed) = bytes.multipliedReportingOverflow(by: extent)
            guard !overflowed else { throw Problem(text: "has shape \(shape), more than can be addressed") }
            bytes = product
        }
        guard offsets[1] - offsets[0] == bytes else {
            throw Problem(
                text: "has \(offsets[1] - offsets[0]) bytes, expected \(bytes) for shape \(shape) of \(type)")
        }
        return Array(name: name, type: type, shape: shape, bytes: offsets[0]..<offsets[1])
    }

    /// Numbers from 0 that are written without a point or an exponent.
    private static func wholeNumbers(_ json: JSON?, _ name: String) throws(Problem) -> [Int] {
        guard let elements = json?.array else { throw Problem(text: "has no \(name)") }
        var numbers: [Int] = []
        for element in elements {
            guard let text = element.number?.text, let number = Int(text), number >= 0 else {
                throw Problem(text: "has a \(name) with \(element.serialized(pretty: false)), expected whole numbers")
            }
            numbers.append(number)
        }
        return numbers
    }
}
