import CHDF5

/// The element types that The Well's layout uses.
package enum HDF5Type: Sendable {
    /// Float32.
    case float
    /// Float64.
    case double
    /// Signed, 64 bits.
    case integer
    /// An enum over signed 8-bit integers with members FALSE = 0 and TRUE = 1.
    case boolean
    /// Variable-length UTF-8.
    case string

    /// The type as it stands in files.
    package func inFile(at place: HDF5Place) throws(DataError) -> HDF5Identifier {
        switch self {
        case .float: try copy(CHDF5_file_float(), place)
        case .double: try copy(CHDF5_file_double(), place)
        case .integer: try copy(CHDF5_file_int64(), place)
        case .boolean: try boolean(over: CHDF5_file_int8(), place)
        case .string: try string(place)
        }
    }

    /// The type as it stands in this machine's memory.
    package func inMemory(at place: HDF5Place) throws(DataError) -> HDF5Identifier {
        switch self {
        case .float: try copy(CHDF5_native_float(), place)
        case .double: try copy(CHDF5_native_double(), place)
        case .integer: try copy(CHDF5_native_int64(), place)
        case .boolean: try boolean(over: CHDF5_native_int8(), place)
        case .string: try string(place)
        }
    }

    /// Checks that values of a type that a file has can be read as this one.
    /// - Throws: `DataError.corrupt`.
    package func check(_ found: HDF5Identifier, at place: HDF5Place) throws(DataError) {
        let (kind, size) = HDF5.exclusively { (H5Tget_class(found.id), H5Tget_size(found.id)) }
        let fits: Bool
        switch self {
        case .float, .double, .integer:
            fits =
                [H5T_FLOAT, H5T_INTEGER].contains(kind) && size <= 8
                && HDF5.exclusively { H5Tget_precision(found.id) } == 8 * size
        case .boolean: fits = kind == H5T_ENUM && size == 1
        case .string: fits = try HDF5.call("H5Tis_variable_str", place) { H5Tis_variable_str(found.id) } > 0
        }
        guard fits else { throw place.unsound("is of another type, expected \(self)") }
    }

    private func copy(_ type: hid_t, _ place: HDF5Place) throws(DataError) -> HDF5Identifier {
        try HDF5Identifier("H5Tcopy", place, close: { H5Tclose($0) }) { H5Tcopy(type) }
    }

    private func boolean(over base: hid_t, _ place: HDF5Place) throws(DataError) -> HDF5Identifier {
        let type = try HDF5Identifier("H5Tenum_create", place, close: { H5Tclose($0) }) { H5Tenum_create(base) }
        for (name, value) in [("FALSE", Int8(0)), ("TRUE", Int8(1))] {
            var value = value
            try HDF5.call("H5Tenum_insert", place) { H5Tenum_insert(type.id, name, &value) }
        }
        return type
    }

    private func string(_ place: HDF5Place) throws(DataError) -> HDF5Identifier {
        let type = try copy(CHDF5_c_string(), place)
        try HDF5.call("H5Tset_size", place) { H5Tset_size(type.id, CHDF5_variable_length()) }
        try HDF5.call("H5Tset_cset", place) { H5Tset_cset(type.id, H5T_CSET_UTF8) }
        return type
    }
}
