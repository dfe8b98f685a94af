import PDECore

/// Tensors in main memory, computed on the threads of one team, each with single-threaded BLAS.
///
/// Work is cut into pieces that do not depend on the number of threads, so that results do not either. Programs limit
/// OpenBLAS to one thread (`BLASThreads.limit(to: 1)`) before they make one.
public final class CPUBackend: Backend {
    /// Where the memory of tensors comes from.
    public let pool = MemoryPool()
    let team: ThreadTeam
    let bases = FourierBases()

    /// Threads in use.
    public var threads: Int { team.count }

    /// A backend with `threads` threads, the caller's among them.
    public init(threads: Int = Processor.usableCoreCount) {
        team = ThreadTeam(threads: threads)
    }

    /// Values of an elementwise operation in one piece: half a second-level cache of single precision.
    static var chunk: Int { 1 << 15 }

    /// Runs `body` over pieces of 0..<`count`; short work stays on the calling thread.
    func split(_ count: Int, chunk: Int = CPUBackend.chunk, _ body: (Range<Int>) -> Void) {
        if count <= chunk { return body(0..<count) }
        team.chunks(of: count, chunk: chunk) { range, _ in body(range) }
    }

    /// Runs `body` for each of `count` items that take about `cost` operations each, on one thread if all are soon done.
    func forEach(_ count: Int, cost: Int, _ body: (Int, Int) -> Void) {
        if count * cost < 20_000 {
            for item in 0..<count { body(item, 0) }
        } else {
            team.forEach(0..<count) { item, worker in body(item, worker) }
        }
    }
}
