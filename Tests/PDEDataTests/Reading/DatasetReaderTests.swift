import Foundation
import PDECore
import PDEData
import Testing

@Suite struct DatasetReaderTests {
    @Test func whatTheManifestSaysIsThere() throws {
        let set = try FinishedSet(Generation(description: Datasets.plane, failing: [1]))
        let reader = try set.reader()
        #expect(reader.description == Datasets.plane)
        #expect(reader.sampleCount == 4 && reader.frameCount == 4)
        #expect(reader.sampleNumbers == [0, 2, 3, 4])
        #expect(reader.difficulty == Array(repeating: ["viscosity": 0.01], count: 4))
        #expect(reader.moments == set.manifest.moments(of: .train))
        #expect(reader.moments(of: "velocity")?.values.count == 2)
        #expect(reader.moments(of: "velocity")?.changes[0].count == 4 * 3 * 48)
        #expect(reader.recipe == set.manifest.recipe)
        #expect(try set.reader(.test).moments == reader.moments)
        #expect(reader.openShardCount == 0)
    }

    @Test(arguments: [Datasets.line, Datasets.plane], [false, true])
    func valuesAreThoseOfTheShardReader(_ description: DatasetDescription, _ usesHDF5: Bool) throws {
        let set = try FinishedSet(Generation(description: description, failing: [4]))
        for split in Split.allCases {
            let reader = try DatasetReader(
                path: set.path, split: split, cacheBytes: 1 << 20, openShards: 2, usesHDF5: usesHDF5)
            var position = 0
            for shard in set.manifest.shards where shard.id.split == split {
                let direct = try ShardReader(path: set.path + "/" + shard.path)
                for row in 0..<direct.sampleCount {
                    for field in description.fields {
                        let values =
                            field.isTimeVarying
                            ? try reader.frames([field.name], sample: position, count: reader.frameCount)
                            : try reader.constants([field.name], sample: position)
                        #expect(try values == direct.read(field: field.name, sample: row))
                    }
                    position += 1
                }
            }
            #expect(position == reader.sampleCount)
            // Past HDF5 every chunk comes from memory the second time; HDF5 has none there.
            #expect((reader.cachedBytes > 0) == !usesHDF5)
        }
    }

