import CHDF5

extension HDF5Object {
    /// Attaches a truth value.
    package func attach(_ value: Bool, as name: String) throws(DataError) {
        try attach(name, .boolean, nil, [Int8(value ? 1 : 0)])
    }

    /// Attaches a list of truth values.
    package func attach(_ values: [Bool], as name: String) throws(DataError) {
        try attach(name, .boolean, [values.count], values.map { Int8($0 ? 1 : 0) })
    }

    /// Attaches a whole number.
    package func attach(_ value: Int, as name: String) throws(DataError) {
        try attach(name, .integer, nil, [Int64(value)])
    }

    /// Attaches a number.
    package func attach(_ value: Double, as name: String) throws(DataError) {
        try attach(name, .double, nil, [value])
    }

    /// Attaches a list of numbers.
    package func attach(_ values: [Double], as name: String) throws(DataError) {
        try attach(name, .double, [values.count], values)
    }

    /// Attaches a text.
    package func attach(_ text: String, as name: String) throws(DataError) {
        try withCStrings([text]) { (pointers: UnsafeRawPointer) throws(DataError) in
            try attach(name, .string, nil, bytes: pointers)
        }
    }

    /// Attaches a list of texts: rank 1 even with one entry, of length zero when there is none.
    package func attach(_ texts: [String], as name: String) throws(DataError) {
        try withCStrings(texts) { (pointers: UnsafeRawPointer) throws(DataError) in
            try attach(name, .string, [texts.count], bytes: pointers)
        }
    }

    private func attach<T: BitwiseCopyable>(
        _ name: String, _ type: HDF5Type, _ extents: [Int]?, _ values: [T]
    ) throws(DataError) {
        let failure = values.withUnsafeBytes { bytes -> DataError? in
            do throws(DataError) {
                try attach(name, type, extents, bytes: bytes.baseAddress)
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
    }

    private func attach(
        _ name: String, _ type: HDF5Type, _ extents: [Int]?, bytes: UnsafeRawPointer?
    ) throws(DataError) {
        let place = attributePlace(name)
        let fileType = try type.inFile(at: place)
        let space = try HDF5Identifier.space(extents, at: place)
        let attribute = try HDF5Identifier("H5Acreate2", place, close: { H5Aclose($0) }) {
            H5Acreate2(id, name, fileType.id, space.id, CHDF5_default(), CHDF5_default())
        }
        guard let bytes, extents?.contains(0) != true else { return }
        let memoryType = try type.inMemory(at: place)
        try HDF5.call("H5Awrite", place) { H5Awrite(attribute.id, memoryType.id, bytes) }
    }

    /// The truth values of an attribute.
    package func flags(_ name: String) throws(DataError) -> [Bool] {
        try attribute(name, .boolean, of: Int8.self).map { $0 != 0 }
    }

    /// The truth value of an attribute.
    /// - Throws: `DataError.corrupt` unless it holds one value.
    package func flag(_ name: String) throws(DataError) -> Bool {
        let values = try flags(name)
        guard values.count == 1 else { throw unlike(name, "one truth value", values.count) }
        return values[0]
    }

    /// The whole number of an attribute.
    /// - Throws: `DataError.corrupt` unless it holds one value.
    package func integer(_ name: String) throws(DataError) -> Int {
        let values = try attribute(name, .integer, of: Int64.self)
        guard values.count == 1 else { throw unlike(name, "one number", values.count) }
        return Int(values[0])
    }

    /// The numbers of an attribute.
    package func numbers(_ name: String) throws(DataError) -> [Double] {
        try attribute(name, .double, of: Double.self)
    }

    /// The text of an attribute.
    /// - Throws: `DataError.corrupt` unless it holds one text.
    package func text(_ name: String) throws(DataError) -> String {
        let values = try texts(name)
        guard values.count == 1 else { throw unlike(name, "one text", values.count) }
        return values[0]
    }

    /// The texts of an attribute.
    package func texts(_ name: String) throws(DataError) -> [String] {
        let (attribute, space, type, count) = try openAttribute(name, .string)
        guard count > 0 else { return [] }
        let place = attributePlace(name)
        return try HDF5Object.takeTexts(count, type, space, place) { (buffer) throws(DataError) in
            try HDF5.call("H5Aread", place) { H5Aread(attribute.id, type.id, buffer) }
        }
    }

    /// Whether there is an attribute of that name.
    package func hasAttribute(_ name: String) throws(DataError) -> Bool {
        try HDF5.call("H5Aexists", place) { H5Aexists(id, name) } > 0
    }

    private func attribute<T: BitwiseCopyable & ExpressibleByIntegerLiteral>(
        _ name: String, _ type: HDF5Type, of: T.Type
    ) throws(DataError) -> [T] {
        let (attribute, _, _, count) = try openAttribute(name, type)
        guard count > 0 else { return [] }
        let memoryType = try type.inMemory(at: attributePlace(name))
        var values = [T](repeating: 0, count: count)
        try HDF5.call("H5Aread", attributePlace(name)) { H5Aread(attribute.id, memoryType.id, &values) }
        return values
    }

    private func attributePlace(_ name: String) -> HDF5Place {
        HDF5Place(path: place.path, object: "\(place.object)@\(name)")
    }

    /// Opens an attribute whose values can be read as `type`, and which has no more of them than its file has bytes.
    private func openAttribute(
        _ name: String, _ type: HDF5Type
    ) throws(DataError) -> (HDF5Identifier, space: HDF5Identifier, type: HDF5Identifier, count: Int) {
        let place = attributePlace(name)
        let attribute = try HDF5Identifier("H5Aopen", place, close: { H5Aclose($0) }) {
            H5Aopen(id, name, CHDF5_default())
        }
        let stored = try HDF5Identifier("H5Aget_type", place, close: { H5Tclose($0) }) { H5Aget_type(attribute.id) }
        try type.check(stored, at: place)
        let space = try HDF5Identifier("H5Aget_space", place, close: { H5Sclose($0) }) { H5Aget_space(attribute.id) }
        let count = try HDF5.call("H5Sget_simple_extent_npoints", place) { H5Sget_simple_extent_npoints(space.id) }
        guard case .file(let size) = FileSystem.kind(place.path), count <= size else {
            throw place.unsound("has \(count) values, more than its file has bytes")
        }
        return (attribute, space, stored, Int(count))
    }

    private func unlike(_ name: String, _ expected: String, _ count: Int) -> DataError {
        attributePlace(name).unsound("should be \(expected) and has \(count) value(s)")
    }

    /// Reads `count` texts by `read`, copies them and gives HDF5 its memory back.
    static func takeTexts(
        _ count: Int, _ type: HDF5Identifier, _ space: HDF5Identifier, _ place: HDF5Place,
        _ read: (UnsafeMutableRawPointer) throws(DataError) -> Void
    ) throws(DataError) -> [String] {
        let pointers = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: count)
        pointers.initialize(repeating: nil, count: count)
        defer { pointers.deallocate() }
        try read(UnsafeMutableRawPointer(pointers))
        let texts = (0..<count).map { pointers[$0].map { String(cString: $0) } ?? "" }
        try HDF5.call("H5Dvlen_reclaim", place) { H5Dvlen_reclaim(type.id, space.id, CHDF5_default(), pointers) }
        return texts
    }
}
