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

    /// Limits OpenBLAS to the calling thread and ends the threads that it made when it was loaded, which would spin for their
    /// first 50 ms and take a core from the program's own.
    ///
    /// For the first line of a program: nothing may be inside OpenBLAS on another thread. It makes threads again if the limit is
    /// raised later.
    public static func endOwnThreads() {
        limit(to: 1)
        openblas_end_threads()
    }

    /// The number of threads that OpenBLAS uses now.
    public static var count: Int { Int(openblas_get_num_threads()) }

    /// The name of the kernels that OpenBLAS chose for this processor, for example `SkylakeX`.
    public static var kernelName: String { String(cString: openblas_get_corename()) }
}
