import CHDF5

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Unpacks chunks that h5py packed with its LZF filter, which the HDF5 library does not bring: PDEBench's files with a group a
/// sample have it.
///
/// The format is LibLZF's (M. Lehmann): a byte below 32 is followed by so many bytes and one more as they are; of others the
/// upper three bits are a length (7: the next byte adds to it) less two, the lower five and the byte after are how far back to
/// copy from, less one.
package enum LZFFilter {
    /// The number under which it is registered with The HDF Group.
    package static let id = H5Z_filter_t(32000)
    /// Three bytes stand for at most 264.
    private static let mostUnpacked = 88

    /// Whether HDF5 knows the filter; makes it known.
    static let isRegistered: Bool = HDF5.exclusively {
        var filter = H5Z_class2_t()
        filter.version = 1
        filter.id = id
        filter.decoder_present = 1
        // HDF5 keeps the name as long as the process runs.
        filter.name = UnsafePointer(strdup("lzf"))
        filter.filter = { flags, count, settings, size, capacity, buffer in
            LZFFilter.unpack(flags, count, settings, size, capacity, buffer)
        }
        return H5Zregister(&filter) >= 0
    }

    /// What HDF5 calls: exchanges a packed buffer for an unpacked one.
    /// - Returns: The bytes in it; 0 when they cannot be unpacked.
    private static func unpack(
        _ flags: UInt32, _ count: Int, _ settings: UnsafePointer<UInt32>?, _ size: Int,
        _ capacity: UnsafeMutablePointer<Int>?, _ buffer: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
    ) -> Int {
        // h5py stores its version, LZF's, and the bytes of a chunk.
        guard flags & UInt32(H5Z_FLAG_REVERSE) != 0, count >= 3, let settings, let capacity,
            let packed = buffer?.pointee
        else { return 0 }
        let room = Int(settings[2])
        guard room > 0, room <= mostUnpacked * size, let unpacked = H5allocate_memory(room, false) else { return 0 }
        guard
            let found = unpack(
                UnsafeRawBufferPointer(start: packed, count: size),
                into: UnsafeMutableRawBufferPointer(start: unpacked, count: room))
        else {
            H5free_memory(unpacked)
            return 0
        }
        H5free_memory(packed)
        buffer?.pointee = unpacked
        capacity.pointee = room
        return found
    }

    /// Unpacks bytes.
    /// - Returns: How many there are; nil when they are no such bytes or do not fit.
    package static func unpack(_ packed: UnsafeRawBufferPointer, into unpacked: UnsafeMutableRawBufferPointer) -> Int? {
        var (next, end) = (0, 0)
        while next < packed.count {
            let control = Int(packed[next])
            next += 1
            if control < 32 {
                guard next + control < packed.count, end + control < unpacked.count else { return nil }
                for _ in 0...control {
                    unpacked[end] = packed[next]
                    (next, end) = (next + 1, end + 1)
                }
                continue
            }
            var length = control >> 5
            if length == 7 {
                guard next < packed.count else { return nil }
                length += Int(packed[next])
                next += 1
            }
            guard next < packed.count else { return nil }
            let from = end - ((control & 31) << 8 | Int(packed[next])) - 1
            next += 1
            guard from >= 0, end + length + 2 <= unpacked.count else { return nil }
            // The source may reach into what is being written.
            for place in 0..<length + 2 { unpacked[end + place] = unpacked[from + place] }
            end += length + 2
        }
        return end
    }
}
