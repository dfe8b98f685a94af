import CZlib

/// The libraries that write the files, for the provenance.
public enum LibraryVersions {
    /// Name → version of every library that this target links.
    public static var all: [String: String] {
        ["hdf5": HDF5.version, "zlib": String(cString: zlibVersion())]
    }
}
