import CHDF5
import Synchronization

/// An HDF5 file that is built in memory.
package final class HDF5Image {
    private var root: HDF5Object?
    private let memory: HDF5Memory
    private static let count = Atomic<Int>(0)
    /// The place of the end-of-file address in a superblock of version 2 (HDF5 File Format Specification 3.0, II.A).
    private static let endAddressOffset = 28

    /// The root group.
    package var file: HDF5Object {
        guard let root else { preconditionFailure("HDF5Image.file: the file is closed") }
        return root
    }

    /// Starts an empty file.
    /// - Parameter expectedSize: The bytes that the file may take; it grows beyond them where it must.
    /// - Throws: `DataError.hdf5`, as everything here.
    package init(expectedSize: Int) throws(DataError) {
        let memory = HDF5Memory(capacity: expectedSize)
        self.memory = memory
        // HDF5 takes two open files of one name for the same file.
        let name = "shard-in-memory-\(HDF5Image.count.add(1, ordering: .relaxed).newValue)"
        let place = HDF5Place(path: name)
        let access = try HDF5Identifier.properties(CHDF5_file_access(), at: place)
        // Small steps: HDF5 clears each, and finds it in the cache when it fills it.
        try HDF5.call("H5Pset_fapl_core", place) { CHDF5_build_in(access.id, 1 << 16, memory.image) }
        root = try .create(place, access)
    }

    // The file writes to its memory until it is closed.
    deinit { root = nil }

    /// Closes the file with all that is open in it.
    ///
    /// The bytes are those that remain after closing: H5Fget_file_image (1.10.8) clears the superblock's write mark
    /// and leaves the checksum that was computed with it.
    /// - Returns: The memory that holds the file.
    package func close() throws(DataError) -> HDF5Memory {
        let place = file.place
        try HDF5.call("H5Fflush", place) { H5Fflush(file.id, H5F_SCOPE_GLOBAL) }
        root = nil
        let buffer = memory.bytes
        let header = HDF5Image.endAddressOffset + 8
        let end =
            buffer.count < header
            ? 0 : Int(UInt64(littleEndian: buffer.loadUnaligned(fromByteOffset: header - 8, as: UInt64.self)))
        guard end >= header, end <= buffer.count else {
            throw .hdf5(
                path: place.path, object: "/", operation: "H5Fclose",
                message: "the file ends at \(end) of \(buffer.count) bytes")
        }
        memory.image.pointee.size = end
        return memory
    }
}
