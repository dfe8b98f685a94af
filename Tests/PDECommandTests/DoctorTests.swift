import PDECommand
import PDECore
import Testing

@Suite("The doctor")
struct DoctorTests {
    /// A machine with nothing to change.
    private static let healthy: DoctorFacts = {
        var facts = DoctorFacts()
        facts.pdekit = "0.1.0"
        facts.swift = "6.3"
        facts.operatingSystem = "Debian 12, Linux 6.1 x86_64"
        facts.processorModel = "Some Processor"
        facts.instructionLevel = 4
        facts.coreCount = 8
        facts.usableCoreCount = 8
        facts.memory = 32_000_000_000
        facts.availableMemory = 20_000_000_000
        facts.folder = "/data"
        facts.availableDisk = 500_000_000_000
        facts.fftw = "fftw-3.3.10"
        facts.openBLAS = "OpenBLAS 0.3.26"
        facts.openBLASKernel = "SkylakeX"
        facts.openBLASThreads = 8
        facts.libraries = ["zlib": "1.3", "HDF5": "1.14.3"]
        return facts
    }()

    private func findings(
        _ environment: [String: String] = [:], _ change: (inout DoctorFacts) -> Void = { _ in }
    ) -> [String] {
        var facts = Self.healthy
        change(&facts)
        return doctorFindings(facts, environment: environment)
    }

    @Test("a healthy machine's report")
    func healthyReport() {
        let expected = """
            PDEKit            0.1.0
            Swift             6.3
            System            Debian 12, Linux 6.1 x86_64
            Processor         Some Processor
            Vector kernels    AVX-512
            Processors        8 usable of 8
            Memory            20.0 GB available of 32.0 GB
            Disk of /data     500 GB available
            FFTW              fftw-3.3.10
            OpenBLAS          OpenBLAS 0.3.26
            OpenBLAS kernel   SkylakeX
            OpenBLAS threads  8
            HDF5              1.14.3
            zlib              1.3

            Nothing to change.

            """
        #expect(Doctor.report(Self.healthy, environment: [:]) == expected)
    }

    @Test("a forced kernel below the processor's best is found")
    func forcedKernel() {
        let environment = ["OPENBLAS_CORETYPE": "Haswell"]
        #expect(
            findings(environment) { $0.openBLASKernel = "Haswell" } == [
                """
                OPENBLAS_CORETYPE=Haswell makes OpenBLAS run its Haswell kernels on a processor with AVX-512: it costs \
                about a third of matrix product speed; unset it
                """
            ])
        #expect(findings(["OPENBLAS_CORETYPE": "SkylakeX"]) == [])
        #expect(
            findings(environment) {
                $0.openBLASKernel = "Haswell"
                $0.instructionLevel = 3
            } == [])
        #expect(findings { $0.openBLASKernel = "Zen" }.first?.contains("install a newer OpenBLAS") == true)
        #expect(findings { $0.openBLASKernel = "neoversen1" } == [])
    }

    @Test("a thread count that does not fit the processors is found")
    func threads() {
        #expect(findings(["OPENBLAS_NUM_THREADS": "2"]).first?.contains("holds big matrix products to 2 of 8") == true)
        #expect(findings(["OMP_NUM_THREADS": "16"]).first?.contains("more threads than the 8 usable") == true)
        #expect(findings(["OPENBLAS_NUM_THREADS": "8", "OMP_NUM_THREADS": "1"]) == [])
        #expect(findings(["OMP_NUM_THREADS": "8"]) == [])
    }

    @Test("limits of processors, memory and disk, and file locking switched off, are found")
    func limits() {
        #expect(findings { $0.usableCoreCount = 2 }.first?.contains("2 of 8 processors") == true)
        #expect(findings { $0.availableMemory = 500_000_000 }.first?.contains("only 500 MB of memory") == true)
        #expect(findings { $0.availableDisk = 1_000_000_000 }.first?.contains("only 1.00 GB are free") == true)
        #expect(findings(["HDF5_USE_FILE_LOCKING": "FALSE"]).first?.contains("two processes") == true)
        #expect(findings(["HDF5_USE_FILE_LOCKING": "TRUE"]) == [])
        #expect(
            findings {
                $0.availableMemory = nil
                $0.availableDisk = nil
            } == [])
    }

    @Test("others that hold the processors are counted from two looks at the system's times")
    func busy() {
        let before =
            "cpu  100 0 50 1000 10 0 0 0 0 0\ncpu0 50 0 25 500 5 0 0 0 0 0\ncpu1 50 0 25 500 5 0 0 0 0 0\nintr 5\n"
        let after =
            "cpu  130 0 60 1050 20 0 0 0 0 0\ncpu0 65 0 30 525 10 0 0 0 0 0\ncpu1 65 0 30 525 10 0 0 0 0 0\nintr 9\n"
        #expect(abs((DoctorFacts.busyCores(from: before, to: after) ?? 0) - 0.8) < 1e-12)
        #expect(DoctorFacts.busyCores(from: before, to: before) == nil)
        #expect(DoctorFacts.busyCores(from: "", to: after) == nil)
        #expect(
            findings { $0.busyCores = 1.6 }.first?.hasPrefix("other processes keep 1.6 of 8 processors at work") == true
        )
        #expect(findings { $0.busyCores = 0.1 } == [])
    }

    @Test("findings stand under the table, wrapped")
    func findingsReport() {
        var facts = Self.healthy
        facts.usableCoreCount = 2
        let report = Doctor.report(facts, environment: [:])
        let expected = """
            One thing to change:
              - this process may use 2 of 8 processors: an affinity mask, a batch system or
                a container limits it; ask there for more

            """
        #expect(report.hasSuffix("\n\n" + expected))
    }

    @Test("this machine's facts make sense")
    func gathered() {
        let facts = DoctorFacts.gather(libraries: [:])
        #expect(facts.fftw.hasPrefix("fftw-3"))
        #expect(facts.openBLAS.contains("OpenBLAS"))
        #expect(facts.openBLASKernel != "unknown")
        #expect(facts.usableCoreCount >= 1 && facts.usableCoreCount <= facts.coreCount)
        #expect([1, 3, 4].contains(facts.instructionLevel))
        #expect((facts.memory ?? 0) > 100_000_000)
        #expect((facts.availableDisk ?? -1) >= 0)
    }

    @Test("the system's descriptions of processors and limits are read")
    func processor() {
        let cpuinfo = "processor\t: 0\nvendor_id\t: X\nmodel name\t: Some Processor @ 2 GHz\nmodel name\t: Other\n"
        #expect(Processor.modelName(cpuinfo: cpuinfo) == "Some Processor @ 2 GHz")
        #expect(Processor.modelName(cpuinfo: "") == nil)
        #expect(Processor.allowedCoreCount(status: "Name:\tx\nCpus_allowed_list:\t0-3,8,10-11\n") == 7)
        #expect(Processor.allowedCoreCount(status: "Name:\tx\n") == nil)
        #expect(Processor.quota(cpuMax: "150000 100000\n") == 1.5)
        #expect(Processor.quota(cpuMax: "max 100000\n") == nil)
        #expect(Processor.quota(cpuMax: "-1\n 100000\n") == nil)
    }
}
