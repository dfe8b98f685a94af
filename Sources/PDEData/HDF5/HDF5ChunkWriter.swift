import CHDF5

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Writes rows of a chunked Float32 dataset, with Fletcher32 checksums or without, as chunks that are ready for the file.
///
/// H5Dwrite copies every chunk three times and sums it up a word at a time; here one copy and vectors do, with the same
/// bytes in the file. Every machine that Swift runs on has the order of bytes of the file.
package final class HDF5ChunkWriter {
    private let dataset: HDF5Object
    /// The extents of one row: all but the first.
    private let row: [Int]
    /// How many entries of the row's first axis a chunk holds; all other axes are in it whole.
    private let run: Int
    private let stride: Int
    private let checksumBytes: Int
    private let buffer: UnsafeMutableRawBufferPointer

    /// - Parameters:
    ///   - chunk: As the dataset was made: one row, a run along its first axis, and all of the others.
    ///   - hasChecksums: As the dataset was made.
    package init(_ dataset: HDF5Object, row: [Int], chunk: [Int], hasChecksums: Bool = true) {
        precondition(
            chunk.count == row.count + 1 && chunk[0] == 1 && chunk.dropFirst(2).elementsEqual(row.dropFirst()),
            "HDF5ChunkWriter: chunk \(chunk) of rows \(row)")
        self.dataset = dataset
        self.row = row
        run = chunk[1]
        stride = row.dropFirst().reduce(MemoryLayout<Float>.size, *)
        checksumBytes = hasChecksums ? 4 : 0
        buffer = .allocate(byteCount: run * stride + checksumBytes, alignment: 64)
    }

    deinit { buffer.deallocate() }

    /// Makes the dataset one row longer and writes it.
    package func append(_ values: [Float], at position: Int) throws(DataError) {
        precondition(
            values.count * 4 == row[0] * stride, "HDF5ChunkWriter.append: \(values.count) values for rows \(row)")
        try dataset.resize([position + 1] + row)
        var offset = row.map { _ in hsize_t(0) }
        offset.insert(hsize_t(position), at: 0)
        for start in Swift.stride(from: 0, to: row[0], by: run) {
            let used = min(run, row[0] - start) * stride
            values.withUnsafeBytes { bytes in
                buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[(start * stride)...].prefix(used)))
            }
            let data = UnsafeMutableRawBufferPointer(rebasing: buffer.dropLast(checksumBytes))
            // A chunk at the end is stored whole.
            if used < data.count { memset(data.baseAddress! + used, 0, data.count - used) }
            if checksumBytes > 0 {
                let checksum = Fletcher32.checksum(of: UnsafeRawBufferPointer(data))
                buffer.storeBytes(of: checksum.littleEndian, toByteOffset: data.count, as: UInt32.self)
            }
            offset[1] = hsize_t(start)
            try HDF5.call("H5Dwrite_chunk", dataset.place) {
                H5Dwrite_chunk(dataset.id, CHDF5_default(), 0, offset, buffer.count, buffer.baseAddress)
            }
        }
    }
}
