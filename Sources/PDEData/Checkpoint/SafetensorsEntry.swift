/// One named array of a safetensors file.
public struct SafetensorsEntry: Equatable, Sendable {
    /// The numbers, by the type that the file has for them.
    public enum Values: Equatable, Sendable {
        /// F32.
        case float([Float])
        /// F64.
        case double([Double])
        /// I64.
        case signed([Int64])
        /// U64.
        case unsigned([UInt64])
        /// U8.
        case bytes([UInt8])
    }

    /// The name, such as `block.0.weight`.
    public var name: String
    /// The extents, slowest first; none for a single number.
    public var shape: [Int]
    /// The numbers in C order.
    public var values: Values

    /// An array; there must be as many values as the shape has.
    public init(_ name: String, shape: [Int], _ values: Values) {
        precondition(
            shape.allSatisfy { $0 >= 0 } && shape.reduce(1, *) == values.count,
            "SafetensorsEntry: '\(name)' has \(values.count) values, expected shape \(shape)")
        self.name = name
        self.shape = shape
        self.values = values
    }
}

extension SafetensorsEntry.Values {
    /// How many numbers.
    public var count: Int {
        switch self {
        case .float(let values): values.count
        case .double(let values): values.count
        case .signed(let values): values.count
        case .unsigned(let values): values.count
        case .bytes(let values): values.count
        }
    }

    /// The types' names in files, with their sizes in bytes.
    static let sizes = ["F32": 4, "F64": 8, "I64": 8, "U64": 8, "U8": 1]

    /// The type's name in files.
    var typeName: String {
        switch self {
        case .float: "F32"
        case .double: "F64"
        case .signed: "I64"
        case .unsigned: "U64"
        case .bytes: "U8"
        }
    }

    /// Numbers from their bytes in a file; nil for a type that is not known here.
    init?(_ typeName: String, _ bytes: UnsafeRawBufferPointer) {
        switch typeName {
        case "F32": self = .float(Self.copy(bytes))
        case "F64": self = .double(Self.copy(bytes))
        case "I64": self = .signed(Self.copy(bytes))
        case "U64": self = .unsigned(Self.copy(bytes))
        case "U8": self = .bytes(Self.copy(bytes))
        default: return nil
        }
    }

    /// Adds the numbers' bytes, in the order of bytes of the file: little-endian, as all machines that Swift runs on.
    func append(to file: inout [UInt8]) {
        switch self {
        case .float(let values): values.withUnsafeBytes { file.append(contentsOf: $0) }
        case .double(let values): values.withUnsafeBytes { file.append(contentsOf: $0) }
        case .signed(let values): values.withUnsafeBytes { file.append(contentsOf: $0) }
        case .unsigned(let values): values.withUnsafeBytes { file.append(contentsOf: $0) }
        case .bytes(let values): file.append(contentsOf: values)
        }
    }

    private static func copy<T: BitwiseCopyable>(_ bytes: UnsafeRawBufferPointer) -> [T] {
        let count = bytes.count / MemoryLayout<T>.size
        return [T](unsafeUninitializedCapacity: count) { buffer, initialized in
            UnsafeMutableRawBufferPointer(buffer).copyMemory(from: bytes)
            initialized = count
        }
    }
}
