import PDEData
import Testing

/// What is found in files of others without a manifest.
@Suite struct SourceVerificationTests {
    private func findings(
        stats: String? = nil, _ edit: (_ file: String, inout ForeignFiles.Well) -> Void = { _, _ in }
    ) throws -> [String] {
        let root = try ForeignFiles.wellFolder(edit)
        if let stats { try AtomicFile.write(stats, to: root.file("stats.yaml")) }
        guard case .samples(let source) = try ForeignData.open(root.path) else { return ["no samples"] }
        let result = try Verification(of: source)
        #expect(result.samples == 9 && result.frames == 9 * 11)
        return result.findings.map { "\($0)".replacing(root.path + "/data/", with: "") }
    }

    @Test func soundFilesHaveNoFindings() throws {
        #expect(try findings().isEmpty)
    }

    @Test func badValuesAreNamedByFileSampleAndFrame() throws {
        let found = try findings { file, well in
            if file == "valid/a" {
                well.spoil = { values in
                    values[48 + 3] = .infinity
                    for point in 0..<48 { values[(5 + 2) * 48 + point] = values[(5 + 1) * 48 + point] }
                }
            }
        }
        #expect(
            found == [
                "valid/a.hdf5: pressure holds NaN or infinity in frame 1 of sample 0. Leave this sample out.",
                "valid/a.hdf5: pressure repeats frame 1 in frame 2 of sample 1. Leave this sample out.",
            ])
    }

    @Test func samplesOfTwoSplitsAreOneFinding() throws {
        let found = try findings { file, well in if file == "test/a" { well.first = 1 } }
        // Sample 1 begins as that of the first file does, but for the depth, which stands once in a file.
        #expect(found.isEmpty)
        let leaked = try findings { file, well in if file == "test/a" { well.first = 0 } }
        #expect(leaked.count == 2)
        #expect(
            leaked[0].hasPrefix("test/a.hdf5: sample 0 begins as sample 0 of train/a.hdf5 does: train leaks into test.")
        )
    }

    @Test func aPeriodicAxisWithItsEndTwiceIsFound() throws {
        let found = try findings { _, well in
            well.spoil = { values in
                for row in 0..<values.count / 48 {
                    for y in 0..<6 { values[row * 48 + 42 + y] = values[row * 48 + y] }
                }
            }
        }
        // The other fields do not repeat.
        #expect(found.isEmpty)
        let root = try TemporaryFolder()
        try ForeignFiles.write(root.file("ring.hdf5")) { try Self.ring($0) }
        guard case .samples(let source) = try ForeignData.open(root.file("ring.hdf5")) else { return }
        let result = try Verification(of: source)
        #expect(
            result.findings.map(\.problem) == [
                "axis 'x' is periodic, and its last point repeats the first in all samples"
            ])
    }

    /// One field on a ring of four points and the first again.
    private static func ring(_ root: HDF5Object) throws {
        try root.attach("ring", as: "dataset_name")
        try root.attach(1, as: "n_trajectories")
        try root.attach([String](), as: "simulation_parameters")
        let dimensions = try root.createGroup("dimensions")
        try dimensions.attach(["x"], as: "spatial_dims")
        try dimensions.createDataset("x", .float, [5]).write([Float(0), 1, 2, 3, 4], .float)
        try dimensions.createDataset("time", .float, [2]).write([Float(0), 1], .float)
        let condition = try root.createGroup("boundary_conditions").createGroup("x")
        try condition.attach("PERIODIC", as: "bc_type")
        try condition.attach(["x"], as: "associated_dims")
        try condition.createDataset("mask", .boolean, [5]).write([Int8(1), 0, 0, 0, 1], .boolean)
        try root.createGroup("scalars").attach([String](), as: "field_names")
        for (group, names) in [("t0_fields", ["u"]), ("t1_fields", []), ("t2_fields", [])] {
            let group = try root.createGroup(group)
            try group.attach(names, as: "field_names")
            for name in names {
                let field = try group.createDataset(name, .float, [1, 2, 5])
                try field.write([Float(1), 2, 3, 4, 1, 2, 3, 4, 5, 2], .float)
                try field.attach([true], as: "dim_varying")
                try field.attach(true, as: "sample_varying")
                try field.attach(true, as: "time_varying")
            }
        }
    }

    @Test func statisticsOfOtherDataAreFound() throws {
        let text = ["mean", "std", "mean_delta", "std_delta"].map {
            "\($0):\n  depth: 20.0\n  pressure: 0.2\n  velocity: [0.25, 0.25]\n"
        }.joined()
        let found = try findings(stats: text)
        #expect(
            found.count == 3 && found.allSatisfy { $0.hasPrefix("stats.yaml: mean and deviation of '") }, "\(found)")
    }
}
