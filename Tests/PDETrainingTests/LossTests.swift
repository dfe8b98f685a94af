import Foundation
import PDECore
import PDETensor
import PDETraining
import Testing

/// Losses against closed forms, and their derivatives against differences.
@Suite struct LossTests {
    private let cpu = CPUBackend(threads: 2)
    private static let relative: [any Loss] = [RelativeL2(), H1()]
    private static let all: [any Loss] = relative + [MeanSquare()]

    private func loss(_ kind: any Loss, _ a: Tensor<Double>, _ b: Tensor<Double>, periodic: Bool = true) -> Double {
        FieldLoss(kind, isPeriodic: a.shape[1..<a.rank - 1].map { _ in periodic })(a, b).item
    }

    /// cos(kx + phase) on n points: [1][n][1].
    private func wave(_ k: Int, _ n: Int, phase: Double = 0) -> Tensor<Double> {
        Tensor((0..<n).map { cos(2 * .pi * Double(k * $0) / Double(n) + phase) }, shape: [1, n, 1], on: cpu)
    }

    @Test func aConstantFactorIsTheRelativeError() {
        let u = random([3, 8, 6, 2], "u", on: cpu)
        for kind in Self.relative {
            for periodic in [true, false] {
                #expect(abs(loss(kind, u * 1.25, u, periodic: periodic) - 0.25) < 1e-12, "\(kind.kindName)")
                #expect(abs(loss(kind, u.zeros, u, periodic: periodic) - 1) < 1e-12, "\(kind.kindName)")
                #expect(loss(kind, u, u, periodic: periodic) < 1e-100, "\(kind.kindName)")
            }
        }
        #expect(abs(loss(MeanSquare(), u + 0.3, u) - 0.09) < 1e-12)
    }

    /// A truth of zeros has no relative error: what counts is the error against the smallest size that is told apart.
    @Test(arguments: Self.relative) func aTruthOfZerosGivesNoHugeLoss(_ kind: any Loss) {
        let u = random([1, 8, 2], "u", on: cpu)
        let size = (u.squared.sum().item / 8).squareRoot()
        let loss = FieldLoss(kind, isPeriodic: [true], smallest: 1e-3 * size)
        let even = u.ones * (size / 2.0.squareRoot())
        #expect(abs(loss(even * 1e-3, u.zeros).item - 1) < 1e-12)
        // What is larger is measured as ever.
        #expect(loss(u * 1.25, u).item == FieldLoss(kind, isPeriodic: [true])(u * 1.25, u).item)
    }

    /// Every sample counts alike, however large its values are.
    @Test func relativeLossesAreMeansOverSamples() {
        let u = random([1, 8, 1], "u", on: cpu)
        let truth = Tensor.concatenated([u, u * 1000], along: 0)
        let prediction = Tensor.concatenated([u * 1.1, u * 1300], along: 0)
        for kind in Self.relative { #expect(abs(loss(kind, prediction, truth) - 0.2) < 1e-12) }
        #expect(loss(MeanSquare(), prediction, truth) > 1)
    }

    /// The error ε cos(kx) of cos(x): differences of a wave are waves of 2 sin(πk/n) times its size.
    @Test(arguments: [1, 3, 7]) func slopesWeighShortWavesMore(_ k: Int) {
        let (n, size) = (32, 0.01)
        func slope(_ k: Int) -> Double { Double(n) / (2 * .pi) * 2 * sin(.pi * Double(k) / Double(n)) }
        let expected = size * ((1 + slope(k) * slope(k)) / (1 + slope(1) * slope(1))).squareRoot()
        let truth = wave(1, n)
        #expect(abs(loss(H1(), truth + wave(k, n, phase: 0.4) * size, truth) - expected) < 1e-12)
        #expect(abs(loss(RelativeL2(), truth + wave(k, n, phase: 0.4) * size, truth) - size) < 1e-12)
    }

    /// A ramp jumps at the end of a periodic axis and nowhere else.
    @Test func differencesCrossTheEndsOfPeriodicAxesOnly() {
        let n = 8
        let ramp = Tensor((0..<n).map { Double($0) }, shape: [1, n, 1], on: cpu)
        let one = ramp.ones
        let squares = Double((0..<n).reduce(0) { $0 + $1 * $1 })
        let scale = (Double(n) / (2 * .pi)) * (Double(n) / (2 * .pi))
        let open = ((squares + scale * Double(n - 1)) / Double(n)).squareRoot()
        let closed = ((squares + scale * Double(n - 1 + (n - 1) * (n - 1))) / Double(n)).squareRoot()
        #expect(abs(loss(H1(), one + ramp, one, periodic: false) - open) < 1e-12)
        #expect(abs(loss(H1(), one + ramp, one, periodic: true) - closed) < 1e-12)
    }

    /// What is predicted in solids does not count, and what is right in the fluid is all that has to be right.
    @Test(arguments: Self.all) func solidsDoNotCount(_ kind: any Loss) {
        let loss = FieldLoss(kind, isPeriodic: [false, true])
        let fluid = Tensor<Double>(shape: [2, 6, 8, 1], on: cpu) { values in
            for index in values.indices { values[index] = index % 3 == 0 ? 0 : 1 }
        }
        let truth = random([2, 6, 8, 2], "truth", on: cpu)
        let (inside, outside) = (random([2, 6, 8, 2], "a", on: cpu), random([2, 6, 8, 2], "b", on: cpu))
        let wrongInSolids = truth + inside * (1 - fluid)
        #expect(loss(wrongInSolids, truth, fluid: fluid).item < 1e-100)
        #expect(loss(wrongInSolids, truth).item > 0.01)
        let prediction = truth + outside * fluid
        let value = loss(prediction, truth, fluid: fluid).item
        #expect(value > 0.01)
        #expect(abs(loss(prediction + inside * (1 - fluid), truth, fluid: fluid).item - value) < 1e-12 * value)
    }

    /// An error of one everywhere has the mean square one, however much of the domain is solid.
    @Test func theMeanSquareIsTheFluids() {
        let fluid = Tensor<Double>([1, 0, 0, 1, 0, 0, 0, 1], shape: [2, 4, 1], on: cpu)
        let truth = random([2, 4, 3], "truth", on: cpu)
        #expect(abs(FieldLoss(MeanSquare(), isPeriodic: [true])(truth + 1, truth, fluid: fluid).item - 1) < 1e-12)
    }

    @Test(arguments: Self.all, [true, false]) func derivatives(_ kind: any Loss, _ isMasked: Bool) {
        for (grid, periodic) in [([9], [true]), ([7], [false]), ([4, 5], [true, false])] {
            let shape = [2] + grid
            let fluid = Tensor<Double>(shape: shape + [1], on: cpu) { values in
                for index in values.indices { values[index] = index % 4 == 1 ? 0 : 1 }
            }
            let loss = FieldLoss(kind, isPeriodic: periodic)
            expectDerivatives(
                at: [random(shape + [2], "p", on: cpu), random(shape + [2], "t", on: cpu)], "\(kind.kindName) \(grid)"
            ) { loss($0[0], $0[1], fluid: isMasked ? fluid : nil) }
        }
    }

    /// A perfect prediction has a finite derivative: roots have none at zero.
    @Test(arguments: Self.all) func theDerivativeAtThePerfectPredictionIsFinite(_ kind: any Loss) {
        let u = random([2, 8, 1], "u", on: cpu)
        let x = u.variable
        let gradient = FieldLoss(kind, isPeriodic: [true])(x, u).gradient(withRespectTo: [x])[0]
        #expect(gradient.values.allSatisfy { $0 == 0 })
    }
}
