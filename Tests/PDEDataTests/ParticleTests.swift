import Foundation
import PDEConfig
import PDEData
import Testing

/// Clouds of particles beside the fields of a dataset.
@Suite struct ParticleTests {
    /// Moments of clouds follow those of the fields: one entry a component.
    @Test func statisticsAreThoseOfTheValues() throws {
        let moments = try Datasets.image(of: Datasets.cloud, 0..<3).moments
        #expect(moments.map(\.field) == ["density", "velocity", "charge"])
        let samples = (0..<3).map { Datasets.sample($0, of: Datasets.cloud).particles[0].map(Double.init) }
        for component in 0..<2 {
            let values = samples.flatMap { sample in stride(from: component, to: 300, by: 2).map { sample[$0] } }
            let changes = samples.flatMap { sample in
                stride(from: 100 + component, to: 300, by: 2).map { sample[$0] - sample[$0 - 100] }
            }
            for (found, values) in [(moments[1].values, values), (moments[1].changes, changes)] {
                let mean = values.reduce(0, +) / Double(values.count)
                let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
                #expect(found[component].count == values.count)
                #expect(abs(found[component].mean - mean) < 1e-9)
                #expect(abs(found[component].standardDeviation - variance.squareRoot()) < 1e-9)
            }
        }
    }

    @Test func unsoundParticlesAreRefused() throws {
        func problem(_ change: (inout Sample) -> Void) throws -> String {
            var sample = Datasets.sample(0, of: Datasets.cloud)
            change(&sample)
            let writer = try ShardWriter(description: Datasets.cloud, provenance: [:], capacity: 1)
            let error = #expect(throws: DataError.self) { try writer.append(sample) }
            return "\(try #require(error))"
        }
        #expect(try problem { $0.particles = [] }.contains("0 clouds of particles, expected 2"))
        #expect(try problem { $0.particles[0].removeLast() }.contains("'velocity' has 299 values, expected those of"))
        #expect(try problem { $0.particles[1][9] = .nan }.contains("'charge' holds NaN or infinity in frame 1"))
        #expect(
            try problem { $0.particles[1].replaceSubrange(14..<21, with: $0.particles[1][7..<14]) }
                .contains("'charge' repeats frame 1 in frame 2"))
    }

    @Test func descriptionsThatNoFileCanFollowAreRefused() {
        var description = Datasets.cloud
        description.particles[0].name = "density"
        #expect(throws: DataError.self) { try description.validate() }
        description.particles[0].name = "charge"
        #expect(throws: DataError.self) { try description.validate() }
        description.particles[0].name = "velocity"
        description.particles[0].count = 0
        #expect(throws: DataError.self) { try description.validate() }
    }

    /// A description without particles has the text that it had before there were any, and both come back.
    @Test(arguments: [Datasets.line, Datasets.cloud])
    func descriptionsSurviveARoundTrip(_ description: DatasetDescription) throws {
        let text = try StrictEncoder().encode(description).serialized()
        #expect(text.contains("particles") == !description.particles.isEmpty)
        #expect(
            try StrictDecoder().decode(DatasetDescription.self, from: JSON.parse(text, file: "description"))
                == description)
    }
}
