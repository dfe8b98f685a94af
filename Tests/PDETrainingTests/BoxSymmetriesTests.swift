import PDEData
import PDEOperators
import PDETraining
import Testing

/// What boxes have for symmetries, and fields seen in them.
@Suite struct BoxSymmetriesTests {
    private func description(
        _ points: [Int], lengths: [Double]? = nil, _ boundaries: [Boundary]
    ) -> DatasetDescription {
        DatasetDescription(
            name: "box", title: "A box",
            dimensions: points.enumerated().map { axis, count in
                Dimension(
                    name: ["x", "y", "z"][axis], coordinates: (0..<count).map(Double.init), length: lengths?[axis])
            }, times: [0], fields: [], boundaries: boundaries)
    }

    private func walls(_ axes: Int) -> [Boundary] { ["x", "y", "z"][..<axes].map { Boundary(.wall, dimension: $0) } }

    @Test func boxesHaveTheSymmetriesThatTheyHave() {
        func count(_ description: DatasetDescription, stride: Int = 1) -> Int {
            BoxSymmetries(
                of: description, grid: description.dimensions.map { ($0.coordinates.count - 1) / stride + 1 },
                stride: stride, seed: 0
            ).all.count
        }
        #expect(count(description([5], walls(1))) == 2)
        #expect(count(description([5, 5], walls(2))) == 8)
        #expect(count(description([5, 5, 5], walls(3))) == 48)
        #expect(count(description([5, 4], walls(2))) == 4)
        #expect(count(description([5, 5], lengths: [4, 5], walls(2))) == 4)
        // An inflow and an outflow, and a period beside walls.
        let channel = [
            Boundary(.wall, dimension: "x", sides: .low), Boundary(.open, dimension: "x", sides: .high),
            Boundary(.wall, dimension: "y"),
        ]
        #expect(count(description([5, 5], channel)) == 2)
        #expect(
            count(description([5, 5], [Boundary(.periodic, dimension: "x"), Boundary(.wall, dimension: "y")])) == 4)
        // Every other point of 5 lies evenly, of 6 it does not.
        #expect(count(description([5, 5], walls(2)), stride: 2) == 8)
        #expect(count(description([6, 6], walls(2)), stride: 2) == 2)
    }

    @Test func fieldsAreMirroredAndTheirAxesExchanged() {
        let square = BoxSymmetries(of: description([2, 2], walls(2)), grid: [2, 2], stride: 1, seed: 0)
        let field: [Float] = [1, 10, 2, 20, 3, 30, 4, 40]
        let seen = square.all.map { symmetry in
            var turned = [Float](repeating: 0, count: 8)
            square.turn(field, symmetry, width: 2, into: &turned)
            for point in 0..<4 { #expect(turned[2 * point + 1] == 10 * turned[2 * point]) }
            return stride(from: 0, to: 8, by: 2).map { turned[$0] }
        }
        #expect(
            Set(seen) == [
                [1, 2, 3, 4], [2, 1, 4, 3], [3, 4, 1, 2], [4, 3, 2, 1], [1, 3, 2, 4], [3, 1, 4, 2], [2, 4, 1, 3],
                [4, 2, 3, 1],
            ])
        let line = BoxSymmetries(of: description([3], walls(1)), grid: [3], stride: 1, seed: 0)
        var turned = [Float](repeating: 0, count: 3)
        line.turn([1, 2, 3], line.all.first { $0.isMirrored == [true] }!, width: 1, into: &turned)
        #expect(turned == [3, 2, 1])
        // A brick of 2 × 3 × 2, whose equal axes are exchanged and of which one is mirrored: (i, j, k) was (k, j, 1 − i).
        let brick = BoxSymmetries(of: description([2, 3, 2], walls(3)), grid: [2, 3, 2], stride: 1, seed: 0)
        #expect(brick.all.count == 16)
        var bricks = [Float](repeating: 0, count: 12)
        brick.turn(
            (0..<12).map(Float.init), BoxSymmetry(axes: [2, 1, 0], isMirrored: [true, false, false]),
            width: 1, into: &bricks)
        #expect(bricks == [1, 7, 3, 9, 5, 11, 0, 6, 2, 8, 4, 10])
    }

    @Test func everyEpochSeesASampleAnew() {
        let square = BoxSymmetries(of: description([4, 4], walls(2)), grid: [4, 4], stride: 1, seed: 7)
        let drawn = (0..<800).map { square.symmetry(epoch: $0, sample: 3) }
        for symmetry in square.all { #expect((60...140).contains(drawn.count { $0 == symmetry })) }
        #expect((0..<800).map { square.symmetry(epoch: $0, sample: 3) } == drawn)
        #expect((0..<800).map { square.symmetry(epoch: 0, sample: $0) } != drawn)
    }
}
