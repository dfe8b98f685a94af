import CHDF5

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A file, group or dataset: an open identifier and where it is.
package struct HDF5Object: Sendable {
    package let identifier: HDF5Identifier
    package let place: HDF5Place
    /// Whether its file is being made, so that what it says of itself is known.
    let isBeingMade: Bool

    package var id: hid_t { identifier.id }

    /// Opens a file for reading.
    package static func open(path: String) throws(DataError) -> HDF5Object {
        let place = HDF5Place(path: path)
        // HDF5 would wait for a pipe.
        switch FileSystem.kind(path) {
        case .file: break
        case nil: throw FileSystem.error(path, doing: "cannot be opened", code: ENOENT)
        default: throw FileSystem.noFile(path)
        }
        let access = try HDF5Identifier.properties(CHDF5_file_access(), at: place)
        // Nobody writes into a file that is in place, and not every file system has locks.
        try HDF5.call("H5Pset_file_locking", place) { H5Pset_file_locking(access.id, false, true) }
        let file = try HDF5Identifier("H5Fopen", place, close: { H5Fclose($0) }) {
            H5Fopen(path, CHDF5_read_only(), access.id)
        }
        return HDF5Object(identifier: file, place: place, isBeingMade: false)
    }

    /// Makes a file on disk; one that is there is overwritten.
    static func create(path: String) throws(DataError) -> HDF5Object {
        let place = HDF5Place(path: path)
        return try create(place, try HDF5Identifier.properties(CHDF5_file_access(), at: place))
    }

    /// Makes a file by the driver of `access`.
    static func create(_ place: HDF5Place, _ access: HDF5Identifier) throws(DataError) -> HDF5Object {
        // The format of HDF5 1.8: checksums on metadata, long lists in attributes, and readable by everything in use.
        try HDF5.call("H5Pset_libver_bounds", place) {
            H5Pset_libver_bounds(access.id, H5F_LIBVER_V18, H5F_LIBVER_V18)
        }
        try HDF5.call("H5Pset_fclose_degree", place) { H5Pset_fclose_degree(access.id, H5F_CLOSE_STRONG) }
        let creation = try HDF5Identifier.properties(CHDF5_file_create(), at: place)
        try HDF5.call("H5Pset_obj_track_times", place) { H5Pset_obj_track_times(creation.id, false) }
        let file = try HDF5Identifier("H5Fcreate", place, close: { H5Fclose($0) }) {
            H5Fcreate(place.path, CHDF5_truncate(), creation.id, access.id)
        }
        return HDF5Object(identifier: file, place: place, isBeingMade: true)
    }

    /// Makes a group. No times are stored: they would make equal content differ in its bytes.
    package func createGroup(_ name: String) throws(DataError) -> HDF5Object {
        let place = place.appending(name)
        let creation = try HDF5Identifier.properties(CHDF5_group_create(), at: place)
        try HDF5.call("H5Pset_obj_track_times", place) { H5Pset_obj_track_times(creation.id, false) }
        let group = try HDF5Identifier("H5Gcreate2", place, close: { H5Gclose($0) }) {
            H5Gcreate2(id, name, CHDF5_default(), creation.id, CHDF5_default())
        }
        return HDF5Object(identifier: group, place: place, isBeingMade: isBeingMade)
    }

    /// What a name in a group can stand for.
    package enum Kind: Sendable { case group, dataset }

    /// Opens a group or dataset that is in this group itself.
    /// - Throws: `DataError.hdf5` when there is none, `DataError.corrupt` when the name leads elsewhere or to something else,
    ///   or when the values of a dataset are not all in the file.
    package func open(_ name: String, as kind: Kind) throws(DataError) -> HDF5Object {
        let place = place.appending(name)
        guard !name.isEmpty, !name.utf8.contains(where: { $0 == 0 || $0 == UInt8(ascii: "/") }) else {
            throw place.unsound("is no name of a member")
        }
        guard try HDF5.call("H5Lget_info", place, { CHDF5_is_hard_link(id, name) }) > 0 else {
            throw place.unsound("is a link to something elsewhere")
        }
        let object = try HDF5Identifier("H5Oopen", place, close: { H5Oclose($0) }) {
            H5Oopen(id, name, CHDF5_default())
        }
        let found = HDF5.exclusively { H5Iget_type(object.id) }
        guard found == (kind == .group ? H5I_GROUP : H5I_DATASET) else { throw place.unsound("is no \(kind)") }
        let opened = HDF5Object(identifier: object, place: place, isBeingMade: isBeingMade)
        if kind == .dataset, !isBeingMade { try opened.checkStorage() }
        return opened
    }

    /// Whether this group has a member of that name.
    package func contains(_ name: String) throws(DataError) -> Bool {
        try HDF5.call("H5Lexists", place) { H5Lexists(id, name, CHDF5_default()) } > 0
    }

    /// The names of this group's members in alphabetical order.
    /// - Parameter most: The most members that such a group has.
    /// - Throws: `DataError.corrupt` when it has more, `DataError.hdf5`.
    package func members(atMost most: Int = 256) throws(DataError) -> [String] {
        var info = H5G_info_t()
        try HDF5.call("H5Gget_info", place) { H5Gget_info(id, &info) }
        guard info.nlinks <= most else {
            throw place.unsound("has \(info.nlinks) members, expected at most \(most)")
        }
        let names = NameList()
        try HDF5.call("H5Literate", place) {
            CHDF5_visit_links(id, { NameList.add($0, to: $1) }, Unmanaged.passUnretained(names).toOpaque())
        }
        return names.names
    }
}

/// Names that HDF5 tells one after the other.
final class NameList {
    private(set) var names: [String] = []

    /// Adds a name to the list behind a pointer; negative when there is none.
    static func add(_ name: UnsafePointer<CChar>?, to context: UnsafeMutableRawPointer?) -> Int32 {
        guard let name, let context else { return -1 }
        Unmanaged<NameList>.fromOpaque(context).takeUnretainedValue().names.append(String(cString: name))
        return 0
    }
}

/// Calls `body` with an array of C strings, as HDF5 takes and gives texts of variable length.
package func withCStrings<R, E: Error>(
    _ texts: [String], _ body: (UnsafeRawPointer) throws(E) -> R
) throws(E) -> R {
    let bytes = texts.map { Array($0.utf8CString) }
    let all = UnsafeMutablePointer<CChar>.allocate(capacity: max(bytes.reduce(0) { $0 + $1.count }, 1))
    let pointers = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: max(texts.count, 1))
    defer {
        all.deallocate()
        pointers.deallocate()
    }
    var next = all
    for (position, text) in bytes.enumerated() {
        next.initialize(from: text, count: text.count)
        pointers[position] = next
        next += text.count
    }
    return try body(UnsafeRawPointer(pointers))
}
