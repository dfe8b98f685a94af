import CHDF5

/// What a file says of its datasets, asked before any room is made for them.
extension HDF5Object {
    /// The most that deflate makes of a byte (zlib's documentation); other filters make less.
    private static let mostUnpacked = 1032

    /// Checks that the values of a dataset are in this file, and as many as it says.
    func checkStorage() throws(DataError) {
        let creation = try creationProperties()
        let layout = try HDF5.call("H5Pget_layout", place) { H5Pget_layout(creation.id).rawValue }
        let external = try HDF5.call("H5Pget_external_count", place) { H5Pget_external_count(creation.id) }
        guard external == 0, [H5D_COMPACT, H5D_CONTIGUOUS, H5D_CHUNKED].contains(where: { $0.rawValue == layout })
        else {
            throw place.unsound("has its values in other files")
        }
        let filters = try filters(of: creation)
        // Those that the library brings, and h5py's; others would be looked for among its plugins.
        let isKnown = { (filter: H5Z_filter_t) in
            (H5Z_FILTER_DEFLATE...H5Z_FILTER_SCALEOFFSET).contains(filter)
                || filter == LZFFilter.id && LZFFilter.isRegistered
        }
        guard filters.allSatisfy(isKnown) else {
            throw place.unsound("has the filters \(filters), of which one is not known")
        }
        let type = try storedType()
        let extents = try extents()
        let stored = HDF5.exclusively { H5Dget_storage_size(id) }
        guard case .file(let size) = FileSystem.kind(place.path), let most = Int(exactly: stored), most <= size,
            let needed = product(of: extents + [HDF5.exclusively { H5Tget_size(type.id) }]),
            needed / (filters.isEmpty || filters == [H5Z_FILTER_FLETCHER32] ? 1 : Self.mostUnpacked) <= most
        else { throw place.unsound("has the extents \(extents), and \(stored) bytes are stored") }
    }

    /// The type of a dataset's values.
    func storedType() throws(DataError) -> HDF5Identifier {
        try HDF5Identifier("H5Dget_type", place, close: { H5Tclose($0) }) { H5Dget_type(id) }
    }

    package func creationProperties() throws(DataError) -> HDF5Identifier {
        try HDF5Identifier("H5Dget_create_plist", place, close: { H5Pclose($0) }) { H5Dget_create_plist(id) }
    }

    package func filters(of creation: HDF5Identifier) throws(DataError) -> [H5Z_filter_t] {
        var filters: [H5Z_filter_t] = []
        for number in 0..<(try HDF5.call("H5Pget_nfilters", place) { H5Pget_nfilters(creation.id) }) {
            var (flags, count) = (UInt32(0), 0)
            filters.append(
                try HDF5.call("H5Pget_filter2", place) {
                    H5Pget_filter2(creation.id, UInt32(number), &flags, &count, nil, 0, nil, nil)
                })
        }
        return filters
    }
}
