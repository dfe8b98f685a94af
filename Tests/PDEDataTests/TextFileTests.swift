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
                - divergence
                - index
                - attempt
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

    @Test(arguments: [Datasets.line, Datasets.plane])
    func xdmfIsWellFormedAndHasEveryFrame(_ description: DatasetDescription) throws {
        let root = try files(description)
        let data = Data(try root.bytes("set/data/train/\(description.name)_train_0000.xdmf"))
        let document = try XMLDocument(data: data)
        let frames = try document.nodes(forXPath: "//Grid[@GridType='Uniform']")
        #expect(frames.count == 3 * description.times.count)
        let attributes = try document.nodes(forXPath: "//Attribute")
        let channels = description.fields.flatMap { description.componentNames(of: $0) }
        #expect(attributes.count == frames.count * channels.count)
    }
}
