import CAllocationCounter
import Foundation
import PDECore
import PDESolvers
import Testing

@Suite struct StepControlTests {
    @Test(arguments: [(0.1, 2), (2.0, 2), (2.1, 4), (4.1, 6), (6.5, 8), (9.0, 12), (13.0, 16), (17.0, 24), (97.0, 128)])
    func courantNumbersClimbTheLadder(_ needed: Double, _ steps: Int) {
        let found = StepControl.courant(0.5).steps(interval: needed, speed: 0.5, spacing: 1)
        #expect(found == steps)
    }

    @Test func fixedStepsAreEvenAndNotLonger() {
        for step in [0.3, 0.1, 0.011, 0.5, 3] {
            let count = StepControl.fixed(step).steps(interval: 1, speed: 100, spacing: 1)
            #expect(count % 2 == 0 && 1 / Double(count) <= step * (1 + 1e-9))
        }
        #expect(StepControl.fixed(0.1).steps(interval: 1, speed: 0, spacing: 1) == 10)
    }

    @Test func theLongestStepIsKept() {
        #expect(StepControl.courant(0.5, longest: 0.1).steps(interval: 1, speed: 1e-9, spacing: 1) == 12)
        #expect(StepControl.courant(0.5).steps(interval: 1, speed: .nan, spacing: 1) == .max)
    }

    @Test func gradedStartsCoverTheInterval() throws {
        let blocks = try #require(
            StepControl.fixed(0.01).blocks(interval: 1, speed: 1, spacing: 1, first: 1e-6))
        #expect(abs(blocks.reduce(0) { $0 + Double($1.count) * $1.step } - 1) < 1e-14)
        #expect(blocks[0].step == 1e-6 && blocks.allSatisfy { $0.count % 2 == 0 && $0.step <= 0.01 * (1 + 1e-9) })
        for (a, b) in zip(blocks, blocks.dropFirst()).dropLast() { #expect(b.step == 2 * a.step) }
    }

    /// Over an interval with any control the state is the one of even steps, to the method's accuracy.
    @Test func intervalsEndOnTime() throws {
        let grid = Grid.periodic(dimensions: 1, count: 256, length: 1)
        let initial: Field<Double> = field(on: grid) { _, x in sin(2 * .pi * x[0]) }
        let exact = ColeHopfSolution(from: initial, viscosity: 0.02).field(at: 0.3)
        for (control, first) in [
            (StepControl.fixed(1e-3), nil), (.courant(0.3), nil), (.fixed(2e-3), 1e-6),
        ] as [(StepControl, Double?)] {
            let stepper = SemilinearStepper<Double>(Burgers(viscosity: 0.02), on: grid, timeStep: 1)
            var state = stepper.state(of: initial)
            let start = stepper.budget(of: state)
            let report = try #require(
                stepper.advance(&state, over: 0.3, from: start, control: control, first: first))
            #expect(relativeError(stepper.field(of: state), exact) < 1e-7)
            #expect(abs(report.end.energy - start.energy - report.energyGained) < 1e-7 * start.energy)
            #expect(report.steps >= 100 && report.courant > 0)
        }
    }

    /// A step far beyond the stability limit ends in a report of blow-up, not in a crash.
    @Test func blowUpIsReported() {
        let grid = Grid.periodic(dimensions: 1, count: 64, length: 1)
        let stepper = SemilinearStepper<Double>(KortewegDeVries(), on: grid, timeStep: 1)
        var state = stepper.state(of: field(on: grid) { _, x in 1e3 * sin(2 * .pi * x[0]) })
        let start = stepper.budget(of: state)
        var reports = 0
        while let _ = stepper.advance(&state, over: 1, from: start, control: .fixed(0.1)), reports < 100 {
            reports += 1
        }
        #expect(reports < 100)
    }
}

/// Steps within an interval.
@Suite struct IntervalAdvanceTests {
    private static let chaos = Grid.periodic(dimensions: 1, count: 64, length: 24)

    private func chaos() -> SemilinearStepper<Double> {
        SemilinearStepper(KuramotoSivashinsky(), on: Self.chaos, timeStep: 1)
    }

    private func seedling(_ stepper: SemilinearStepper<Double>) -> SpectralField<Double> {
        stepper.state(
            of: field(on: Self.chaos) { _, x in 1e-3 * (sin(2 * .pi * x[0] / 24) + cos(4 * .pi * x[0] / 24)) })
    }