    @Test(arguments: [1, 2, 3, 5])
    func fieldsLieSideBySideInTheOrderAskedForOnEveryNthPoint(_ stride: Int) throws {
        let set = try FinishedSet(Generation(description: Datasets.plane))
        let reader = try set.reader(.valid)
        for fields in [["velocity"], ["pressure", "velocity"], ["velocity", "stress", "pressure"]] {
            let selection = try reader.select(fields, stride: stride)
            #expect(selection.resolution == [(8 + stride - 1) / stride, (6 + stride - 1) / stride])
            #expect(selection.valuesPerFrame == selection.pointCount * selection.channelCount)
            for (position, index) in reader.sampleNumbers.enumerated() {
                let sample = Datasets.sample(index, of: Datasets.plane)
                #expect(
                    try reader.frames(fields, sample: position, from: 1, count: 3, stride: stride)
                        == expected(fields, sample, of: Datasets.plane, frames: [1, 2, 3], stride: stride))
            }
        }
        let constants = try reader.constants(["depth", "mask"], sample: 1, stride: stride)
        let sample = Datasets.sample(6, of: Datasets.plane)
        #expect(constants == expected(["depth", "mask"], sample, of: Datasets.plane, frames: [0], stride: stride))
        #expect(
            try reader.select(["velocity", "pressure"]).channelNames == ["velocity_x", "velocity_y", "pressure"])
    }

    @Test(arguments: [false, true])
    func framesComeFromSeveralChunksWithGapsBetweenThem(_ usesHDF5: Bool) throws {
        let set = try FinishedSet(FinishedSet.largeGeneration())
        let reader = try DatasetReader(
            path: set.path, split: .train, cacheBytes: 4 << 20, openShards: 1, usesHDF5: usesHDF5)
        #expect(reader.description.times.count == 5)
        let sample = Datasets.sample(1, of: FinishedSet.large)
        for (first, count, step) in [(0, 5, 1), (1, 3, 1), (0, 2, 4), (0, 3, 2), (1, 2, 3), (2, 2, 1), (4, 1, 9)] {
            let frames = (0..<count).map { first + $0 * step }
            for fields in [["pressure"], ["velocity", "pressure"]] {
                let values = try reader.frames(fields, sample: 1, from: first, count: count, step: step, stride: 16)
                #expect(
                    values == expected(fields, sample, of: FinishedSet.large, frames: frames, stride: 16),
                    "\(fields) \(frames)")
            }
        }
    }

    @Test func memoryAndOpenShardsStayWithinTheirLimits() throws {
        var generation = FinishedSet.largeGeneration()
        generation.plan = (0..<4).map { PlannedShard(ShardID(.train, $0), indices: $0..<($0 + 1)) }
        let set = try FinishedSet(generation)
        let limit = 5 << 20
        let reader = try set.reader(cacheBytes: limit, openShards: 2)
        for round in 0..<2 {
            for position in 0..<4 {
                let sample = Datasets.sample(position, of: FinishedSet.large)
                #expect(
                    try reader.frames(["velocity", "pressure"], sample: position, count: 5, stride: 32)
                        == expected(
                            ["velocity", "pressure"], sample, of: FinishedSet.large, frames: [0, 1, 2, 3, 4], stride: 32
                        ))
                #expect(reader.openShardCount == min(2, round * 4 + position + 1))
                #expect(reader.cachedBytes <= limit)
            }
        }
        // Without any memory to keep chunks in, one place a field is left.
        let poor = try set.reader(cacheBytes: 0)
        for position in [3, 0, 3] {
            _ = try poor.frames(["velocity", "pressure"], sample: position, count: 5)
            #expect(poor.cachedBytes == 4 * (2 * 320 * 256 + 1 + 3 * 320 * 256 + 1))
        }
    }

    @Test func severalThreadsReadTheSameValues() throws {
        let set = try FinishedSet(FinishedSet.largeGeneration())
        // Room for a few of the chunks only, so that threads take places from each other.
        let reader = try set.reader(cacheBytes: 3 << 20)
        let alone = try (0..<2).map {
            try reader.frames(["pressure", "velocity"], sample: $0, count: 5, stride: 4)
        }
        let team = ThreadTeam(threads: 4)
        try team.forEach(0..<80) { (item, _) throws in
            let (sample, first) = (item % 2, item / 2 % 5)
            let count = min(2, 5 - first)
            let values = try reader.frames(
                ["pressure", "velocity"], sample: sample, from: first, count: count, stride: 4)
            let size = values.count / count
            #expect(values == Array(alone[sample][(first * size)..<((first + count) * size)]))
        }
    }

    @Test func aFlippedBitIsFoundWithFileFieldSampleAndFrames() throws {
        let set = try FinishedSet(FinishedSet.largeGeneration())
        let file = "set/data/train/large_train_0000.hdf5"
        var bytes = try set.root.bytes(file)
        // The second chunk of the second sample's pressure, frames 3 and 4; two chunks a sample.
        let chunk = ShardLayout.chunk(of: FinishedSet.large.fields[1], in: FinishedSet.large)
        #expect(chunk == [1, 3, 320, 256])
        let addresses = try ShardReader(path: set.root.file(file)).checkedChunks(of: "pressure", chunk: chunk)
        let place = Int(try #require(addresses)[3])
        let reader = try set.reader()
        let slow = try DatasetReader(path: set.path, split: .train, cacheBytes: 0, openShards: 1, usesHDF5: true)
        // Damage that comes after the shard was opened.
        for each in [reader, slow] { _ = try each.frames(["pressure"], sample: 0, count: 1) }
        bytes[place + 100] ^= 16
        let handle = try #require(FileHandle(forUpdatingAtPath: set.root.file(file)))
        try handle.write(contentsOf: bytes)
        try handle.close()
        let error = try #require(
            #expect(throws: DataError.self) { _ = try reader.frames(["pressure"], sample: 1, from: 2, count: 2) })
        guard case .corrupt(let path, let problem, _) = error else { throw FinishedSet.Unfinished() }
        #expect(path == set.root.file(file))
        #expect(problem.hasPrefix("field 'pressure' of sample 1, frames 3..<5: the checksum is "), "\(problem)")
        // Again, not from a place in memory that the damage was left in; and all else is well.
        #expect(throws: error) { _ = try reader.frames(["pressure"], sample: 1, from: 4, count: 1) }
        #expect(
            try reader.frames(["pressure"], sample: 1, count: 3, stride: 64)
                == expected(
                    ["pressure"], Datasets.sample(1, of: FinishedSet.large), of: FinishedSet.large, frames: [0, 1, 2],
                    stride: 64))
        let other = #expect(throws: DataError.self) { _ = try slow.frames(["pressure"], sample: 1, from: 2, count: 2) }
        guard case .corrupt(_, let words, _) = other else { throw FinishedSet.Unfinished() }
        #expect(words.hasPrefix("field 'pressure' of sample 1, frame 3: H5Dread failed"), "\(words)")
        // Whoever opens the shard anew believes nothing in it.
        let late = #expect(throws: DataError.self) { _ = try set.reader().frames(["velocity"], sample: 0, count: 1) }
        #expect("\(try #require(late))".hasPrefix("\(path): the shard's CRC-32 is "))
    }

    @Test func aFlippedBitIsFoundWhereAFieldHasNoChecksumsOfItsOwn() throws {
        let set = try FinishedSet(Generation(description: Datasets.plane))
        let file = "set/data/test/plane_test_0000.hdf5"
        #expect(
            try set.reader(.test).constants(["depth"], sample: 0) == Datasets.sample(0, of: Datasets.plane).fields[3])
        var bytes = try set.root.bytes(file)
        let depth = Datasets.sample(0, of: Datasets.plane).fields[3].withUnsafeBytes { Array($0) }
        let place = try #require(bytes.indices.first { bytes[$0] == depth[0] && bytes[$0...].starts(with: depth) })
        bytes[place + 7] ^= 2
        try AtomicFile.write(bytes, to: set.root.file(file))
        let error = #expect(throws: DataError.self) { try set.reader(.test).constants(["depth"], sample: 0) }
        #expect("\(try #require(error))".hasPrefix("\(set.root.file(file)): the shard's CRC-32 is "))
    }

    /// Files whose chunks have no checksums hold the same values, and the manifest tells of damage.
    @Test func chunksWithoutChecksumsHoldTheSameValues() throws {
        var description = Datasets.plane
        description.hasChecksums = false
        let (plain, checked) = (
            try FinishedSet(Generation(description: description)),
            try FinishedSet(Generation(description: Datasets.plane))
        )
        let folder = DatasetFolder(path: plain.path, name: "plane")
        #expect(folder.verify().isSound)
        #expect(try folder.manifest()?.description == description)
        let file = "set/data/train/plane_train_0000.hdf5"
        let root = try HDF5Object.open(path: plain.root.file(file))
        let dataset = try root.open("t1_fields", as: .group).open("velocity", as: .dataset)
        #expect(try dataset.filters(of: dataset.creationProperties()).isEmpty)
        let (reader, other) = (try plain.reader(), try checked.reader())
        for sample in 0..<reader.sampleCount {
            for fields in [["velocity", "pressure"], ["stress"]] {
                #expect(
                    try reader.frames(fields, sample: sample, count: 4)
                        == other.frames(fields, sample: sample, count: 4))
            }
            #expect(
                try reader.constants(["mask", "depth"], sample: sample)
                    == other.constants(["mask", "depth"], sample: sample))
        }
        let values = Datasets.sample(1, of: description).fields[0].withUnsafeBytes { Array($0) }
        var bytes = try plain.root.bytes(file)
        let place = try #require(bytes.indices.first { bytes[$0] == values[0] && bytes[$0...].starts(with: values) })
        bytes[place + 100] ^= 1
        try AtomicFile.write(bytes, to: plain.root.file(file))
        let error = #expect(throws: DataError.self) {
            _ = try plain.reader().frames(["velocity"], sample: 1, count: 1)
        }
        #expect("\(try #require(error))".hasPrefix("\(plain.root.file(file)): the shard's CRC-32 is "))
    }

    @Test func aShardThatIsNotTheRecordedOneIsRefused() throws {
        let set = try FinishedSet()
        let file = "set/data/train/line_train_0001.hdf5"
        let sound = try set.root.bytes(file)
        try AtomicFile.write(Array(sound.dropLast(8)), to: set.root.file(file))
        let reader = try set.reader()
        #expect(
            try reader.frames(["u"], sample: 2, count: 1)
                == Array(Datasets.sample(2, of: Datasets.line).fields[0][..<32]))
        let error = #expect(throws: DataError.self) { _ = try reader.frames(["u"], sample: 3, count: 1) }
        #expect(
            "\(try #require(error))".contains("the shard is truncated: \(sound.count - 8) of \(sound.count) bytes"))
        // Put right, it is read by the same reader.
        try AtomicFile.write(sound, to: set.root.file(file))
        #expect(try reader.frames(["u"], sample: 4, count: 6) == Datasets.sample(4, of: Datasets.line).fields[0])
        try FileSystem.remove(set.root.file(file))
        let missing = #expect(throws: DataError.self) { _ = try set.reader().frames(["u"], sample: 3, count: 1) }
        guard case .corrupt(let path, let problem, let remedy) = missing else { throw FinishedSet.Unfinished() }
        #expect(path.hasSuffix(file) && problem == "the shard is missing")
        #expect(remedy.contains("Run the recipe again"))
    }
}
