import Glibc
import PDECore

/// Starts the program again with kernels that fit the processor, where OpenBLAS does not know it.
///
/// OpenBLAS picks its kernels when it is loaded, from a table of processors. For one that is newer than the table it takes those of
/// 2004, with which networks train at a quarter of the speed; only its variable OPENBLAS_CORETYPE, read at that moment, helps.
/// Whoever has set the variable has chosen.
func restartWithFittingKernels() {
    guard getenv("OPENBLAS_CORETYPE") == nil, Processor.instructionLevel >= 3,
        let level = instructionLevel(ofKernel: BLASThreads.kernelName), level < 3,
        let program = realpath("/proc/self/exe", nil)
    else { return }
    setenv("OPENBLAS_CORETYPE", Processor.instructionLevel >= 4 ? "SkylakeX" : "Haswell", 1)
    // Signals that come between wait for the program that catches them again.
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    sigaddset(&signals, SIGTERM)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    execv(program, CommandLine.unsafeArgv)
    // It goes on with what there is.
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    unsetenv("OPENBLAS_CORETYPE")
    free(program)
}