    /// Where the steps chosen at the beginning keep the bound, it changes nothing, to the last bit.
    @Test func boundsThatAreKeptChangeNothing() throws {
        let grid = Grid.periodic(dimensions: 1, count: 128, length: 20)
        let stepper = SemilinearStepper<Double>(KortewegDeVries(), on: grid, timeStep: 1)
        let initial = stepper.state(of: field(on: grid) { _, x in cos(.pi * x[0] / 10) })
        let start = stepper.budget(of: initial)
        var (free, bound) = (initial, initial)
        let first = try #require(stepper.advance(&free, over: 0.3, from: start, control: .courant(0.5)))
        let second = try #require(
            stepper.advance(
                &bound, over: 0.3, from: start, control: .courant(0.5),
                bounds: StepBounds(courant: 1.01 * first.courant, speed: 1e3)))
        #expect(first == second && free == bound)
    }

    /// From nearly nothing to chaos within an interval: steps of half the interval at first, of a hundredth later on.
    @Test func stepsShrinkAsSpeedsRise() throws {
        let stepper = chaos()
        var (state, exact) = (seedling(stepper), seedling(stepper))
        let start = stepper.budget(of: state)
        // In steps chosen once it overflows.
        var once = state
        let blind = stepper.advance(&once, over: 40, from: start, control: .courant(0.25))
        #expect(blind.map { $0.courant > 2 } ?? true)
        let report = try #require(
            stepper.advance(&state, over: 40, from: start, control: .courant(0.25), bounds: StepBounds(courant: 0.5)))
        #expect(report.courant <= 0.5 && report.steps > 40)
        #expect(abs(report.end.energy - start.energy - report.energyGained) < 1e-3 * report.end.energy)
        _ = try #require(stepper.advance(&exact, over: 40, from: start, control: .fixed(0.02)))
        #expect(relativeError(stepper.field(of: state), stepper.field(of: exact)) < 1e-2)
        #expect(report.end.maximumSpeed > 100 * start.maximumSpeed)
    }

    @Test func speedsBeyondTheBoundAreABlowUp() {
        let stepper = chaos()
        var state = seedling(stepper)
        let start = stepper.budget(of: state)
        let bounds = StepBounds(courant: 0.5, speed: 10 * start.maximumSpeed)
        #expect(stepper.advance(&state, over: 40, from: start, control: .courant(0.25), bounds: bounds) == nil)
    }

    /// Sizes of the step that were there before cost nothing: ten times as many steps allocate no more.
    @Test func warmIntervalsAllocateOnlyTheirBlocks() {
        let stepper = chaos()
        let initial = seedling(stepper)
        let start = stepper.budget(of: initial)
        func allocations(_ interval: Double) -> Int {
            var state = initial
            state.coefficients.withUnsafeMutablePointer { _ in }
            let before = allocation_count()
            _ = stepper.advance(
                &state, over: interval, from: start, control: .courant(0.25), bounds: StepBounds(courant: 0.5))
            return Int(allocation_count() - before)
        }
        for interval in [10.0, 40] { _ = allocations(interval) }
        #expect(allocations(10) == allocations(40))
    }
}

@Suite struct FrameExaminerTests {
    private func examine(_ count: Int, _ formula: @escaping (Double) -> Double) -> FrameExamination {
        let space = SpectralSpace<Double>(.periodic(dimensions: 1, count: count, length: 2))
        let state = SpectralField(field(on: space.grid) { _, x in formula(x[0]) }, in: space)
        return FrameExaminer(in: space).examine(state, into: [AlignedBuffer(count: count)])
    }

    @Test func aSineHasItsSlopeAndScale() {
        let found = examine(96) { 0.5 * sin(4 * .pi * $0) }
        #expect(abs(found.steepestSlope - 2 * .pi) < 1e-12)
        #expect(abs(found.jump - 1) < 1e-12)
        #expect(abs(found.layerThickness - 1 / (2 * .pi)) < 1e-12)
        #expect(found.spectralTail < 1e-30)
        // Four waves on 96 points: 24 spacings each.
        #expect(abs(found.smallestScale - 24) < 1)
    }

    @Test func anUnresolvedJumpShowsInTheTail() {
        let found = examine(96) { $0 < 1 ? 1 : -1 }
        #expect(found.spectralTail > 1e-4)
        #expect(abs(found.smallestScale - 3) < 0.2)
    }
}

@Suite struct EnsembleTests {
    /// Members with different coefficients, side by side on any number of threads, do as they do alone.
    @Test(arguments: [1, 2, 3])
    func membersDoAsTheyDoAlone(_ threads: Int) {
        let grid = Grid.periodic(dimensions: 1, count: 64, length: 1)
        func stepper(_ index: Int) -> SemilinearStepper<Float> {
            SemilinearStepper(Burgers(viscosity: 0.02 * Double(index + 1)), on: grid, timeStep: 1e-3)
        }
        let initial: Field<Float> = field(on: grid) { _, x in sin(2 * .pi * x[0]) }
        let ensemble = Ensemble((0..<5).map(stepper), threads: threads)
        var states = ensemble.members.map { $0.state(of: initial) }
        ensemble.advance(&states)
        ensemble.advance(&states, steps: 9)
        for index in 0..<5 {
            let alone = stepper(index)
            var state = alone.state(of: initial)
            alone.advance(&state, steps: 10)
            #expect(state == states[index])
        }
    }
}
