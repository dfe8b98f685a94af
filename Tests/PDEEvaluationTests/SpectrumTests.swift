import Glibc
import PDECore
import PDEEvaluation
import Testing

@Suite("Spectra and bands")
struct SpectrumTests {
    private func spectrum(_ grid: Grid, value: (Int) -> Float) -> FieldSpectrum {
        let spectrum = FieldSpectrum(on: grid)
        let values = (0..<grid.count).map(value)
        spectrum.analyse(truth: values, prediction: values, scales: [1], channels: 1)
        return spectrum
    }

    @Test("a wave of length (3, 4) fills shell 5 with its mean square")
    func plane() {
        let n = 32
        let found = spectrum(.periodic(dimensions: 2, count: n, length: 2)) { place in
            Float(cos(2 * .pi * Double(3 * (place / n) + 4 * (place % n)) / Double(n)))
        }
        for (shell, energy) in found.truth.enumerated() {
            #expect(abs(energy - (shell == 5 ? 0.5 : 0)) < 1e-6)
        }
        #expect(found.error.allSatisfy { $0 == 0 })
        #expect(found.shells.wavenumbers[5] == 5)
    }

    @Test("between walls a half wave of number j has the wavenumber j/2")
    func walls() {
        let n = 30
        let axis = Grid.Axis(count: n, from: 0, to: 1, placement: .cells)
        let found = spectrum(Grid([axis])) { Float(cos(.pi * 7 * (Double($0) + 0.5) / Double(n))) }
        for (wave, energy) in zip(found.shells.wavenumbers, found.truth) {
            #expect(abs(energy - (wave == 3.5 ? 0.5 : 0)) < 1e-6)
        }
    }

    @Test(
        "the shells share out the mean square",
        arguments: [
            Grid.periodic(dimensions: 1, count: 64, length: 1), .periodic(dimensions: 1, count: 63, length: 1),
            .periodic(dimensions: 2, count: 24, length: 1), .periodic(dimensions: 3, count: 8, length: 3),
            Grid([
                .init(count: 12, from: 0, to: 1, placement: .cells),
                .init(count: 20, from: 0, to: 2, placement: .nodes),
            ]),
            Grid([.init(count: 16, from: 0, to: 4), .init(count: 8, from: 0, to: 1)]),
        ])
    func parseval(grid: Grid) {
        let found = spectrum(grid) { noise($0) }
        let square = (0..<grid.count).reduce(0.0) { $0 + Double(noise($1) * noise($1)) } / Double(grid.count)
        #expect(abs(found.truth.reduce(0, +) - square) < 1e-5 * square)
        #expect(found.prediction == found.truth)
    }

    @Test("the thirds of 48 waves end at 16, 32 and 48, and leave out the mean")
    func thirds() {
        let shells = SpectralShells(describing: .periodic(dimensions: 1, count: 96, length: 1))
        #expect(shells.bands == [1..<17, 17..<33, 33..<49])
        let walls = SpectralShells(describing: Grid([.init(count: 48, from: 0, to: 1, placement: .cells)]))
        #expect(walls.bands.map { walls.wavenumbers[$0.lowerBound] } == [0.5, 8.5, 16.5])
    }

    @Test("an error in one band is seen in that band alone; a band without energy has no mark")
    func bands() throws {
        let n = 96
        let truth = reference(line(n), frames: 6) { _, _, point in
            sine(point, of: n, wave: 2) + sine(point, of: n, wave: 20)
        }
        let score = try RolloutEvaluator(truth, threads: 1).evaluate([
            .closedForm(points: n) { _, _, point in
                sine(point, of: n, wave: 2) + 0.4 * sine(point, of: n, wave: 20)
            }
        ]).contestants[0]
        #expect(isClose(score.summary.bandErrors[0]?.value, 0, within: 1e-5))
        #expect(isClose(score.summary.bandErrors[1]?.value, 0.6, within: 1e-5))
        #expect(score.summary.bandErrors[2] == nil)
        #expect(score.summary.highBandDecades == nil)
        let last = try #require(score.spectra.last)
        #expect(last.step == 5)
        #expect(isClose(last.truth?[19], 0.5, within: 1e-5))
        #expect(isClose(last.prediction[19], 0.08, within: 1e-5))
    }
}
