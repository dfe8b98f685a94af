import CHDF5

extension HDF5Object {
    /// Where the chunks of this dataset are in the file.
    /// - Parameter chunk: The expected extents of a chunk.
    /// - Returns: The address of every chunk, in the order of the dataset; nil unless all are stored as Float32 with a
    ///   Fletcher32 checksum after each and without any other filter.
    /// - Throws: `DataError.hdf5`.
    package func checkedChunks(of chunk: [Int]) throws(DataError) -> [UInt64]? {
        guard try isStoredAsCheckedFloats(in: chunk) else { return nil }
        let grid = zip(try extents(), chunk).map { $0 / $1 + ($0 % $1 > 0 ? 1 : 0) }
        let size = chunk.reduce(MemoryLayout<Float>.size, *) + 4
        var addresses = [UInt64](repeating: 0, count: grid.reduce(1, *))
        var offset = [hsize_t](repeating: 0, count: chunk.count)
        for number in addresses.indices {
            var rest = number
            for axis in grid.indices.reversed() {
                offset[axis] = hsize_t(rest % grid[axis] * chunk[axis])
                rest /= grid[axis]
            }
            var (mask, address, bytes) = (UInt32(0), haddr_t(0), hsize_t(0))
            try HDF5.call("H5Dget_chunk_info_by_coord", place) {
                H5Dget_chunk_info_by_coord(id, offset, &mask, &address, &bytes)
            }
            // A chunk that was never written has the largest number for its address.
            guard mask == 0, bytes == size, address != haddr_t.max else { return nil }
            addresses[number] = UInt64(address)
        }
        return addresses
    }

    private func isStoredAsCheckedFloats(in chunk: [Int]) throws(DataError) -> Bool {
        let type = try storedType()
        let float = try HDF5Type.float.inFile(at: place)
        guard try HDF5.call("H5Tequal", place, { H5Tequal(type.id, float.id) }) > 0 else { return false }
        let creation = try creationProperties()
        guard try HDF5.call("H5Pget_layout", place, { H5Pget_layout(creation.id).rawValue }) == H5D_CHUNKED.rawValue,
            try filters(of: creation) == [H5Z_FILTER_FLETCHER32]
        else { return false }
        var extents = [hsize_t](repeating: 0, count: chunk.count)
        let rank = try HDF5.call("H5Pget_chunk", place) { H5Pget_chunk(creation.id, Int32(chunk.count), &extents) }
        return Int(rank) == chunk.count && extents.map { Int($0) } == chunk
    }

    /// The bytes before the HDF5 file in its file; addresses count from there.
    package func userBlock() throws(DataError) -> Int {
        let creation = try HDF5Identifier("H5Fget_create_plist", place, close: { H5Pclose($0) }) {
            H5Fget_create_plist(id)
        }
        var size = hsize_t(0)
        try HDF5.call("H5Pget_userblock", place) { H5Pget_userblock(creation.id, &size) }
        return Int(size)
    }
}
