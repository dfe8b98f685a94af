import PDEData
import Testing

/// Training and evaluation on folders that others filled in The Well's layout.
@Suite struct WellFolderTests {
    private func message(_ body: () throws -> Void) throws -> String {
        "\(try #require(#expect(throws: DataError.self) { try body() }))"
    }

    @Test func everySplitIsReadFromAllItsFiles() throws {
        let root = try ForeignFiles.wellFolder()
        let reader = try DatasetReader(path: root.path, split: .train)
        #expect(reader.sampleCount == 5 && reader.frameCount == 5)
        #expect(reader.recipe == .null && reader.moments.isEmpty)
        #expect(reader.description.fields.map(\.name) == ["pressure", "depth", "velocity"])
        #expect(
            reader.description.boundaries == [Boundary(.periodic, dimension: "x"), Boundary(.wall, dimension: "y")])
        // Uniform to round-off in float32, uniform here; the axes' lengths are those of their cells.
        #expect(zip(reader.description.times, [0, 0.1, 0.2, 0.3, 0.4]).allSatisfy { abs($0 - $1) < 1e-7 })
        #expect(reader.description.times[2] - reader.description.times[1] == reader.description.times[1])
        #expect(zip(reader.description.dimensions, [1.0, 1]).allSatisfy { abs($0.length! - $1) < 1e-6 })
        let well = ForeignFiles.Well()
        for sample in 0..<5 {
            #expect(try reader.frames(["pressure"], sample: sample, count: 5) == well.pressure(sample))
            #expect(
                try reader.frames(["velocity"], sample: sample, from: 1, count: 2)
                    == Array(well.velocity(sample)[96..<288]))
            // Stored along x alone, and once a file.
            let first: Float = sample < 2 ? 0 : 2
            let depth = (0..<48).map { (point: Int) -> Float in Float((point / 6) * (point / 6)) + first }
            #expect(try reader.constants(["depth"], sample: sample) == depth)
        }
        #expect(
            try DatasetReader(path: root.path, split: .test).frames(["pressure"], sample: 1, count: 5)
                == well.pressure(8))
        #expect(try DatasetReader(path: root.path, split: .test).sampleNumbers == [7, 8])
    }

    @Test func aParameterOfAFileIsThatOfItsSamples() throws {
        let root = try ForeignFiles.wellFolder()
        let reader = try DatasetReader(path: root.path, split: .train)
        #expect(reader.scalarNames == ["viscosity", "forcing"])
        #expect(try reader.scalar("viscosity") == [0.25, 0.25, 2.5, 2.5, 2.5])
        #expect(try reader.scalar("forcing") == [0.25, 1.25, 2.5, 3.5, 4.5])
    }

    @Test func storedStatisticsAreRead() throws {
        let root = try ForeignFiles.wellFolder()
        let text = ["mean", "std", "rms", "mean_delta", "std_delta", "rms_delta"].enumerated().map { number, key in
            "\(key):\n  depth: \(number).5\n  pressure: -1.0e-02\n  velocity:\n  - 7.5\n  - \(number)\n"
        }.joined()
        try AtomicFile.write(text, to: root.file("stats.yaml"))
        let moments = try DatasetReader(path: root.path, split: .valid).moments
        #expect(moments.map(\.field) == ["pressure", "depth", "velocity"])
        #expect(moments[0].values[0].mean == -0.01 && moments[0].values[0].count == 5 * 5 * 48)
        #expect(moments[1].values[0].standardDeviation == 1.5 && moments[1].values[0].count == 5 * 48)
        #expect(moments[2].values.map(\.mean) == [7.5, 0] && moments[2].changes.map(\.standardDeviation) == [7.5, 4])
        #expect(moments[2].changes[0].count == 5 * 4 * 48)
        try AtomicFile.write("mean:\n  pressure: [1.0, 2.0]\n", to: root.file("stats.yaml"))
        #expect(
            try message { _ = try DatasetReader(path: root.path, split: .valid) }
                .contains("'mean' of field 'pressure' is [1.0, 2.0], expected 1 number(s)"))
    }

    @Test func theFingerprintIsThatOfTheFiles() throws {
        let (root, twin) = (try ForeignFiles.wellFolder(), try ForeignFiles.wellFolder())
        let first = try DatasetReader(path: root.path, split: .train).fingerprint
        #expect(try DatasetReader(path: twin.path, split: .test).fingerprint == first)
        let other = try ForeignFiles.wellFolder { file, well in
            if file == "test/a" { well.spoil = { $0[0] += 1 } }
        }
        #expect(try DatasetReader(path: other.path, split: .train).fingerprint != first)
    }

    @Test func filesThatDoNotFitTogetherAreRefused() throws {
        func refusal(_ edit: @escaping (inout ForeignFiles.Well) -> Void) throws -> String {
            let root = try ForeignFiles.wellFolder { file, well in if file == "train/b" { edit(&well) } }
            return try message { _ = try DatasetReader(path: root.path, split: .train) }
        }
        let frames = try refusal { $0.times = [0, 0.1, 0.2] }
        #expect(frames.contains("train/b.hdf5: it has 3 frames, and not 5 as") && frames.contains("train/a.hdf5"))
        #expect(try refusal { $0.times = $0.times.map { 2 * $0 } }.contains("the times of its frames are not those of"))
        #expect(try refusal { $0.x = $0.x.map { 2 * $0 } }.contains("its axis 'x' is not that of"))
        #expect(try refusal { $0.times[2] = 0.25 }.contains("not uniform and increasing: 0.0, 0.1, 0.25, 0.3, 0.4"))
        #expect(try refusal { $0.x[3] = 0 }.contains("the coordinates of axis 'x' do not increase"))
        let longer = try refusal { $0.x.append(1) }
        #expect(longer.contains("has shape [3, 5, 8, 6], expected [3, 5, 9, 6]: times or coordinates are one longer"))
    }

    @Test func valuesThatAreNoNumbersAreNotHandedOut() throws {
        let root = try ForeignFiles.wellFolder { file, well in
            if file == "train/b" { well.spoil = { $0[(5 + 3) * 48 + 7] = .nan } }
        }
        let reader = try DatasetReader(path: root.path, split: .train)
        _ = try reader.frames(["pressure"], sample: 3, count: 3)
        let refused = try message { _ = try reader.frames(["pressure"], sample: 3, from: 2, count: 3) }
        #expect(refused.contains("train/b.hdf5: field 'pressure' of sample 1 holds NaN or infinity in frame 3"))
    }

    @Test func aSplitWithoutFilesIsNamed() throws {
        let root = try ForeignFiles.wellFolder()
        try FileSystem.remove(root.file("data/test/a.hdf5"))
        let refused = try message { _ = try DatasetReader(path: root.path, split: .test) }
        #expect(refused.hasSuffix("There are samples in train, valid. Put files with its samples into data/test."))
        #expect(try Catalogue(of: root.path).splits == [.train, .valid])
    }
}
