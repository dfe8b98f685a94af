import Glibc
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

    /// One minus the product over all spots of what each leaves, a spot being a product of one factor an axis.
    @Test(arguments: 1...3) func spotsAreWhatTheirFormulaSays(_ dimensions: Int) {
        let spots = Spots(count: 7, radius: 0.1, ground: [1, 0], spot: [0.5, 0.25])
        let grid = Grid((0..<dimensions).map { Grid.Axis(count: 8 + 2 * $0, from: 0, to: 1 + Double($0)) })
        let field = spots.field(on: grid, components: 2) { _ in RandomStream(seed: 5, index: 3, purpose: "spots") }
        var stream = RandomStream(seed: 5, index: 3, purpose: "spots")
        let middles = (0..<7).map { _ in (0..<dimensions).map { _ in stream.uniform(in: 0...1) } }
        for point in 0..<grid.count {
            var (rest, place) = (point, [Double]())
            for axis in grid.axes.reversed() {
                place.insert(Double(rest % axis.count) / Double(axis.count), at: 0)
                rest /= axis.count
            }
            let left = middles.reduce(1.0) { left, middle in
                let bump = (0..<dimensions).reduce(1.0) { bump, axis in
                    let radius = 0.1 / (1 + Double(axis))
                    return bump * exp((cos(2 * .pi * (place[axis] - middle[axis])) - 1) / pow(2 * .pi * radius, 2))
                }
                return left * (1 - bump)
            }
            #expect(abs(field[0, point] - (1 - 0.5 * (1 - left))) < 1e-14)
            #expect(abs(field[1, point] - 0.25 * (1 - left)) < 1e-14)
        }
    }

    /// What takes long to draw is given up when nobody wants it any more.
    @Test(arguments: [
        Spots(count: 10_000) as any InitialState,
        GaussianState(GaussianRandomField(variance: 1, shift: 1, exponent: 2)),
        RandomVorticity(wavenumber: 8, energy: 1), ModeSum([ModeSum.Mode(PeriodicMode([1, 2], amplitude: 1))]),
    ]) func drawsAreGivenUp(_ state: any InitialState) {
        var questions = 0
        _ = state.field(
            on: .periodic(dimensions: 2, count: 128, length: 1), components: 1,
            streams: { _ in RandomStream(seed: 5, index: 0, purpose: "a") },
            while: {
                questions += 1
                return questions < 3
            })
        #expect((3...8).contains(questions))
    }

    @Test func sineHasItsWaves() {
        let state = draw(SineWave(waves: 2), 16)
        for point in 0..<16 { #expect(abs(state[0, point] - state[0, (point + 8) % 16]) < 1e-14) }
        #expect(abs(state[0, 2] - 1) < 1e-14)
    }
}
