import PDECore
import PDEData
import PDEGeneration
import Testing

/// Datasets that are written from arrays in memory and read as values.
@Suite struct MemoryDatasetTests {
    private let grid = Grid([.init(count: 8, to: 2), .init(count: 6, from: -1, to: 1, placement: .cells)])

    private var description: DatasetDescription {
        DatasetDescription(
            name: "mine", title: "A field of my own", on: grid, times: [0, 0.5, 1],
            fields: [
                FieldDescription(name: "velocity", order: 1, summary: "velocity"),
                FieldDescription(name: "mask", order: 0, isTimeVarying: false, summary: "1 in solids"),
            ], parameters: [ScalarDescription(name: "reynolds", summary: "Reynolds number")],
            boundaries: [Boundary(.wall, dimension: "y")])
    }

    private func value(_ sample: Int, _ place: Int) -> Float { Float(sample * 1000 + place) / 7 }

    private func samples(_ count: Int) -> [Sample] {
        (0..<count).map { sample in
            Sample(
                index: 0,
                fields: [(0..<3 * 48 * 2).map { value(sample, $0) }, (0..<48).map { $0 % 5 == sample % 5 ? 1 : 0 }],
                scalars: ["reynolds": [Double(100 + sample)]])
        }
    }

    @Test func arraysBecomeADatasetAndValuesAgain() throws {
        let folder = TemporaryFolder()
        let made = try Import(samples(10), as: description, split: [6, 2, 2], into: folder("mine"))
        #expect(try made.check().findings.isEmpty)
        let manifest = try #require(try made.run().manifest)
        #expect(manifest.sampleCount == 10)
        #expect(DatasetFolder(path: folder("mine"), name: "mine").verify().findings.isEmpty)
        var seen: Set<Double> = []
        for split in Split.allCases {
            let reader = try DatasetReader(path: folder("mine"), split: split)
            #expect(reader.description.grid == grid)
            let reynolds = try reader.input("reynolds")
            seen.formUnion(reynolds)
            for position in 0..<reader.sampleCount {
                let sample = Int(reynolds[position]) - 100
                let all = try reader.values(of: ["velocity"], sample: position)
                #expect(all == (0..<288).map { value(sample, $0) })
                let last = try reader.field("velocity", sample: position, frame: 2)
                #expect(last.grid == grid && last.components == 2)
                for point in 0..<48 {
                    #expect(last[0, point] == value(sample, 2 * 96 + 2 * point))
                    #expect(last[1, point] == value(sample, 2 * 96 + 2 * point + 1))
                }
                let coarse = try reader.values(of: ["velocity"], sample: position, frames: 1..<2, stride: 2)
                #expect(Array(coarse.prefix(4)) == [0, 1, 4, 5].map { value(sample, 96 + $0) })
                #expect(try reader.values(of: ["mask"], sample: position).filter { $0 == 1 }.count >= 9)
            }
        }
        #expect(seen.count == 10)
        // The same again is found whole; other values are not taken for these.
        #expect(try Import(samples(10), as: description, split: [6, 2, 2], into: folder("mine")).run().written == 0)
        var others = samples(10)
        others[3].fields[0][5] += 1
        #expect(throws: DataError.self) {
            try Import(others, as: description, split: [6, 2, 2], into: folder("mine")).run()
        }
    }

    @Test func samplesThatAreNotAsDescribedAreRefused() throws {
        let folder = TemporaryFolder()
        func refusal(_ change: (inout [Sample]) -> Void) -> String {
            var samples = samples(4)
            change(&samples)
            do {
                let made = try Import(samples, as: description, into: folder("broken"))
                return try made.check().findings.first.map { "\($0)" } ?? "none"
            } catch { return "\(error)" }
        }
        #expect(refusal { _ in } == "none")
        #expect(refusal { $0[2].fields[0].removeLast() }.contains("'velocity' of sample 2 has 287 values"))
        #expect(refusal { $0[1].fields.removeLast() }.contains("sample 1 has 1 fields"))
        #expect(refusal { $0[3].scalars = [:] }.contains("sample 3 has 0 values of 'reynolds'"))
        #expect(refusal { $0 = [] }.contains("there are no samples"))
        #expect(refusal { $0[0].fields[0][7] = .nan }.contains("NaN"))
    }
}
