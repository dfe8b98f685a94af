import CHDF5
import Synchronization

/// An HDF5 file that is built in memory.
package struct HDF5Image {
    /// The root group.
    package let file: HDF5Object
    private static let count = Atomic<Int>(0)

    /// Starts an empty file.
    /// - Throws: `DataError.hdf5`, as everything here.
    package init() throws(DataError) {
        // HDF5 takes two open files of one name for the same file.
        let name = "shard-in-memory-\(HDF5Image.count.add(1, ordering: .relaxed).newValue)"
        let place = HDF5Place(path: name)
        let access = try HDF5Identifier.properties(CHDF5_file_access(), at: place)
        try HDF5.call("H5Pset_fapl_core", place) { H5Pset_fapl_core(access.id, 4 << 20, false) }
        // The format of HDF5 1.8: checksums on metadata, long lists in attributes, and readable by everything in use.
        try HDF5.call("H5Pset_libver_bounds", place) {
            H5Pset_libver_bounds(access.id, H5F_LIBVER_V18, H5F_LIBVER_V18)
        }
        let creation = try HDF5Identifier.properties(CHDF5_file_create(), at: place)
        try HDF5.call("H5Pset_obj_track_times", place) { H5Pset_obj_track_times(creation.id, false) }
        let file = try HDF5Identifier("H5Fcreate", place, close: { H5Fclose($0) }) {
            H5Fcreate(name, CHDF5_truncate(), creation.id, access.id)
        }
        self.file = HDF5Object(identifier: file, place: place)
    }

    /// The bytes of the file as it stands.
    package func bytes() throws(DataError) -> [UInt8] {
        let place = file.place
        try HDF5.call("H5Fflush", place) { H5Fflush(file.id, H5F_SCOPE_GLOBAL) }
        let size = try HDF5.call("H5Fget_file_image", place) { H5Fget_file_image(file.id, nil, 0) }
        var failure: DataError?
        let bytes = [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, count in
            do throws(DataError) {
                count = Int(
                    try HDF5.call("H5Fget_file_image", place) {
                        H5Fget_file_image(file.id, buffer.baseAddress, buffer.count)
                    })
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }
}
