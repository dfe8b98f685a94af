import CHDF5

extension HDF5Object {
    /// Makes a dataset with its final extents; none make a single value.
    package func createDataset(
        _ name: String, _ type: HDF5Type, _ extents: [Int]?
    ) throws(DataError) -> HDF5Object {
        let place = place.appending(name)
        return try createDataset(place, type, try .space(extents, at: place), name: name) { _ in 0 }
    }

    /// Makes a chunked dataset whose first extent may grow.
    /// - Parameter hasChecksums: Whether each chunk has its Fletcher32 checksum.
    package func createDataset(
        _ name: String, _ type: HDF5Type, _ extents: [Int], chunk: [Int], hasChecksums: Bool = true
    ) throws(DataError) -> HDF5Object {
        let place = place.appending(name)
        let maximum = [CHDF5_unlimited()] + extents.dropFirst().map { hsize_t($0) }
        let space = try HDF5Identifier.space(extents, maximum: maximum, at: place)
        return try createDataset(place, type, space, name: name) { creation in
            let status = H5Pset_chunk(creation, Int32(chunk.count), chunk.map { hsize_t($0) })
            return status < 0 || !hasChecksums ? status : H5Pset_fletcher32(creation)
        }
    }

    private func createDataset(
        _ place: HDF5Place, _ type: HDF5Type, _ space: HDF5Identifier, name: String, _ set: (hid_t) -> herr_t
    ) throws(DataError) -> HDF5Object {
        let creation = try HDF5Identifier.properties(CHDF5_dataset_create(), at: place)
        try HDF5.call("H5Pset_obj_track_times", place) { H5Pset_obj_track_times(creation.id, false) }
        // The edges of partly filled chunks are written too: without this, with whatever was in memory.
        try HDF5.call("H5Pset_fill_time", place) { H5Pset_fill_time(creation.id, H5D_FILL_TIME_ALLOC) }
        try HDF5.call("H5Pset_chunk", place) { set(creation.id) }
        let fileType = try type.inFile(at: place)
        let dataset = try HDF5Identifier("H5Dcreate2", place, close: { H5Dclose($0) }) {
            H5Dcreate2(id, name, fileType.id, space.id, CHDF5_default(), creation.id, CHDF5_default())
        }
        return HDF5Object(identifier: dataset, place: place, isBeingMade: isBeingMade)
    }

    /// The extents of this dataset; empty for a single value.
    package func extents() throws(DataError) -> [Int] {
        let space = try openSpace()
        guard HDF5.exclusively({ H5Sget_simple_extent_type(space.id) }) != H5S_NULL else { return [0] }
        let rank = try HDF5.call("H5Sget_simple_extent_ndims", place) { H5Sget_simple_extent_ndims(space.id) }
        var extents = [hsize_t](repeating: 0, count: Int(rank))
        try HDF5.call("H5Sget_simple_extent_dims", place) { H5Sget_simple_extent_dims(space.id, &extents, nil) }
        return extents.map { Int(clamping: $0) }
    }

    /// Changes the extents of a chunked dataset.
    package func resize(_ extents: [Int]) throws(DataError) {
        try HDF5.call("H5Dset_extent", place) { H5Dset_extent(id, extents.map { hsize_t($0) }) }
    }

    /// Writes `values` to the whole dataset.
    package func write<T: BitwiseCopyable>(_ values: [T], _ type: HDF5Type) throws(DataError) {
        guard !values.isEmpty else { return }
        let memoryType = try type.inMemory(at: place)
        try HDF5.call("H5Dwrite", place) {
            H5Dwrite(id, memoryType.id, CHDF5_all(), CHDF5_all(), CHDF5_default(), values)
        }
    }

    /// Writes texts to the whole dataset.
    package func write(texts: [String]) throws(DataError) {
        guard !texts.isEmpty else { return }
        let memoryType = try HDF5Type.string.inMemory(at: place)
        try withCStrings(texts) { (pointers: UnsafeRawPointer) throws(DataError) in
            _ = try HDF5.call("H5Dwrite", place) {
                H5Dwrite(id, memoryType.id, CHDF5_all(), CHDF5_all(), CHDF5_default(), pointers)
            }
        }
    }

    /// Reads the block at `start` into `buffer`, or the whole dataset.
    package func read(
        into buffer: UnsafeMutableRawPointer, _ type: HDF5Type, block: (start: [Int], count: [Int])? = nil
    ) throws(DataError) {
        try type.check(storedType(), at: place)
        let memoryType = try type.inMemory(at: place)
        let (memory, file) = try spaces(block)
        try HDF5.call("H5Dread", place) {
            H5Dread(id, memoryType.id, memory?.id ?? CHDF5_all(), file?.id ?? CHDF5_all(), CHDF5_default(), buffer)
        }
    }

    /// Reads all numbers of the dataset.
    package func readNumbers() throws(DataError) -> [Double] {
        let count = try extents().reduce(1, *)
        guard count > 0 else { return [] }
        var values = [Double](repeating: 0, count: count)
        try read(into: &values, .double)
        return values
    }

    /// Reads all truth values of the dataset.
    package func readFlags() throws(DataError) -> [Bool] {
        let count = try extents().reduce(1, *)
        guard count > 0 else { return [] }
        var values = [Int8](repeating: 0, count: count)
        try read(into: &values, .boolean)
        return values.map { $0 != 0 }
    }

    /// Reads all texts of the dataset.
    package func readTexts() throws(DataError) -> [String] {
        let count = try extents().reduce(1, *)
        guard count > 0 else { return [] }
        let space = try openSpace()
        let type = try storedType()
        try HDF5Type.string.check(type, at: place)
        return try HDF5Object.takeTexts(count, type, space, place) { (buffer) throws(DataError) in
            try HDF5.call("H5Dread", place) {
                H5Dread(id, type.id, CHDF5_all(), CHDF5_all(), CHDF5_default(), buffer)
            }
        }
    }

    private func openSpace() throws(DataError) -> HDF5Identifier {
        try HDF5Identifier("H5Dget_space", place, close: { H5Sclose($0) }) { H5Dget_space(id) }
    }

    private func spaces(
        _ block: (start: [Int], count: [Int])?
    ) throws(DataError) -> (memory: HDF5Identifier?, file: HDF5Identifier?) {
        guard let block else { return (nil, nil) }
        let file = try openSpace()
        try HDF5.call("H5Sselect_hyperslab", place) {
            H5Sselect_hyperslab(
                file.id, H5S_SELECT_SET, block.start.map { hsize_t($0) }, nil, block.count.map { hsize_t($0) }, nil)
        }
        return (try .space(block.count, at: place), file)
    }
}
