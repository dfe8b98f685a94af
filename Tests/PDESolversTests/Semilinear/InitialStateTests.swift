import PDECore
import PDESolvers
import Testing

@Suite struct InitialStateTests {
    private func draw(_ state: any InitialState, _ count: Int, dimensions: Int = 1, index: Int = 0) -> Field<Double> {
        state.field(
            on: .periodic(dimensions: dimensions, count: count, length: 1), components: dimensions
        ) { RandomStream(seed: 5, index: index, purpose: $0 == 0 ? "a" : "b") }
    }

    @Test(arguments: [1, 2])
    func fourierSeriesDoNotDependOnTheResolution(_ dimensions: Int) {
        let (coarse, fine) = (
            draw(FourierSeries(modes: 3), 24, dimensions: dimensions),
            draw(FourierSeries(modes: 3), 48, dimensions: dimensions)
        )
        for component in 0..<dimensions {
            for point in 0..<coarse.grid.count {
                let other = dimensions == 1 ? 2 * point : 96 * (point / 24) + 2 * (point % 24)
                #expect(abs(coarse[component, point] - fine[component, other]) < 1e-13)
            }
        }
    }

    @Test func fourierSeriesReachOne() {
        for index in 0..<20 {
            let largest = draw(FourierSeries(modes: 5), 1024, index: index).values.values.map(abs).max()!
            #expect(largest > 0.99 && largest < 1.02)
        }
    }

    @Test func samplesDiffer() {
        #expect(draw(FourierSeries(modes: 5), 64, index: 0) != draw(FourierSeries(modes: 5), 64, index: 1))
        #expect(draw(FourierSeries(modes: 5), 64, index: 4) == draw(FourierSeries(modes: 5), 64, index: 4))
    }

    @Test func sineHasItsWaves() {
        let state = draw(SineWave(waves: 2), 16)
        for point in 0..<16 { #expect(abs(state[0, point] - state[0, (point + 8) % 16]) < 1e-14) }
        #expect(abs(state[0, 2] - 1) < 1e-14)
    }
}
