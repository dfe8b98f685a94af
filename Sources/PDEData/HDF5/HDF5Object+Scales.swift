import CHDF5

/// Dimension scales as the HDF5 Dimension Scale Specification has them. Written here and not by the library's own functions,
/// which are in a library of their own and leave bytes of memory in files.
extension HDF5Object {
    /// The reference that a file keeps to this object.
    func reference() throws(DataError) -> UInt64 {
        var reference = hobj_ref_t(0)
        try HDF5.call("H5Rcreate", place) { CHDF5_reference(id, &reference) }
        return UInt64(reference)
    }

    /// Makes this dataset a dimension scale.
    func becomeScale(_ name: String) throws(DataError) {
        try attach(fixed: "DIMENSION_SCALE", as: "CLASS")
        try attach(fixed: name, as: "NAME")
    }

    /// Tells of each dimension of this dataset which scale is its.
    func attachScales(_ references: [UInt64]) throws(DataError) {
        let place = place.appending("DIMENSION_LIST")
        let type = try HDF5Identifier("H5Tvlen_create", place, close: { H5Tclose($0) }) {
            H5Tvlen_create(CHDF5_file_reference())
        }
        var references = references.map { hobj_ref_t($0) }
        let count = references.count
        let failure = references.withUnsafeMutableBufferPointer { buffer -> DataError? in
            let lists = (0..<count).map { hvl_t(len: 1, p: buffer.baseAddress! + $0) }
            do throws(DataError) {
                try attach("DIMENSION_LIST", type, [count], lists)
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
    }

    /// Tells of this scale whose dimensions it is.
    func attachUsers(_ users: [(dataset: UInt64, axis: Int)]) throws(DataError) {
        let place = place.appending("REFERENCE_LIST")
        // A reference of eight bytes, a number of four, and four that are zero.
        let type = try HDF5Identifier("H5Tcreate", place, close: { H5Tclose($0) }) { H5Tcreate(H5T_COMPOUND, 16) }
        try HDF5.call("H5Tinsert", place) { H5Tinsert(type.id, "dataset", 0, CHDF5_file_reference()) }
        try HDF5.call("H5Tinsert", place) { H5Tinsert(type.id, "dimension", 8, CHDF5_file_int32()) }
        let entries = users.flatMap { [$0.dataset.littleEndian, UInt64($0.axis).littleEndian] }
        try attach("REFERENCE_LIST", type, [users.count], entries)
    }

    private func attach(fixed text: String, as name: String) throws(DataError) {
        let place = place.appending(name)
        let bytes = Array(text.utf8CString)
        let type = try HDF5Identifier("H5Tcopy", place, close: { H5Tclose($0) }) { H5Tcopy(CHDF5_c_string()) }
        try HDF5.call("H5Tset_size", place) { H5Tset_size(type.id, bytes.count) }
        try attach(name, type, nil, bytes)
    }

    private func attach<T: BitwiseCopyable>(
        _ name: String, _ type: HDF5Identifier, _ extents: [Int]?, _ values: [T]
    ) throws(DataError) {
        let place = place.appending(name)
        let space = try HDF5Identifier.space(extents, at: place)
        let attribute = try HDF5Identifier("H5Acreate2", place, close: { H5Aclose($0) }) {
            H5Acreate2(id, name, type.id, space.id, CHDF5_default(), CHDF5_default())
        }
        try HDF5.call("H5Awrite", place) { H5Awrite(attribute.id, type.id, values) }
    }
}
