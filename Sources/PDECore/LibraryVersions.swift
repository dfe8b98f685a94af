import CFFTW
import COpenBLAS

/// Which versions of PDEKit and of the libraries under `PDECore` this process runs.
///
/// The texts go into every dataset's provenance: results are equal to the last bit only between equal libraries.
public enum LibraryVersions {
    /// PDEKit's own version.
    public static let pdekit = "0.1.0"

    /// FFTW's version with the instruction sets it was built for, such as "fftw-3.3.10-sse2-avx".
    public static var fftw: String { String(cString: cfftw_version()) }

    /// OpenBLAS's build configuration, such as "OpenBLAS 0.3.26 DYNAMIC_ARCH NO_AFFINITY SkylakeX MAX_THREADS=64".
    public static var openBLAS: String { text(openblas_get_config()) }

    /// The processor family whose kernels OpenBLAS runs in this process, such as "SkylakeX".
    public static var openBLASKernel: String { text(openblas_get_corename()) }

    /// The number of threads that OpenBLAS uses for one product.
    public static var openBLASThreads: Int { Int(openblas_get_num_threads()) }

    private static func text(_ pointer: UnsafeMutablePointer<CChar>?) -> String {
        guard let pointer else { return "unknown" }
        return String(cString: pointer).split(separator: " ").joined(separator: " ")
    }
}
