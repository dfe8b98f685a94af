import COpenBLAS

/// How many threads OpenBLAS uses for one product. This is a setting of the whole process.
public enum BLASThreads {
    /// Limits OpenBLAS to `count` threads.
    ///
    /// Programs that run samples on their own threads call `limit(to: 1)` once at their start, before any thread calls
    /// BLAS; OpenBLAS must not be inside a call on another thread.
    public static func limit(to count: Int) {
        precondition(count > 0, "BLASThreads.limit: count must be positive, got \(count)")
        openblas_set_num_threads(Int32(count))
    }

    /// The number of threads that OpenBLAS uses now.
    public static var count: Int { Int(openblas_get_num_threads()) }

    /// The name of the kernels that OpenBLAS chose for this processor, for example `SkylakeX`.
    public static var kernelName: String { String(cString: openblas_get_corename()) }
}
