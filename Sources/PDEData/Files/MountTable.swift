#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// What the system says of the file systems that are mounted.
package enum MountTable {
    /// Whether locks on a file hold only among the processes of this node, although others may see the file.
    static func locksStayLocal(at path: String) -> Bool {
        guard let table = try? FileSystem.read("/proc/self/mountinfo") else { return false }
        return locksStayLocal(at: existing(path), table: String(decoding: table, as: UTF8.self))
    }

    /// The same from the text of a table; `path` is absolute and without links.
    ///
    /// A line has the mount point as its fifth word, and after a dash the file system's kind, its source and its options.
    package static func locksStayLocal(at path: String, table: String) -> Bool {
        var deepest = (length: -1, isLocal: false)
        for line in table.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard let dash = words.firstIndex(of: "-"), dash > 5, words.count > dash + 3 else { continue }
            let point = words[4] == "/" ? "" : String(words[4])
            guard path == point || path.hasPrefix(point + "/"), point.utf8.count >= deepest.length else { continue }
            let options = words[dash + 3].split(separator: ",").map(String.init)
            deepest = (point.utf8.count, isLocal(String(words[dash + 1]), Set(options)))
        }
        return deepest.isLocal
    }

    private static func isLocal(_ kind: String, _ options: Set<String>) -> Bool {
        switch kind {
        case "lustre": options.contains("localflock")
        case "nfs", "nfs4": !options.isDisjoint(with: ["nolock", "local_lock=flock", "local_lock=all"])
        case "cifs", "smb3": options.contains("nobrl")
        // Unless its configuration says otherwise, which the table does not tell.
        case "beegfs", "fuse.sshfs": true
        default: false
        }
    }

    /// The real path of the nearest folder above that exists.
    private static func existing(_ path: String) -> String {
        var place = path.hasPrefix("/") ? path : "./\(path)"
        while true {
            if let real = realpath(place, nil) {
                defer { free(real) }
                return String(cString: real)
            }
            guard let slash = place.lastIndex(of: "/"), slash > place.startIndex else { return "/" }
            place = String(place[..<slash])
        }
    }
}
