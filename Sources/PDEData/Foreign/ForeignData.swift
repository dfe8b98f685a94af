#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// What a path that is no dataset of ours holds.
package enum ForeignData: Sendable {
    /// Samples in a layout that says what is what.
    case samples(any SampleSource)
    /// Arrays whose axes only their writer knows.
    case arrays([any StoredArray])

    /// Looks at a folder or file: The Well's layout, PDEBench's, arrays in HDF5 or NumPy's files.
    /// - Throws: `DataError.file` (ENOENT) when nothing is there, `DataError.corrupt` when it holds nothing that can be read or
    ///   its layout is broken, `DataError.hdf5`.
    package static func open(_ path: String) throws(DataError) -> ForeignData {
        switch FileSystem.kind(path) {
        case .folder: return .samples(try folder(path))
        case .file: break
        case .other: throw FileSystem.noFile(path)
        case nil: throw .file(path: path, problem: "no such file or folder", remedy: "Correct the path.", code: ENOENT)
        }
        if path.hasSuffix(".npy") { return .arrays([try NPYArray(path: path)]) }
        let root = try root(of: path)
        if try isWell(root) {
            return .samples(WellSource(try WellFolder.catalogue(of: [(nil, path)], at: path)))
        }
        if let source = try PDEBenchFile.source(in: root) { return .samples(source) }
        let arrays = try arrays(in: root, depth: 4)
        guard !arrays.isEmpty else {
            throw .corrupt(path: path, problem: "it holds no array of numbers", remedy: "Name a file that holds some.")
        }
        return .arrays(arrays)
    }

    /// What an HDF5 file begins with (HDF5 File Format Specification 3.0, II.A).
    private static let hdf5Signature = [0x89] + Array("HDF\r\n\u{1a}\n".utf8)

    /// Whether a path holds a file, or a folder with files of arrays that no manifest names: something to look at.
    package static func exists(at path: String) -> Bool {
        let folder = DatasetFolder(path: path, name: "")
        switch FileSystem.kind(path) {
        case .file: return true
        case .folder:
            return !FileSystem.exists(folder.manifestPath) && !FileSystem.exists(folder.workFolder)
                && (!WellFolder.files(in: folder).isEmpty || !((try? files(in: path)) ?? []).isEmpty)
        default: return false
        }
    }

    private static func isWell(_ root: HDF5Object) throws(DataError) -> Bool {
        guard try root.contains("t0_fields") else { return false }
        return try root.contains("dimensions")
    }

    /// Whether something can be looked at: a file of arrays by its name, or a folder of such.
    package static func holdsArrays(_ path: String) -> Bool {
        if case .file = FileSystem.kind(path) { return isArrays(path.split(separator: "/").last ?? "") }
        return exists(at: path)
    }

    private static func isArrays(_ name: some StringProtocol) -> Bool {
        !name.hasPrefix(".") && [".hdf5", ".h5", ".npy", ".mat"].contains { name.hasSuffix($0) }
    }

    private static func files(in folder: String) throws(DataError) -> [String] {
        try FileSystem.list(folder).filter { isArrays($0) }
    }

    private static func folder(_ path: String) throws(DataError) -> WellSource {
        if Catalogue.exists(at: path) { return WellSource(try Catalogue(of: path)) }
        let files = try files(in: path)
        guard !files.isEmpty else { throw Catalogue.missing(DatasetFolder(path: path, name: "")) }
        for file in files {
            if let root = try? HDF5Object.open(path: "\(path)/\(file)"), (try? isWell(root)) == true { continue }
            let shown = files.prefix(8).joined(separator: ", ") + (files.count > 8 ? ", …" : "")
            let split = Split.allCases.first { file.hasPrefix("\($0.rawValue).") }
            let pattern = split.map { "{split}\(file.dropFirst($0.rawValue.count))" }
            throw .corrupt(
                path: path,
                problem: "this folder is no dataset, and its files are not all in The Well's layout: \(shown)",
                remedy:
                    "`pdegen inspect \(path)/\(file)` shows one; `pdegen import '\(path)/\(pattern ?? file)'` makes a "
                    + "dataset.")
        }
        return WellSource(try WellFolder.catalogue(of: files.map { (nil, "\(path)/\($0)") }, at: path))
    }

    /// An HDF5 file.
    private static func root(of path: String) throws(DataError) -> HDF5Object {
        do throws(DataError) { return try HDF5Object.open(path: path) } catch {
            if case .hdf5(_, _, _, let message) = error, try FileSystem.begins(path, with: hdf5Signature) {
                throw .corrupt(
                    path: path, problem: "this HDF5 file cannot be opened: \(message)",
                    remedy: "It was cut off or is damaged: copy it again from where it came.")
            }
            guard case .hdf5 = error else { throw error }
            throw .corrupt(
                path: path, problem: "this is neither HDF5 nor a NumPy array (.npy)",
                remedy: "MATLAB files need -v7.3; archives (.npz) and others are to be saved as .npy or .hdf5.")
        }
    }

    /// An array of an HDF5 file, by its path in it.
    /// - Throws: `DataError.corrupt` with the names that there are where it holds none of this name.
    package static func array(_ name: String, in file: String) throws(DataError) -> HDF5Array {
        let root = try root(of: file)
        if let found = try? HDF5Array(root.dataset(at: name)) { return found }
        let known = try arrays(in: root, depth: 4).sorted { $0.extents.reduce(1, *) > $1.extents.reduce(1, *) }
        throw .corrupt(
            path: file, problem: "it has no array of numbers '\(name)'",
            remedy: known.isEmpty
                ? "It holds no array of numbers at all: name another file."
                : "It has \(known.prefix(12).map { "'\($0.place)'" }.joined(separator: ", "))\(known.count > 12 ? ", …" : ""): name one of them."
        )
    }

    private static func arrays(in group: HDF5Object, depth: Int) throws(DataError) -> [HDF5Array] {
        var found: [HDF5Array] = []
        for name in try group.members() {
            switch try group.kind(of: name) {
            case .group where depth > 0: found += try arrays(in: group.open(name, as: .group), depth: depth - 1)
            case .dataset:
                let dataset = try group.open(name, as: .dataset)
                if try dataset.numberType() != nil { found.append(try HDF5Array(dataset)) }
            default: continue
            }
        }
        return found
    }
}
