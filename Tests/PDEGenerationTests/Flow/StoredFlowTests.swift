import PDEGeneration
import Testing

/// What is stored of a flow, and what pictures make of it.
@Suite struct StoredFlowTests {
    /// A block is the mean of its fluid cells, and solid where more than half of it is.
    @Test func blocksAverageTheFluid() {
        // Four blocks of 2 × 2 cells, x first: all fluid, one solid, two solid, three solid.
        let mask: [UInt8] = [0, 0, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 1]
        let blocks = CellBlocks(of: mask, shape: [4, 4], side: 2)
        #expect(blocks.mask == [0, 0, 0, 1])
        let values = mask.enumerated().map { $1 == 1 ? Float(1e6) : Float($0) }
        var means = [Float](repeating: -1, count: 4)
        blocks.average(values, components: 1, into: &means)
        // The sums of the numbers of the fluid cells: 0, 1, 4, 5; then 3, 6, 7; then 12, 13.
        let expected: [Float] = [10 / 4, 16 / 3, 25 / 2, 0]
        #expect(zip(means, expected).allSatisfy { abs($0 - $1) < 1e-5 })
        var pairs = [Float](repeating: -1, count: 8)
        blocks.average(values.flatMap { [$0, -$0] }, components: 2, into: &pairs)
        #expect(pairs == means.flatMap { [$0, -$0] })
    }

    @Test func blocksOfOneCellChangeNothing() {
        let mask: [UInt8] = [0, 1, 0, 0, 0, 1]
        let blocks = CellBlocks(of: mask, shape: [3, 2], side: 1)
        var means = [Float](repeating: -1, count: 6)
        blocks.average([1, 2, 3, 4, 5, 6], components: 1, into: &means)
        #expect(means == [1, 0, 3, 4, 5, 0] && blocks.mask == [0, 1, 0, 0, 0, 1])
    }

    /// Solid-body rotation has the vorticity 2Ω, a shear flow −du/dy; solid cells are holes.
    @Test func vorticityOfLinearFlowsIsExact() {
        let (nx, ny, h) = (6, 4, 0.25)
        var velocity: [Float] = []
        for i in 0..<nx { for j in 0..<ny { velocity += [Float(-3 * h * Double(j)), Float(3 * h * Double(i))] } }
        var mask = [Float](repeating: 0, count: nx * ny)
        mask[5 * ny + 3] = 1
        let field = Vorticity.field(of: velocity, mask: mask, shape: (nx, ny), spacing: h, isChannel: true)
        for i in 1..<nx - 1 { for j in 1..<ny - 1 { #expect(field[i * ny + j] == 6) } }
        #expect(field[5 * ny + 3].isNaN && field.count { $0.isNaN } == 1)
    }

    /// At a wall the velocity vanishes, at the lid it is that of the lid.
    @Test func vorticityKnowsTheWalls() {
        let velocity = [Float](repeating: 0, count: 2 * 16).enumerated().map { $0.offset % 2 == 0 ? Float(0.5) : 0 }
        let mask = [Float](repeating: 0, count: 16)
        let channel = Vorticity.field(of: velocity, mask: mask, shape: (4, 4), spacing: 1, isChannel: true)
        let cavity = Vorticity.field(of: velocity, mask: mask, shape: (4, 4), spacing: 1, isChannel: false)
        #expect(channel[4] == -0.5 && channel[7] == 0.5 && channel[5] == 0)
        #expect(cavity[4] == -0.5 && cavity[7] == -0.5)
        #expect(Vorticity.picture([0, 1, 2, 3, 4, 5], shape: (3, 2)) == [0, 2, 4, 1, 3, 5])
    }
}
