import Foundation
import PDEData
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite struct TextFileTests {
    private func files(_ description: DatasetDescription) throws -> TemporaryFolder {
        let root = try TemporaryFolder()
        try Generation(description: description).run(in: root.file("set"))
        return root
    }

    @Test func statisticsHaveOneEntryAFieldAndComponent() throws {
        let root = try files(Datasets.plane)
        let text = try root.text("set/stats.yaml")
        let blocks = text.split(separator: "\n").filter { !$0.hasPrefix(" ") }
        #expect(blocks == ["mean:", "mean_delta:", "rms:", "rms_delta:", "std:", "std_delta:"])
        let lines = text.split(separator: "\n").map(String.init)
        let shape = lines[1..<10].map { $0.replacing(/-?[0-9.e-]+$/, with: "#") }
        #expect(
            shape == [
                "  pressure: #", "  mask: #", "  depth: #", "  velocity:", "  - #", "  - #", "  stress:", "  - - #",
                "    - #",
            ])
        #expect(!lines.drop { $0 != "mean_delta:" }.prefix { $0 != "rms:" }.contains { $0.contains("mask") })
    }

    /// Loaders look for each field in each block; what has no changes is normalised by 0 and 1.
    @Test func statisticsOfSteadyDataLeaveChangesAsTheyAre() throws {
        var description = Datasets.plane
        description.times = [0]
        let lines = try files(description).text("set/stats.yaml").split(separator: "\n").map(String.init)
        for (block, value) in [("mean_delta:", "0.0"), ("rms_delta:", "1.0"), ("std_delta:", "1.0")] {
            let entries = lines.drop { $0 != block }.dropFirst().prefix { $0.hasPrefix(" ") }
            #expect(entries.count == 11)
            #expect(entries.allSatisfy { $0.hasSuffix(":") || $0.hasSuffix(" \(value)") }, "\(entries)")
        }
        let before = try files(description.inSecondLayout).text("set/stats.yaml")
        #expect(before.contains("mean_delta: {}\n"))
    }

    @Test func theSummaryNamesEveryChannel() throws {
        let root = try files(Datasets.plane)
        #expect(
            try root.text("set/plane.yaml") == """
                dataset_name: plane
                n_spatial_dims: 2
                spatial_resolution:
                - 8
                - 6
                scalar_names: []
                constant_scalar_names:
                - reynolds
                field_names:
                  0:
                  - pressure
                  1:
                  - velocity_x
                  - velocity_y
                  2:
                  - stress_xx
                  - stress_xy
                  - stress_yx
                  - stress_yy
                constant_field_names:
                  0:
                  - mask
                  - depth
                  1: []
                  2: []
                boundary_condition_types:
                - WALL
                - OPEN
                n_files: 4
                n_trajectories_per_file:
                - 3
                - 2
                - 2
                - 2
                n_steps_per_trajectory:
                - 4
                - 4
                - 4
                - 4
                grid_type: cartesian

                """)
    }

    private func document(_ root: TemporaryFolder, _ name: String) throws -> XMLDocument {
        try XMLDocument(data: Data(try root.bytes("set/data/train/\(name)_train_0000.xdmf")))
    }

    @Test func xdmfOfAPlaneHasEveryFrame() throws {
        let description = Datasets.plane
        let document = try document(files(description), "plane")
        let frames = try document.nodes(forXPath: "//Grid[not(@GridType)]")
        #expect(frames.count == 3 * description.times.count)
        let attributes = try document.nodes(forXPath: "//Attribute")
        let channels = description.fields.flatMap { description.componentNames(of: $0) }
        #expect(attributes.count == frames.count * channels.count)
        let slab = try document.nodes(
            forXPath: "//Grid[@Name='sample 1']/Grid[3]/Attribute[@Name='velocity_y']/DataItem/DataItem[1]")
        #expect(slab.map(\.stringValue) == ["1 2 0 0 1 1 1 1 1 1 1 1 8 6 1"])
    }

    @Test func xdmfOfALineHasOnePictureOfSpaceAndTimeASample() throws {
        var description = Datasets.line
        description.fields.append(
            FieldDescription(name: "bed", order: 0, isTimeVarying: false, summary: "constant in time"))
        let uniform = try document(files(description), "line")
        #expect(try uniform.nodes(forXPath: "//Grid").count == 6)
        #expect(
            try uniform.nodes(forXPath: "//Grid[@Name='sample 2']/Attribute/DataItem/DataItem").map(\.stringValue)
                == ["2 0 0 1 1 1 1 6 32", "line_train_0000.hdf5:/t0_fields/u"])
        #expect(
            try uniform.nodes(forXPath: "//Grid[@Name='sample 2']/Geometry/DataItem").map(\.stringValue)
                == ["0.0 0.0 0.0", "1.0 0.1 0.03125"])
        #expect(
            try uniform.nodes(forXPath: "//Grid[@Name='sample 2, constant']//Attribute/DataItem/DataItem")
                .map(\.stringValue) == ["2 0 1 1 1 32", "line_train_0000.hdf5:/t0_fields/bed"])
        description.dimensions[0].coordinates[31] = 0.99
        let stretched = try document(files(description), "line")
        let axes = try stretched.nodes(forXPath: "//Grid[@Name='sample 0']/Geometry/DataItem").map(\.stringValue)
        #expect(axes.count == 3 && axes.first == "line_train_0000.hdf5:/dimensions/x" && axes.last == "0.0")
    }

    @Test func withoutATrainingSampleThereAreNoStatistics() throws {
        let root = try TemporaryFolder()
        var generation = Generation()
        generation.plan = [PlannedShard(ShardID(.test, 0), indices: 0..<2)]
        guard case .complete = try generation.run(in: root.file("set")).1 else { throw Unfinished() }
        #expect(
            try root.text("set/stats.yaml") == """
                # There is no training sample: normalise with the statistics of the training data.
                mean: {}
                mean_delta: {}
                rms: {}
                rms_delta: {}
                std: {}
                std_delta: {}

                """)
        let result = DatasetFolder(path: root.file("set"), name: "line").verify()
        #expect(result.isSound, "\(result.findings)")
    }

    struct Unfinished: Error {}
}
