import Foundation
import PDEData
import Testing

@Suite struct FileLockTests {
    /// A file system that knows no locks, in the words of several.
    private static let refusals: [Int32] = [ENOLCK, ENOSYS, EOPNOTSUPP]

    private static func refusing(_ code: Int32) -> FileLock.Locking {
        { _, _ in
            errno = code
            return -1
        }
    }

    private static func link(_ path: String, to holder: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: holder)
    }

    @Test func aLockNamesItsHolder() throws {
        let root = try TemporaryFolder()
        let path = root.file("a/b.lock")
        #expect(try FileLock.holder(of: path) == nil)
        var lock = try FileLock.take(path, waits: false)
        #expect(lock != nil)
        #expect(try FileLock.take(path, waits: false) == nil)
        #expect(try FileLock.holder(of: path) == "\(LockHolder.this)")
        #expect("\(LockHolder.this)".hasPrefix("process \(getpid()) on "))
        lock = nil
        #expect(try FileLock.holder(of: path) == nil)
    }

    @Test(arguments: refusals)
    func whereNothingLocksAFileIsCreated(_ code: Int32) throws {
        let root = try TemporaryFolder()
        let path = root.file("a/b.lock")
        let locking = Self.refusing(code)
        var lock = try FileLock.take(path, waits: false, locking: locking)
        #expect(try lock != nil && root.names(in: "a") == ["b.lock", "b.lock.held"])
        #expect(try FileLock.take(path, waits: false, locking: locking) == nil)
        #expect(try FileLock.holder(of: path, locking: locking) == "\(LockHolder.this)")
        lock = nil
        #expect(try root.names(in: "a") == ["b.lock"])
        #expect(try FileLock.take(path, waits: true, locking: locking) != nil)
    }

    /// The name of a process of this host that has ended, and of one that has the number of a living one and began at another time.
    private func endedHolders() throws -> [String] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/true")
        try process.run()
        process.waitUntilExit()
        let root = try TemporaryFolder()
        let path = root.file("own.lock")
        let lock = try FileLock.take(path, waits: false)
        let own = try withExtendedLifetime(lock) { try root.text("own.lock") }.split(separator: " ").map(String.init)
        #expect(own.count == 4)
        return [
            [own[0], own[1], "\(process.processIdentifier)", own[3]], [own[0], own[1], own[2], "1"],
        ].map { $0.joined(separator: " ") }
    }

    @Test func whatAnEndedProcessLeftIsTakenOver() throws {
        for holder in try endedHolders() {
            let root = try TemporaryFolder()
            try Self.link(root.file("b.lock.held"), to: holder)
            let lock = try FileLock.take(root.file("b.lock"), waits: false, locking: Self.refusing(ENOLCK))
            #expect(lock != nil)
            let target = try FileManager.default.destinationOfSymbolicLink(atPath: root.file("b.lock.held"))
            #expect(target.split(separator: " ")[2] == "\(getpid())")
            #expect(try root.names().sorted() == ["b.lock", "b.lock.held"])
        }
    }

    /// Of many that find a lock of an ended process, one has it.
    @Test func oneOfManyTakesOver() async throws {
        let holder = try endedHolders()[0]
        for _ in 0..<20 {
            let root = try TemporaryFolder()
            let path = root.file("b.lock")
            try Self.link(path + ".held", to: holder)
            let locks = try await withThrowingTaskGroup(of: FileLock?.self) { group in
                for _ in 0..<8 {
                    group.addTask { try FileLock.take(path, waits: false, locking: Self.refusing(ENOLCK)) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(locks.count { $0 != nil } == 1)
        }
    }

    @Test func whatAnotherHostHoldsIsNamedWithTheWayOut() throws {
        let root = try TemporaryFolder()
        let path = root.file("b.lock")
        try Self.link(path + ".held", to: "node07 pid:[1] 4711 99")
        let locking = Self.refusing(ENOLCK)
        #expect(try FileLock.take(path, waits: false, locking: locking) == nil)
        let words = "process 4711 on node07 (if it runs no more, remove \(path).held)"
        #expect(try FileLock.holder(of: path, locking: locking) == words)
        let error = #expect(throws: DataError.self) {
            try FileLock.take(path, waits: true, patience: 0.1, locking: locking)
        }
        #expect("\(try #require(error))".contains("this lock is held by \(words)"))
        try FileManager.default.removeItem(atPath: path + ".held")
        try Self.link(path + ".held", to: "anything")
        #expect(throws: DataError.self) { try FileLock.take(path, waits: true, locking: locking) }
        try FileManager.default.removeItem(atPath: path + ".held")
        #expect(try FileLock.take(path, waits: true, patience: 0.1, locking: locking) != nil)
    }

    @Test(arguments: [
        ("/scratch/me/set", true), ("/scratch", true), ("/scratchy", false), ("/home/me", true), ("/home/you", false),
        ("/fast/x", true), ("/project/set", false), ("/", false),
    ])
    func locksThatStayOnTheirNodeAreKnown(_ path: String, _ isLocal: Bool) {
        let table = """
            21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
            40 21 0:50 / /scratch rw,noatime shared:9 master:2 - lustre 10.0.0.1@o2ib:/scratch rw,localflock,lazystatfs
            41 21 0:51 / /home rw - nfs4 server:/home rw,vers=4.2,local_lock=none
            42 41 0:52 / /home/me rw - nfs server:/me rw,vers=3,nolock,local_lock=all
            43 21 0:53 / /fast rw - beegfs beegfs_nodev rw,cfgFile=/etc/beegfs/beegfs-client.conf
            44 21 0:54 / /project rw - lustre 10.0.0.1@o2ib:/project rw,flock,lazystatfs
            """
        #expect(MountTable.locksStayLocal(at: path, table: table) == isLocal)
    }
}
