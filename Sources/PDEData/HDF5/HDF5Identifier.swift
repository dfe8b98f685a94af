import CHDF5

/// An HDF5 identifier and the duty to close it.
package final class HDF5Identifier: Sendable {
    /// The library's number for the object.
    package let id: hid_t
    private let close: @Sendable (hid_t) -> herr_t

    /// Takes what `open` returns.
    /// - Throws: `DataError.hdf5` when it returns a negative number.
    package init(
        _ operation: String, _ place: HDF5Place, close: @escaping @Sendable (hid_t) -> herr_t, open: () -> hid_t
    ) throws(DataError) {
        id = try HDF5.call(operation, place, open)
        self.close = close
    }

    deinit {
        HDF5.exclusively {
            CHDF5_silence()
            _ = close(id)
        }
    }

    /// A simple dataspace; no extents make a single value, `maximum` one that can grow.
    package static func space(
        _ extents: [Int]?, maximum: [hsize_t]? = nil, at place: HDF5Place
    ) throws(DataError) -> HDF5Identifier {
        try HDF5Identifier("H5Screate", place, close: { H5Sclose($0) }) {
            guard let extents else { return H5Screate(H5S_SCALAR) }
            return H5Screate_simple(Int32(extents.count), extents.map { hsize_t($0) }, maximum)
        }
    }

    /// A property list of a class.
    package static func properties(
        _ kind: @autoclosure () -> hid_t, at place: HDF5Place
    ) throws(DataError) -> HDF5Identifier {
        // To ask for the kind begins the library, which has to happen inside the call.
        try HDF5Identifier("H5Pcreate", place, close: { H5Pclose($0) }) { H5Pcreate(kind()) }
    }
}
