import PDECore
import Testing

@Suite struct AvailableMemoryTests {
    private static let meminfo = "MemTotal:       24683652 kB\nMemFree:  100 kB\nMemAvailable:   20000000 kB\n"

    private func bytes(addressLimit: Int? = nil, _ files: [String: String]) -> Int? {
        AvailableMemory.bytes(addressLimit: addressLimit) { files[$0] }
    }

    @Test func machineCountsWhereNothingElseIsLimited() {
        #expect(bytes(["/proc/meminfo": Self.meminfo]) == 20_000_000 * 1024)
        #expect(bytes([:]) == nil)
    }

    @Test func groupOfVersionTwoCountsWithItsCacheAsFreeAndSoDoTheGroupsAroundIt() {
        var files = [
            "/proc/meminfo": Self.meminfo, "/proc/self/cgroup": "0::/slurm/job_7\n",
            "/sys/fs/cgroup/slurm/job_7/memory.max": "max\n", "/sys/fs/cgroup/slurm/job_7/memory.current": "5000\n",
            "/sys/fs/cgroup/slurm/memory.max": "4000000000\n", "/sys/fs/cgroup/slurm/memory.current": "3000000000\n",
            "/sys/fs/cgroup/slurm/memory.stat": "anon 2500000000\ninactive_file 400000000\nactive_file 7\n",
        ]
        #expect(bytes(files) == 1_400_000_000)
        files["/sys/fs/cgroup/slurm/job_7/memory.max"] = "1000000\n"
        #expect(bytes(files) == 995_000)
        // A limit that was lowered below what is used leaves nothing.
        files["/sys/fs/cgroup/slurm/job_7/memory.max"] = "10\n"
        #expect(bytes(files) == 0)
    }

    @Test func groupOfVersionOneCountsAlsoWhereOnlyTheContainersOwnIsSeen() {
        let files = [
            "/proc/meminfo": Self.meminfo, "/proc/self/cgroup": "5:cpu:/docker/a\n4:cpuset,memory:/docker/a\n0::/\n",
            "/sys/fs/cgroup/memory/memory.limit_in_bytes": "2000000000\n",
            "/sys/fs/cgroup/memory/memory.usage_in_bytes": "700000000\n",
            "/sys/fs/cgroup/memory/memory.stat": "cache 9\ntotal_inactive_file 100000000\n",
        ]
        #expect(bytes(files) == 1_400_000_000)
        let open = files.merging(["/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n"]) { $1 }
        #expect(bytes(open) == 20_000_000 * 1024)
    }

    @Test func limitOnAddressesCountsWithoutWhatIsUsed() {
        let files = ["/proc/meminfo": Self.meminfo, "/proc/self/status": "Name:\tpdegen\nVmSize:\t  300000 kB\n"]
        #expect(bytes(addressLimit: 1_000_000_000, files) == 1_000_000_000 - 300_000 * 1024)
    }

    @Test func thisMachineHasSome() throws {
        #expect(try #require(AvailableMemory.bytes) > 1_000_000)
    }
}
