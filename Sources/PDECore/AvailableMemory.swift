import Glibc

/// How much memory this process may still take before the system refuses it or ends the process.
public enum AvailableMemory {
    /// Bytes that are free, or that the system frees for who asks: the least that the machine, the control groups around the
    /// process (containers, Slurm) and its limit on addresses (`ulimit -v`) leave. Nil where none of them says.
    ///
    /// What other processes take a moment later is not in it, so a plan leaves a margin.
    public static var bytes: Int? {
        var limit = rlimit()
        let isLimited = getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 && limit.rlim_cur != rlim_t.max
        return bytes(addressLimit: isLimited ? Int(clamping: limit.rlim_cur) : nil, SystemFile.contents)
    }

    /// - Parameters:
    ///   - addressLimit: bytes of addresses that the process may use; nil where they are not limited.
    ///   - contents: the text of a system file, or nil when there is no such file.
    package static func bytes(addressLimit: Int?, _ contents: (String) -> String?) -> Int? {
        let machine = contents("/proc/meminfo").flatMap { kilobytes("MemAvailable", in: $0) }
        let used = contents("/proc/self/status").flatMap { kilobytes("VmSize", in: $0) } ?? 0
        return ([machine, addressLimit.map { max(0, $0 - used) }].compactMap(\.self) + groups(contents)).min()
    }

    /// What each control group around this process leaves, of both versions.
    private static func groups(_ contents: (String) -> String?) -> [Int] {
        var found: [Int] = []
        for line in (contents("/proc/self/cgroup") ?? "").split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            let controllers = parts[1].split(separator: ",")
            guard controllers.isEmpty || controllers.contains("memory") else { continue }
            let isFirstVersion = !controllers.isEmpty
            var names = parts[2].split(separator: "/").map(String.init)
            while true {
                let root = isFirstVersion ? "/sys/fs/cgroup/memory" : "/sys/fs/cgroup"
                let folder = ([root] + names).joined(separator: "/")
                if let left = isFirstVersion ? firstVersion(folder, contents) : secondVersion(folder, contents) {
                    found.append(left)
                }
                if names.popLast() == nil { break }
            }
        }
        return found
    }

    private static func firstVersion(_ folder: String, _ contents: (String) -> String?) -> Int? {
        left(
            limit: contents(folder + "/memory.limit_in_bytes"), used: contents(folder + "/memory.usage_in_bytes"),
            statistics: contents(folder + "/memory.stat"), reclaimable: "total_inactive_file")
    }

    private static func secondVersion(_ folder: String, _ contents: (String) -> String?) -> Int? {
        left(
            limit: contents(folder + "/memory.max"), used: contents(folder + "/memory.current"),
            statistics: contents(folder + "/memory.stat"), reclaimable: "inactive_file")
    }

    /// What a group leaves; its cache of files that nobody reads counts as free. Nil without a limit.
    private static func left(limit: String?, used: String?, statistics: String?, reclaimable: String) -> Int? {
        // Version 1 writes a number near 2⁶³ where version 2 writes "max".
        guard let limit = limit.flatMap(number), limit < 1 << 60, let used = used.flatMap(number) else { return nil }
        var cached = 0
        for line in (statistics ?? "").split(separator: "\n") {
            let fields = line.split(separator: " ")
            if fields.count == 2, fields[0] == reclaimable { cached = Int(fields[1]) ?? 0 }
        }
        return max(0, limit - used + min(cached, used))
    }

    private static func number(_ text: String) -> Int? { Int(text.prefix { $0 != "\n" }) }

    /// The bytes that a line such as "MemAvailable:   23642212 kB" tells.
    package static func kilobytes(_ key: String, in text: String) -> Int? {
        for line in text.split(separator: "\n") where line.hasPrefix(key + ":") {
            let fields = line.split { $0 == " " || $0 == "\t" }
            return fields.count > 1 ? Int(fields[1]).map { $0 * 1024 } : nil
        }
        return nil
    }
}
