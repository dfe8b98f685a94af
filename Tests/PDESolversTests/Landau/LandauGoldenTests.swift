import Foundation
import PDECore
import PDESolvers
import Testing

/// Short runs, pinned: a refactor leaves them as they are to the last bit where the libraries and the processor are those
/// that the hashes were taken with, and to round-off elsewhere.
@Suite struct LandauGoldenTests {
    struct Case: Sendable, CustomStringConvertible {
        let description: String
        /// Whether OpenBLAS multiplies in it, whose blocks follow the sizes of the processor's caches: then the last bits do too.
        let usesBLAS: Bool
        let hash: UInt64
        /// Three of the numbers, from the middle of them.
        let values: [Double]
        let run: @Sendable () -> [Double]

        /// Beams in Fourier space.
        init(
            fourier kernel: LandauKernel, dimensions: Int, points: Int, steps: Int, hash: UInt64, values: [Double]
        ) {
            usesBLAS = false
            description = "fourier, \(dimensions) dimensions, exponent \(kernel.exponent)"
            (self.hash, self.values) = (hash, values)
            run = {
                let stepper = LandauFourierStepper(
                    kernel, dimensions: dimensions, points: points, halfWidth: 4, timeStep: 0.01)
                var state = field(on: stepper.grid) { _, v in LandauCases.beams(v) } as Field<Double>
                stepper.advance(&state, steps: steps)
                return state.values.values
            }
        }

        /// Beams of particles.
        init(
            _ kernel: LandauKernel, dimensions: Int, _ interaction: ParticleInteraction, _ scheme: ParticleScheme,
            fit: Bool = false, conservesEnergy: Bool = false, hash: UInt64, values: [Double]
        ) {
            usesBLAS = !fit
            description =
                "\(interaction), \(dimensions) dimensions, exponent \(kernel.exponent), \(scheme), fit \(fit)"
            (self.hash, self.values) = (hash, values)
            run = {
                let grid = LandauCases.cells(dimensions == 2 ? 20 : 10, dimensions: dimensions, halfWidth: 3.5)
                var state = ParticleCloud(on: grid) { LandauCases.beams($0) }
                let score: any ParticleScore = fit ? PolynomialScore(dimensions: dimensions) : BlobScore(on: grid)
                let stepper = ParticleStepper(
                    kernel, score: score, count: state.count, dimensions: dimensions, timeStep: 0.01, scheme: scheme,
                    interaction: interaction, conservesEnergy: conservesEnergy)
                stepper.advance(&state, steps: 10)
                return (0..<state.count).flatMap { state.velocity($0) }
            }
        }
    }

    static let cases = [
        Case(
            fourier: .coulomb(strength: 0.1), dimensions: 2, points: 24, steps: 10, hash: 0xb832_046c_2025_25e7,
            values: [0.00025903854368774674, 0.00010111076936212628, 0.00025903855038193085]),
        Case(
            fourier: .maxwell(strength: 0.02), dimensions: 3, points: 16, steps: 3, hash: 0x553c_e4f2_1b3b_c515,
            values: [0.1442216351771608, 0.05486106597660051, 0.14422164354483452]),
        Case(
            .maxwell(strength: 0.05), dimensions: 2, .moments, .euler, hash: 0xb943_28b0_790b_fc69,
            values: [-0.47770233978026233, 0.16813901730612466, 1.171500417507685]),
        Case(
            .coulomb(strength: 0.1), dimensions: 2, .allPairs, .midpoint, conservesEnergy: true,
            hash: 0x2ea8_638b_59f5_f3ef,
            values: [-0.5207931477266812, 0.17343863548451247, 1.2218209593246758]),
        Case(
            LandauKernel(strength: 0.1, exponent: -1.5), dimensions: 3, .allPairs, .rungeKutta4,
            hash: 0x01e4_9f3d_24ae_3114,
            values: [-3.15434582167258, -1.0537265489319154, 0.3512335248962458]),
        Case(
            .coulomb(strength: 0.05), dimensions: 3, .randomBatches(size: 20, seed: 4), .midpoint,
            hash: 0x272c_dd01_524a_86e5,
            values: [-3.150169404091313, -1.0506745360091483, 0.35009870155181]),
        Case(
            .maxwell(strength: 0.02), dimensions: 2, .moments, .rungeKutta4, fit: true, hash: 0x5fd5_3b05_5289_7c63,
            values: [-0.5083898172741436, 0.17299390080895957, 1.1951181004417168]),
    ]

    @Test(arguments: cases)
    func runsAreUnchanged(_ golden: Case) {
        let found = golden.run()
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for value in found { hash = (hash ^ value.bitPattern) &* 0x100_0000_01b3 }
        let values = [1, 2, 3].map { found[($0 + 2) * found.count / 8 + found.count / 30] }
        #expect(
            zip(values, golden.values).allSatisfy { abs($0 - $1) <= 1e-11 }, "\(values) \(String(hash, radix: 16))")
        let isSame =
            LibraryVersions.fftw == "fftw-3.3.10-sse2-avx" && LibraryVersions.openBLAS.hasPrefix("OpenBLAS 0.3.21")
            && LibraryVersions.openBLASKernel == "Haswell"
        if isSame, !golden.usesBLAS { #expect(hash == golden.hash) }
    }
}
