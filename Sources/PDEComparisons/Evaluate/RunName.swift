/// What a run is called in tables beside others.
package struct RunName: Equatable {
    /// Its name.
    package let text: String
    /// The name that it shares with runs of other seeds, if it is one of several.
    package let group: String?

    /// Names of runs by their folders: as many of the last parts as tell them apart, two at least where runs differ in seeds.
    package static func names(of folders: [String]) -> [RunName] {
        let paths = folders.map { $0.split(separator: "/").map(String.init) }
        func isSeed(_ path: [String]) -> Bool { path.last?.hasPrefix("seed-") ?? false }
        let least = paths.contains(where: isSeed) ? 2 : 1
        let most = paths.map(\.count).max() ?? least
        let depth =
            (least...max(least, most)).first { depth in
                Set(paths.map { $0.suffix(depth).joined(separator: "/") }).count == paths.count
            } ?? most
        return paths.map { path in
            RunName(
                text: path.suffix(depth).joined(separator: " "),
                group: isSeed(path) ? path.dropLast().suffix(depth - 1).joined(separator: " ") : nil)
        }
    }
}
