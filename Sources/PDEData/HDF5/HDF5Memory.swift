import CHDF5

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// The bytes of an HDF5 file in memory, and the duty to free them.
///
/// Unchecked: only the file that is being built in it writes to it, and `HDF5Image` gives it away after closing that.
package final class HDF5Memory: @unchecked Sendable {
    let image = UnsafeMutablePointer<CHDF5_image>.allocate(capacity: 1)

    /// Room for a file of `capacity` bytes; touched only where the file grows into it.
    init(capacity: Int) {
        image.initialize(to: CHDF5_image(bytes: malloc(capacity), size: 0, capacity: capacity))
        // Without memory now, the first resize asks again and HDF5 reports what comes of it.
        if image.pointee.bytes == nil { image.pointee.capacity = 0 }
    }

    deinit {
        free(image.pointee.bytes)
        image.deallocate()
    }

    /// The bytes; valid while this object is.
    package var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: image.pointee.bytes, count: image.pointee.size)
    }
}
