import CHDF5
import Foundation
import PDEData
import Testing

/// Files whose checksums are right and whose content is not.
@Suite struct HostileShardTests {
    /// Changes one of the set's shards and records what became of it.
    private func change(_ set: FinishedSet, _ hostile: HostileShard) throws {
        let file = "data/train/line_train_0001.hdf5"
        let path = set.path + "/" + file
        HDF5.exclusively {
            let access = H5Pcreate(CHDF5_file_access())
            // Closes what was left open in it.
            H5Pset_fclose_degree(access, H5F_CLOSE_STRONG)
            let id = H5Fopen(path, 1, access)  // H5F_ACC_RDWR
            hostile.change(id)
            H5Fclose(id)
        }
        let bytes = try set.root.bytes("set/" + file)
        let record = try #require(set.manifest.shards.first { $0.path == file })
        try set.changeManifest { text in
            text.split(separator: "\"bytes\": \(record.bytes),\n      \"crc32\": \(record.crc32)")
                .joined(separator: "\"bytes\": \(bytes.count),\n      \"crc32\": \(Checksum(of: bytes).value)")
        }
    }

    @Test(arguments: HostileShard.all)
    func whatAShardAsksForIsComparedWithWhatItHolds(_ hostile: HostileShard) throws {
        let set = try FinishedSet(Generation(description: Datasets.line))
        try change(set, hostile)
        let reader = try set.reader()
        func read() throws {
            _ = try reader.frames(["u"], sample: 3, count: 6)
            _ = try reader.scalar("viscosity")
            _ = try reader.shard(of: 3).reader.provenance("recipe")
        }
        let error = #expect(throws: DataError.self) { try read() }
        guard case .corrupt(_, let problem, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(problem.contains(hostile.refusal), "\(problem)")
        #expect(!problem.contains("CRC-32"), "\(problem)")
        // Texts of `provenance` are for people: nothing is read by them.
        let findings = DatasetFolder(path: set.path, name: "line").verify().findings
        #expect(findings.map(\.path) == ["data/train/line_train_0001.hdf5"] || problem.contains("provenance"))
    }

    @Test func chunksThatShouldBeOutsideOfTheFileAreNotRead() throws {
        let set = try FinishedSet()
        let path = set.path + "/data/train/line_train_0001.hdf5"
        let addresses = try #require(try ShardReader(path: path).checkedChunks(of: "u", chunk: [1, 6, 32]))
        try change(
            set,
            HostileShard("an index that points out of the file", "") { _ in
                // The address of the second chunk stands in the index once.
                let bytes = withUnsafeBytes(of: addresses[1].littleEndian) { Array($0) }
                guard var data = FileManager.default.contents(atPath: path), let place = data.firstRange(of: bytes)
                else {
                    return
                }
                data.replaceSubrange(place, with: [UInt8](repeating: 0xf0, count: 8))
                try? data.write(to: URL(fileURLWithPath: path))
            })
        let error = #expect(throws: DataError.self) { _ = try set.reader().frames(["u"], sample: 4, count: 1) }
        #expect("\(try #require(error))".contains("a chunk of field 'u' should be at byte 17361641481138401520 of "))
    }

    @Test func whatIsNoFileIsNotWaitedFor() throws {
        let set = try FinishedSet()
        for file in ["data/train/line_train_0001.hdf5", "stats.yaml"] {
            let path = set.path + "/" + file
            try FileSystem.remove(path)
            #expect(mkfifo(path, 0o600) == 0)
            #expect(DatasetFolder(path: set.path, name: "line").verify().findings.map(\.path).contains(file))
        }
        #expect(throws: DataError.self) { try set.reader().frames(["u"], sample: 3, count: 1) }
        #expect(throws: DataError.self) { try ShardReader(path: set.path + "/data/train/line_train_0001.hdf5") }
        let manifest = set.path + "/manifest.json"
        try FileSystem.remove(manifest)
        #expect(symlink("/dev/zero", manifest) == 0)
        #expect(throws: DataError.self) { try set.reader() }
        #expect(truncate(set.path + "/line.yaml", 1 << 40) == 0)
        try FileSystem.remove(manifest)
        try FileManager.default.moveItem(atPath: set.path + "/line.yaml", toPath: manifest)
        #expect("\(try #require(#expect(throws: DataError.self) { try set.reader() }))".contains("1099511627776 bytes"))
    }

    @Test func linksOutOfTheFolderAreFollowedAndNamed() throws {
        let set = try FinishedSet()
        let file = "data/train/line_train_0001.hdf5"
        try FileManager.default.moveItem(atPath: set.path + "/" + file, toPath: set.root.file("elsewhere"))
        #expect(symlink(set.root.file("elsewhere"), set.path + "/" + file) == 0)
        #expect(symlink("..", set.path + "/data/again") == 0)
        #expect(try set.reader().frames(["u"], sample: 3, count: 6) == Datasets.sample(3, of: Datasets.line).fields[0])
        let findings = DatasetFolder(path: set.path, name: "line").verify().findings
        #expect(findings.map(\.path).sorted() == ["data/again", file])
        #expect(findings.contains { $0.problem.hasSuffix("elsewhere, outside of the folder") })
    }

    /// Every byte of every file of a dataset, a few hundred bits by turns.
    @Test(arguments: [Datasets.line, Datasets.cloud])
    func aFlippedBitAnywhereIsSeen(_ description: DatasetDescription) throws {
        let set = try FinishedSet(Generation(description: description))
        let folder = DatasetFolder(path: set.path, name: description.name)
        let files = (set.manifest.files.keys + set.manifest.shards.map(\.path) + ["manifest.json"]).sorted()
        for (number, file) in files.enumerated() {
            let sound = try set.root.bytes("set/" + file)
            for flip in 0..<12 {
                let bit = (number * 7919 + flip * 104_729) % (sound.count * 8)
                var bytes = sound
                bytes[bit / 8] ^= 1 << (bit % 8)
                try AtomicFile.write(bytes, to: set.path + "/" + file)
                #expect(folder.verify().findings.map(\.path) == [file], "bit \(bit)")
                guard file.hasSuffix(".hdf5"), file.contains("train") else { continue }
                let reader = try set.reader()
                #expect(throws: DataError.self, "bit \(bit)") {
                    for sample in 0..<reader.sampleCount {
                        _ = try reader.frames([description.fields[0].name], sample: sample, count: 1)
                    }
                }
            }
            try AtomicFile.write(sound, to: set.path + "/" + file)
        }
        #expect(folder.verify().isSound)
    }
}
