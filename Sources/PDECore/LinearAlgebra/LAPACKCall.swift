import COpenBLAS

extension MatrixOrientation {
    var cblas: CBLAS_TRANSPOSE { self == .plain ? CblasNoTrans : CblasTrans }
}

extension MatrixTriangle {
    var cblas: CBLAS_UPLO { self == .lower ? CblasLower : CblasUpper }
}

/// LAPACK's one-letter options.
enum LAPACKOption {
    static let upper = CChar(UInt8(ascii: "U"))
    static let vectors = CChar(UInt8(ascii: "V"))
    static let transposed = CChar(UInt8(ascii: "T"))
    static let economy = CChar(UInt8(ascii: "S"))
}

/// OpenBLAS answers a wrong stride with a message and no result, so it is caught here.
@inline(__always)
func requireStride(_ stride: Int, columns: Int, _ argument: StaticString, _ routine: StaticString) {
    precondition(
        stride >= max(1, columns),
        "\(routine): \(argument) must be at least \(max(1, columns)), got \(stride)")
}

/// LAPACK's `info`: a negative one names a wrong argument, which is a mistake in this module or of the caller.
func checkedInfo(_ info: blasint, _ routine: StaticString) -> Int {
    precondition(info >= 0, "\(routine): argument \(-info) of the LAPACK routine is invalid")
    return Int(info)
}

/// Asks a LAPACK routine for the workspace that it wants, allocates it, and calls the routine with it.
///
/// - Parameter routine: Called twice with a workspace and its length and an integer workspace and its length: with
///   lengths −1 it stores the lengths that it wants in the first elements.
/// - Parameter integers: The length of the integer workspace when the routine does not say.
func withLAPACKWorkspace<Scalar: LinearAlgebraScalar>(
    of _: Scalar.Type, integers: Int = 1,
    _ routine: (UnsafeMutablePointer<Scalar>, blasint, UnsafeMutablePointer<blasint>, blasint) -> blasint
) -> blasint {
    var wanted = Scalar.zero
    var wantedIntegers = blasint(integers)
    let info = routine(&wanted, -1, &wantedIntegers, -1)
    guard info == 0 else { return info }
    // In single precision a length above 2²⁴ may have been rounded down.
    let length = max(1, Int(wanted.nextUp.rounded(.up)))
    let integerLength = max(1, integers, Int(wantedIntegers))
    let work = UnsafeMutablePointer<Scalar>.allocate(capacity: length)
    let integerWork = UnsafeMutablePointer<blasint>.allocate(capacity: integerLength)
    defer {
        work.deallocate()
        integerWork.deallocate()
    }
    return routine(work, blasint(length), integerWork, blasint(integerLength))
}
