import CZlib

/// The libraries that write the files, for the provenance.
public enum StorageLibraries {
    /// Name → version of every library that this target links.
    public static var versions: [String: String] {
        ["hdf5": HDF5.version, "zlib": String(cString: zlibVersion())]
    }
}
