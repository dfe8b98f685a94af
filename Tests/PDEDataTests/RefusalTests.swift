import PDEData
import Testing

@Suite struct RefusalTests {
    private func problem(_ description: DatasetDescription, _ change: (inout Sample) -> Void) throws -> String {
        let writer = try ShardWriter(description: description, provenance: [:], capacity: 2)
        try writer.append(Datasets.sample(0, of: description))
        var sample = Datasets.sample(1, of: description)
        change(&sample)
        let error = #expect(throws: DataError.self) { try writer.append(sample) }
        let image = try writer.finish()
        #expect(image.bytes == (try onlyFirst(description)))
        guard case .sample(_, let problem) = error else { return "\(String(describing: error))" }
        return problem
    }

    private func onlyFirst(_ description: DatasetDescription) throws -> [UInt8] {
        let writer = try ShardWriter(description: description, provenance: [:], capacity: 2)
        try writer.append(Datasets.sample(0, of: description))
        return try writer.finish().bytes
    }

    @Test func samplesThatNoTrainingSetShouldCarryLeaveNoTrace() throws {
        #expect(
            try problem(Datasets.line) { $0.fields[0][40] = .nan } == "field 'u' holds NaN or infinity in frame 1")
        #expect(
            try problem(Datasets.line) { $0.fields[0][191] = -.infinity }
                == "field 'u' holds NaN or infinity in frame 5")
        #expect(
            try problem(Datasets.line) { $0.fields[0].replaceSubrange(64..<96, with: $0.fields[0][32..<64]) }
                == "field 'u' repeats frame 1 in frame 2")
        #expect(
            try problem(Datasets.line) { $0.fields[0].removeLast(32) }
                == "field 'u' has 160 values, expected 192 of shape [6, 32]")
        #expect(try problem(Datasets.line) { $0.scalars["steps"] = nil } == "scalar 'steps' is missing")
        #expect(
            try problem(Datasets.line) { $0.scalars["energy"] = [1] } == "scalar 'energy' has 1 values, expected 6")
        #expect(
            try problem(Datasets.line) { $0.scalars["amplitude"] = [9] }
                == "scalar 'amplitude' is [9.0], the first sample's is [0.1], and all should share one")
        #expect(try problem(Datasets.line) { $0.index = 0 } == "it comes after sample 0; order by index")
        #expect(
            try problem(Datasets.plane) { $0.fields[3][0] += 1 }
                == "field 'depth' differs from the first sample's, and all should share one")
        #expect(try problem(Datasets.plane) { $0.notes = [:] } == "note 'obstacles' is missing")
    }

    @Test func descriptionsThatNoFileCanFollowAreRefused() {
        func refusal(_ change: (inout DatasetDescription) -> Void) -> String? {
            var description = Datasets.line
            change(&description)
            do throws(DataError) {
                try description.validate()
                return nil
            } catch {
                guard case .description(_, let problem) = error else { return "\(error)" }
                return problem
            }
        }
        #expect(refusal { _ in } == nil)
        #expect(refusal { $0.times[3] = 0.31 } == "the times are not uniform")
        #expect(refusal { $0.times.reverse() } == "the times do not increase")
        #expect(refusal { $0.dimensions[0].coordinates[2] = 0 } == "the coordinates of axis 'x' do not increase")
        #expect(refusal { $0.fields.append($0.fields[0]) } == "field 'u' is there twice")
        #expect(refusal { $0.diagnostics![0].name = "index" } == "scalar 'index' is there twice")
        #expect(
            refusal { $0.parameters[0].name = "grid_type" }
                == "parameter 'grid_type' has the name of a root attribute of the layout")
        #expect(
            refusal { $0.boundaries[0].dimension = "y" }
                == "a boundary condition names the axis 'y', which does not exist")
    }
}
