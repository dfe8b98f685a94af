import CAllocationCounter
import Glibc
import PDECore
import PDEEvaluation
import Testing

@Suite("Transfer between grids")
struct GridTransferTests {
    private func moved(
        _ transfer: GridTransfer, _ values: [Float], isRestriction: Bool
    ) -> [Float] {
        var result = [Float](repeating: .nan, count: isRestriction ? transfer.coarse.count : transfer.fine.count)
        if isRestriction {
            transfer.restrict(values, into: &result)
        } else {
            transfer.prolong(values, into: &result)
        }
        return result
    }

    @Test(
        "waves that both grids resolve pass exactly, in one, two and three dimensions; others vanish", arguments: 1...3)
    func waves(dimensions: Int) {
        func wave(_ count: Int, _ k: Int) -> [Float] {
            let grid = Grid.periodic(dimensions: dimensions, count: count, length: 1)
            return (0..<grid.count).map { place in
                var (rest, phase) = (place, 0.3)
                for axis in 0..<dimensions {
                    phase += 2 * .pi * Double((axis == 1 ? -k : k) * (rest % count)) / Double(count)
                    rest /= count
                }
                return Float(cos(phase))
            }
        }
        let transfer = GridTransfer(
            fine: .periodic(dimensions: dimensions, count: 16, length: 1),
            coarse: .periodic(dimensions: dimensions, count: 8, length: 1))
        for (a, b) in [
            (moved(transfer, wave(16, 3), isRestriction: true), wave(8, 3)),
            (moved(transfer, wave(8, 3), isRestriction: false), wave(16, 3)),
            (moved(transfer, wave(16, 5), isRestriction: true), Array(repeating: 0, count: transfer.coarse.count)),
        ] {
            #expect(zip(a, b).allSatisfy { abs($0 - $1) < 2e-6 })
        }
    }

    private func cells(_ counts: [Int]) -> Grid {
        Grid(counts.map { Grid.Axis(count: $0, from: 0, to: 1, placement: .cells) })
    }

    @Test("cells: means are kept, linear fields pass exactly away from the walls")
    func linear() {
        let transfer = GridTransfer(fine: cells([12, 8]), coarse: cells([4, 4]))
        let fine = (0..<96).map { noise($0) }
        let coarse = moved(transfer, fine, isRestriction: true)
        let (meanBefore, meanAfter): (Float, Float) = (fine.reduce(0, +) / 96, coarse.reduce(0, +) / 16)
        #expect(abs(meanBefore - meanAfter) < 1e-6)
        func plane(_ n: Int, _ m: Int) -> [Float] {
            (0..<n * m).map { place -> Float in
                let (x, y) = ((Float(place / m) + 0.5) / Float(n), (Float(place % m) + 0.5) / Float(m))
                return 2 * x - 3 * y
            }
        }
        #expect(zip(moved(transfer, plane(12, 8), isRestriction: true), plane(4, 4)).allSatisfy { abs($0 - $1) < 1e-6 })
        let back = moved(transfer, plane(4, 4), isRestriction: false)
        for x in 1..<11 {
            for y in 1..<7 { #expect(abs(back[x * 8 + y] - plane(12, 8)[x * 8 + y]) < 1e-6) }
        }
    }

    @Test("solvers stand beside networks on grids that are coarser by 2, 4 and 8, or nearly so")
    func coarserGrids() throws {
        let counts = try [1, 2, 4, 8].map { factor in
            try #require(GridTransfer.coarser(.periodic(dimensions: 1, count: 100, length: 1), by: factor)).shape[0]
        }
        #expect(counts == [100, 50, 26, 14])
        #expect(GridTransfer.coarser(.periodic(dimensions: 1, count: 125, length: 1), by: 1) == nil)
        #expect(
            GridTransfer.coarser(cells([100]), by: 4)?.shape == [25] && GridTransfer.coarser(cells([100]), by: 8) == nil
        )
    }

    @Test("moving a field allocates nothing")
    func allocations() {
        let periodic = GridTransfer(
            fine: .periodic(dimensions: 2, count: 32, length: 1), coarse: .periodic(dimensions: 2, count: 16, length: 1)
        )
        let walls = GridTransfer(fine: cells([32, 32]), coarse: cells([16, 16]))
        let fine = [Float](repeating: 1, count: 1024)
        var coarse = [Float](repeating: 0, count: 256)
        var field = fine
        for transfer in [periodic, walls] {
            transfer.restrict(fine, into: &coarse)
            transfer.prolong(coarse, into: &field)
            let before = allocation_count()
            transfer.restrict(fine, into: &coarse)
            transfer.prolong(coarse, into: &field)
            #expect(allocation_count() - before == 0)
        }
    }
}
