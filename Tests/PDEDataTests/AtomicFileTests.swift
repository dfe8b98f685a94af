import Foundation
import PDEData
import Testing

@Suite struct AtomicFileTests {
    @Test func aFileIsWholeAndNothingElseIsLeft() throws {
        let root = try TemporaryFolder()
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let checksum = try AtomicFile.write(bytes, to: root.file("a.bin"))
        #expect(checksum == Checksum(of: bytes).value)
        #expect(try root.bytes("a.bin") == bytes)
        try AtomicFile.write("short", to: root.file("a.bin"))
        #expect(try root.text("a.bin") == "short")
        #expect(try root.names() == ["a.bin"])
    }

    @Test func theChecksumIsZlibs() {
        #expect(Checksum(of: Array("123456789".utf8)).value == 0xcbf4_3926)
    }

    @Test func aMissingFolderIsNamed() throws {
        let root = try TemporaryFolder()
        let path = root.file("none/a.bin")
        let error = #expect(throws: DataError.self) { try AtomicFile.write([1, 2, 3], to: path) }
        #expect(error == .vanished(path: root.file("none")))
    }

    @Test func aFullDiskSaysHowMuchWasNeeded() throws {
        let device = try #require(FileHandle(forWritingAtPath: "/dev/full"))
        let error = #expect(throws: DataError.self) {
            try [UInt8](repeating: 7, count: 5000).withUnsafeBytes { bytes in
                _ = try AtomicFile.writeAll(bytes, to: device.fileDescriptor, path: "shard")
            }
        }
        guard case .file("shard", let problem, let remedy, let code) = error else { throw Unexpected() }
        #expect(problem == "cannot be written (5000 bytes needed, 0 bytes went in): No space left on device")
        #expect(remedy.hasPrefix("Free space on that disk"))
        #expect(code == 28)
    }

    @Test func aFailedWriteLeavesTheOldFileAndNoTemporaryOne() throws {
        let root = try TemporaryFolder()
        // Renaming a file over a folder that is not empty fails after everything was written.
        try FileManager.default.createDirectory(atPath: root.file("target/inside"), withIntermediateDirectories: true)
        #expect(throws: DataError.self) { try AtomicFile.write("text", to: root.file("target")) }
        #expect(try root.names() == ["target"])
    }

    struct Unexpected: Error {}
}
