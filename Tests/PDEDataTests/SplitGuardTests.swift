import PDEData
import Testing

@Suite struct SplitGuardTests {
    /// A sound manifest that a test then breaks.
    private func manifest() throws -> Manifest {
        let root = try TemporaryFolder()
        guard case .complete(let manifest) = try Generation().run(in: root.file("set")).1 else {
            throw DataError.splits(problems: [])
        }
        try manifest.validate()
        return manifest
    }

    private func problems(_ manifest: Manifest) -> [String] {
        do throws(DataError) {
            try manifest.validate()
            return []
        } catch {
            guard case .splits(let problems) = error else { return ["\(error)"] }
            return problems
        }
    }

    @Test func aMissingSampleIsRefused() throws {
        var manifest = try manifest()
        manifest.shards[1].samples.removeLast()
        manifest.shards[1].trajectories -= 1
        #expect(problems(manifest) == ["sample train/4 is missing"])
    }

    @Test func aSampleInTwoSplitsIsRefused() throws {
        var manifest = try manifest()
        manifest.shards[2].samples[0].index = 4
        #expect(
            problems(manifest) == [
                "sample train/4 is in train_0001 and in valid_0000",
                "sample train/4 of valid_0000 is outside valid's 5..<7", "sample valid/0 is missing",
            ])
    }

    @Test func oneStateUnderTwoNumbersIsRefused() throws {
        var manifest = try manifest()
        manifest.shards[3].samples[1].initialState = manifest.shards[0].samples[2].initialState
        #expect(problems(manifest) == ["samples train/2 and test/8 begin with the same state"])
    }

    @Test func overlappingSplitsAreRefused() throws {
        var manifest = try manifest()
        manifest.splits[.valid] = 4..<7
        #expect(problems(manifest).first == "train 0..<5 and valid 4..<7 overlap")
    }
}
