import PDEConfig
import PDEData
import Testing

@Suite struct MomentsTests {
    @Test(arguments: [Datasets.line, Datasets.plane])
    func momentsAreThoseOfTheDirectFormulas(_ description: DatasetDescription) throws {
        let left = try Datasets.image(of: description, 0..<3).moments
        let right = try Datasets.image(of: description, 3..<5).moments
        for (number, field) in description.fields.enumerated() where field.isSampleVarying {
            var merged = left[number]
            merged.merge(right[number])
            let components = description.componentCount(of: field)
            let frames = field.isTimeVarying ? description.times.count : 1
            for component in 0..<components {
                var values: [Double] = []
                var changes: [Double] = []
                for index in 0..<5 {
                    let sample = Datasets.sample(index, of: description).fields[number].map { Double($0) }
                    let stride = sample.count / frames
                    for position in sample.indices where position % components == component {
                        values.append(sample[position])
                        if position >= stride { changes.append(sample[position] - sample[position - stride]) }
                    }
                }
                expect(merged.values[component], values)
                expect(merged.changes[component], changes)
            }
        }
    }

    private func expect(_ moments: Moments, _ values: [Double]) {
        #expect(moments.count == values.count)
        guard !values.isEmpty else { return }
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
        let square = values.reduce(0) { $0 + $1 * $1 } / count
        #expect(abs(moments.mean - mean) < 1e-13)
        #expect(abs(moments.standardDeviation - variance.squareRoot()) < 1e-13)
        #expect(abs(moments.rootMeanSquare - square.squareRoot()) < 1e-13)
    }

    @Test func aLargeMeanDoesNotDrownASmallDeviation() {
        var moments = FieldMoments(field: "p", components: 1)
        let values = (0..<4096).map { Float(100_000) + Float($0 % 2) / 64 }
        moments.add(values + values.map { $0 + 1 / 64 }, frames: 2)
        #expect(abs(moments.values[0].standardDeviation - (1.0 / 128) * 2.0.squareRoot()) < 1e-9)
        #expect(moments.changes[0].mean == 1.0 / 64)
        #expect(moments.changes[0].standardDeviation == 0)
    }

    @Test func aRecordKeepsMomentsToTheLastBit() throws {
        let moments = try Datasets.image(of: Datasets.plane, 0..<2).moments
        let text = try StrictEncoder().encode(moments).serialized()
        #expect(try StrictDecoder().decode([FieldMoments].self, from: JSON.parse(text, file: "moments")) == moments)
    }
}
