import Glibc
import PDECore

/// What ``Doctor`` knows about the machine and the libraries.
package struct DoctorFacts: Sendable {
    /// PDEKit's version.
    package var pdekit = "unknown"
    /// The version of Swift that the program was compiled with.
    package var swift = "unknown"
    /// The operating system and its kernel.
    package var operatingSystem = "unknown"
    /// The processor's name.
    package var processorModel = "unknown"
    /// The instruction level of the vector kernels: 4, 3 or 1.
    package var instructionLevel = 1
    /// Logical processors of the machine.
    package var coreCount = 1
    /// Logical processors that this process may use.
    package var usableCoreCount = 1
    /// How many processors others kept at work while this process waited.
    package var busyCores: Double?
    /// The machine's memory in bytes.
    package var memory: Int?
    /// Memory that this process may still take, in bytes.
    package var availableMemory: Int?
    /// The folder whose disk is looked at.
    package var folder = "."
    /// Bytes that may still be written there.
    package var availableDisk: Int?
    /// FFTW's version.
    package var fftw = "unknown"
    /// OpenBLAS's build configuration.
    package var openBLAS = "unknown"
    /// The processor family whose kernels OpenBLAS runs.
    package var openBLASKernel = "unknown"
    /// Threads that OpenBLAS uses for one product.
    package var openBLASThreads = 1
    /// Name and version of the libraries that other targets own.
    package var libraries: [String: String] = [:]

    /// Facts to be filled in.
    package init() {}

    /// The facts of this process and machine.
    ///
    /// - Parameters:
    ///   - folder: The folder whose disk is looked at.
    ///   - libraries: Name and version of the libraries that other targets own, such as HDF5.
    package static func gather(folder: String = ".", libraries: [String: String]) -> DoctorFacts {
        var facts = DoctorFacts()
        facts.pdekit = LibraryVersions.pdekit
        facts.swift = compilerVersion
        facts.operatingSystem = operatingSystemName()
        facts.processorModel = Processor.model
        facts.instructionLevel = Processor.instructionLevel
        facts.coreCount = Processor.coreCount
        facts.usableCoreCount = Processor.usableCoreCount
        facts.busyCores = busyCores()
        facts.memory = SystemFile.contents(of: "/proc/meminfo").flatMap {
            AvailableMemory.kilobytes("MemTotal", in: $0)
        }
        facts.availableMemory = AvailableMemory.bytes
        facts.folder = folder
        facts.availableDisk = availableDisk(folder)
        facts.fftw = LibraryVersions.fftw
        facts.openBLAS = LibraryVersions.openBLAS
        facts.openBLASKernel = LibraryVersions.openBLASKernel
        facts.openBLASThreads = LibraryVersions.openBLASThreads
        facts.libraries = libraries
        return facts
    }

    /// The compiler's version, which Swift tells only as an answer to questions.
    private static var compilerVersion: String {
        #if compiler(>=6.5)
            "6.5 or later"
        #elseif compiler(>=6.4)
            "6.4"
        #elseif compiler(>=6.3)
            "6.3"
        #elseif compiler(>=6.2)
            "6.2"
        #else
            "6.1"
        #endif
    }

    /// Looks twice at the times that the system counts, a moment apart in which this process does nothing.
    private static func busyCores() -> Double? {
        guard let before = SystemFile.contents(of: "/proc/stat") else { return nil }
        usleep(250_000)
        return SystemFile.contents(of: "/proc/stat").flatMap { busyCores(from: before, to: $0) }
    }

    /// The processors at work between two texts of `/proc/stat`; nil where these say nothing.
    package static func busyCores(from before: String, to after: String) -> Double? {
        func times(_ text: String) -> [Double] {
            let line = text.split(separator: "\n").first { $0.hasPrefix("cpu ") } ?? ""
            return line.split(separator: " ").dropFirst().prefix(8).compactMap { Double($0) }
        }
        let (first, last) = (times(before), times(after))
        guard first.count == 8, last.count == 8 else { return nil }
        let spent = zip(last, first).map { max(0, $0 - $1) }
        let total = spent.reduce(0, +)
        // Idle, and waiting for disks.
        let idle = spent[3] + spent[4]
        let count = after.split(separator: "\n").count { $0.hasPrefix("cpu") } - 1
        return total > 0 && count > 0 ? (total - idle) / total * Double(count) : nil
    }

    private static func operatingSystemName() -> String {
        var name = utsname()
        uname(&name)
        let kernel = text(&name.sysname) + " " + text(&name.release) + " " + text(&name.machine)
        let release = SystemFile.contents(of: "/etc/os-release") ?? ""
        for line in release.split(separator: "\n") where line.hasPrefix("PRETTY_NAME=") {
            return line.dropFirst("PRETTY_NAME=".count).filter { $0 != "\"" } + ", " + kernel
        }
        return kernel
    }

    private static func text<Bytes>(_ bytes: inout Bytes) -> String {
        withUnsafeBytes(of: &bytes) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    private static func availableDisk(_ folder: String) -> Int? {
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else { return nil }
        return Int(
            clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).partialValue)
    }
}
