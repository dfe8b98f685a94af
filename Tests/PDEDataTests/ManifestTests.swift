import Foundation
import PDEConfig
import PDEData
import Testing

@Suite struct ManifestTests {
    private func problem(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test func everyFlippedBitIsSeen() throws {
        let set = try FinishedSet()
        let file = set.path + "/manifest.json"
        let sound = try set.root.bytes("set/manifest.json")
        #expect(try Manifest(path: file) == set.manifest)
        // Some hundred from all over, and every bit of the seal and of the version.
        let version = try #require(sound.indices.first { sound[$0...].starts(with: "2,".utf8) })
        let places =
            Array(stride(from: 3, to: sound.count * 8, by: 997))
            + Array((sound.count - 36) * 8..<sound.count * 8) + Array(version * 8..<version * 8 + 8)
        for place in places {
            var bytes = sound
            bytes[place / 8] ^= 1 << (place % 8)
            try AtomicFile.write(bytes, to: file)
            #expect(throws: DataError.self, "bit \(place)") { try Manifest(path: file) }
        }
        let folder = DatasetFolder(path: set.path, name: "line")
        #expect(folder.verify().findings.map(\.path) == ["manifest.json"])
        #expect(throws: DataError.self) { try set.reader() }
        #expect(throws: DataError.self) { try Generation().run(in: set.path) }
    }

    @Test func theFirstVersionIsReadAndOnlyItHasNoChecksum() throws {
        let set = try FinishedSet()
        let file = set.path + "/manifest.json"
        let text = try SealedText.read(file).text
        let first = text.split(separator: "\"formatVersion\": 2", omittingEmptySubsequences: false)
            .joined(separator: "\"formatVersion\": 1")
        try AtomicFile.write(first, to: file)
        var expected = set.manifest
        expected.formatVersion = 1
        #expect(try Manifest(path: file) == expected)
        #expect(DatasetFolder(path: set.path, name: "line").verify().isSound)
        #expect(try Generation().run(in: set.path).made.isEmpty)
        for other in [
            text, SealedText.sealed(first), first.split(separator: "Version\": 1").joined(separator: "Version\": 3"),
        ] {
            try AtomicFile.write(other, to: file)
            #expect(try #require(problem { _ = try Manifest(path: file) }).contains("formatVersion is "))
        }
    }

    @Test func everyFlippedBitOfARecordOfUnfinishedWorkIsSeen() throws {
        let root = try TemporaryFolder()
        try Generation(patience: 1).run(in: root.file("set"))
        let folder = DatasetFolder(path: root.file("set"), name: "line")
        let sound = try root.bytes("set/.shards/train_0000.json")
        let planned = Generation().plan[0]
        #expect(try folder.status(of: planned).record != nil)
        for place in stride(from: 1, to: sound.count * 8, by: 419) {
            var bytes = sound
            bytes[place / 8] ^= 1 << (place % 8)
            try AtomicFile.write(bytes, to: root.file("set/.shards/train_0000.json"))
            guard case .corrupt = try folder.status(of: planned) else {
                Issue.record("bit \(place) went unseen")
                continue
            }
        }
        // The shard is made again, and all is well.
        #expect(try Generation().run(in: root.file("set")).made.count == 4)
        #expect(folder.verify().isSound)
    }

    @Test(arguments: [
        ("\"times\": [0.0, 0.1, 0.2, 0.30000000000000004, 0.4, 0.5]", "\"times\": []", "the times do not increase"),
        ("\"order\": 0", "\"order\": 9", "field 'u' has order 9"),
        ("\"length\": 1.0", "\"length\": -1.0", "axis 'x' has the length -1.0"),
        (
            "\"train\": [0, 5]", "\"train\": [-9223372036854775808, 5]",
            "the numbers of train begin at -9223372036854775808"
        ),
        ("\"name\": \"line\"", "\"name\": \"../line\"", "the name may hold letters"),
        ("\"path\": \"data/train/line_train_0001.hdf5\"", "\"path\": \"../x.hdf5\"", "its path is '../x.hdf5'"),
        ("\"path\": \"data/train/line_train_0001.hdf5\"", "\"path\": \"/dev/zero\"", "its path is '/dev/zero'"),
        ("\"README.md\"", "\"../../etc/passwd\"", "the file '../../etc/passwd' is not in the folder"),
        ("\"README.md\"", "\"/etc/passwd\"", "the file '/etc/passwd' is not in the folder"),
        ("\"README.md\"", "\"data/./x\"", "the file 'data/./x' is not in the folder"),
        ("\"README.md\"", "\"manifest.json\"", "the file 'manifest.json' is there twice"),
        (
            "\"trajectories\": 3", "\"trajectories\": 9223372036854775807",
            "shard train_0000: it holds 9223372036854775807"
        ),
        ("\"index\": 8", "\"index\": 0", "it records 2 samples, and not those of the numbers 7..<9"),
        ("\"indices\": [3, 5]", "\"indices\": [3, 1000000000000]", "it records 2 samples"),
        ("\"wallTime\": 0.5", "\"wallTime\": -0.5", "a size, a count or a time is negative"),
        (
            "\"attempt\": 0", "\"attempt\": 4611686018427387904",
            "a sample's number, draw or steps is 4611686018427387904"
        ),
        ("\"steps\": 10", "\"steps\": 4294967296", "a sample's number, draw or steps is 4294967296"),
        (
            "\"rejections\": []", "\"rejections\": [{\"attempt\": -7, \"reason\": \"\"}]",
            "a sample's number, draw or steps is -7"
        ),
        (
            "\"train\": [0, 5]", "\"train\": [2, 1000000000000]",
            "are 2..<1000000000000, and shard train_0000 holds 0..<3"
        ),
        ("\"train\": [0, 5]", "\"train\": [0, 4]", "the numbers of train are 0..<4, and its shards end at 5"),
        ("\"test\": [7, 9]", "\"test\": [0, 9]", "the numbers of test are 0..<9, and shard test_0000 holds 7..<9"),
        ("\"valid\": [5, 7]", "\"valid\": [7, 7]", "the numbers of valid are 7..<7, and shard valid_0000 holds 5..<7"),
        ("\"secondsGenerating\": 1.5", "\"bytes\": 1, \"secondsGenerating\": 1.5", "bytes"),
        ("\"field\": \"u\"", "\"field\": \"v\"", "its statistics of 'v'"),
        ("\"count\": 576", "\"count\": 9223372036854775807", "its statistics of 'u'"),
    ])
    func whatNoDatasetSaysIsRefused(_ sound: String, _ broken: String, _ expected: String) throws {
        let set = try FinishedSet()
        try set.changeManifest { text in
            let parts = text.split(separator: sound, omittingEmptySubsequences: false)
            #expect(parts.count > 1)
            return parts.joined(separator: broken)
        }
        let error = problem { _ = try set.reader() }
        #expect(error?.contains(expected) == true, "\(error ?? "no error")")
        #expect(DatasetFolder(path: set.path, name: "line").verify().findings.map(\.path) == ["manifest.json"])
    }

    @Test func aSplitThatPromisesMoreThanThereIsIsRefusedAtOnce() throws {
        let set = try FinishedSet()
        try set.changeManifest { text in
            text.split(separator: "\"test\": [7, 9]").joined(separator: "\"test\": [7, 1000000000000]")
        }
        let error = problem { _ = try set.reader() }
        let expected = "the numbers of test are 7..<1000000000000, and its shards end at 9"
        #expect(error?.contains(expected) == true, "\(error ?? "")")
    }

    @Test func aShardOfMoreBytesThanItsSamplesTakeIsNotRead() throws {
        let set = try FinishedSet()
        let record = set.manifest.shards[3]
        #expect(truncate(set.path + "/" + record.path, 1 << 40) == 0)
        try set.changeManifest { text in
            text.split(separator: "\"bytes\": \(record.bytes),\n      \"crc32\": \(record.crc32)")
                .joined(separator: "\"bytes\": \(1 << 40),\n      \"crc32\": 0")
        }
        let error = problem { _ = try set.reader(.test) }
        #expect(error?.contains("shard test_0000: 2 samples do not take 1099511627776 bytes") == true, "\(error ?? "")")
    }

    @Test func axesOfMoreValuesThanCanBeAddressedAreRefused() throws {
        var description = Datasets.plane
        let long = Dimension(name: "x", coordinates: (0..<3_000_000).map(Double.init))
        description.dimensions = ["x", "y", "z"].map { Dimension(name: $0, coordinates: long.coordinates) }
        #expect(problem { try description.validate() }?.contains("more values than can be addressed") == true)
        description = Datasets.cloud
        description.particles[0].count = 1 << 62
        #expect(problem { try description.validate() }?.contains("more values than can be addressed") == true)
    }
}
