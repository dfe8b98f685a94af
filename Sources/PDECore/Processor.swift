import CKernels
import Glibc

/// The processor this process runs on and how much of it the process may use.
public enum Processor {
    /// The processor's name as the system gives it, such as "AMD EPYC 7B13"; "unknown" if the system gives none.
    public static let model: String = modelName(cpuinfo: SystemFile.contents(of: "/proc/cpuinfo") ?? "") ?? "unknown"

    /// The x86-64 instruction level that vector kernels run at: 4 (AVX-512), 3 (AVX2 and FMA) or 1 (baseline).
    public static let instructionLevel = Int(ckernels_instruction_level())

    /// Logical processors of the machine.
    public static let coreCount = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))

    /// Logical processors that this process may use: the affinity mask (`taskset`, Slurm) and the control group's
    /// quota (containers) both count. At least 1, at most ``coreCount``.
    public static let usableCoreCount: Int = {
        let status = SystemFile.contents(of: "/proc/self/status") ?? ""
        let allowed = allowedCoreCount(status: status) ?? coreCount
        let quota = cgroupQuota().map { Int($0.rounded(.down)) } ?? coreCount
        return max(1, min(coreCount, allowed, quota))
    }()

    /// The first "model name" in the text of `/proc/cpuinfo`.
    package static func modelName(cpuinfo: String) -> String? {
        value(of: "model name", in: cpuinfo).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// How many processors `Cpus_allowed_list` names in the text of `/proc/self/status`, such as "0-3,8".
    package static func allowedCoreCount(status: String) -> Int? {
        guard let list = value(of: "Cpus_allowed_list", in: status) else { return nil }
        var count = 0
        for range in list.split(separator: ",") {
            let ends = range.split(separator: "-").map { Int($0) }
            guard let first = ends.first, let first, let last = ends.last, let last, last >= first else { return nil }
            count += last - first + 1
        }
        return count > 0 ? count : nil
    }

    /// The number of processors that the text of a `cpu.max` file ("200000 100000") allows; nil for "max".
    package static func quota(cpuMax: String) -> Double? {
        let fields = cpuMax.split { $0 == " " || $0 == "\n" }
        guard fields.count == 2, let time = Double(fields[0]), let period = Double(fields[1]), period > 0, time > 0
        else {
            return nil
        }
        return time / period
    }

    /// The smallest quota of the process's control group and of the groups around it.
    private static func cgroupQuota() -> Double? {
        var quotas: [Double] = []
        let groups = SystemFile.contents(of: "/proc/self/cgroup") ?? ""
        if let group = groups.split(separator: "\n").first(where: { $0.hasPrefix("0::") })?.dropFirst(3) {
            var names = group.split(separator: "/").map(String.init)
            while true {
                let folder = (["/sys/fs/cgroup"] + names).joined(separator: "/")
                if let limit = SystemFile.contents(of: folder + "/cpu.max").flatMap(quota(cpuMax:)) {
                    quotas.append(limit)
                }
                if names.popLast() == nil { break }
            }
        }
        // Version 1 of control groups keeps time and period in two files; a time of -1 means no limit.
        if let time = SystemFile.contents(of: "/sys/fs/cgroup/cpu/cpu.cfs_quota_us"),
            let period = SystemFile.contents(of: "/sys/fs/cgroup/cpu/cpu.cfs_period_us"),
            let limit = quota(cpuMax: time + " " + period)
        {
            quotas.append(limit)
        }
        return quotas.min()
    }

    /// The text after `key` and a colon in the first line that starts with `key`.
    private static func value(of key: String, in text: String) -> String? {
        for line in text.split(separator: "\n") where line.hasPrefix(key) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            return String(value)
        }
        return nil
    }
}
