import CAllocationCounter
import Foundation
import PDECore
import PDETensor
import PDETraining
import Testing

@Suite struct OptimizerTests {
    private func numbers(_ count: Int, _ index: Int) -> [Double] {
        var stream = RandomStream(seed: 1, index: index, purpose: "optimizer")
        return (0..<count).map { _ in stream.normal() }
    }

    private func numbers(decay: Double = 0) -> AdamNumbers {
        AdamNumbers(weightDecay: decay, beta1: 0.9, beta2: 0.99, epsilon: 1e-8)
    }

    /// The algorithms as they are published, one number at a time.
    @Test(arguments: [false, true]) func stepsAreThePublishedOnes(_ isDecoupled: Bool) {
        let cpu = CPUBackend(threads: 2)
        let start = numbers(100, 0)
        let parameter = Tensor(start, shape: [100], on: cpu)
        let optimizer = Optimizer(
            OptimizerSettings(
                isDecoupled ? AdamW(numbers(decay: 0.03)) : Adam(numbers(decay: 0.03)), learningRate: 0.1, clipNorm: 4),
            [("p", parameter)], threads: 2)
        var (p, m, v) = (start, [Double](repeating: 0, count: 100), [Double](repeating: 0, count: 100))
        for step in 1...5 {
            let gradient = numbers(100, step)
            let norm = optimizer.step([Tensor(gradient, shape: [100], on: cpu)], learningRate: 0.1)
            let size = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
            #expect(abs(norm! - size) < 1e-12 * size)
            for i in 0..<100 {
                var g = gradient[i] * min(1, 4 / size)
                if !isDecoupled { g += 0.03 * p[i] }
                m[i] = 0.9 * m[i] + 0.1 * g
                v[i] = 0.99 * v[i] + 0.01 * g * g
                let (mean, square) = (m[i] / (1 - pow(0.9, Double(step))), v[i] / (1 - pow(0.99, Double(step))))
                if isDecoupled { p[i] -= 0.1 * 0.03 * p[i] }
                p[i] -= 0.1 * mean / (square.squareRoot() + 1e-8)
            }
            for (a, b) in zip(parameter.values, p) { #expect(abs(a - b) < 1e-12) }
        }
    }

    @Test func threadsDoNotChangeTheBitsAndNothingIsAllocated() {
        var results: [[Float]] = []
        for threads in 1...3 {
            let cpu = CPUBackend(threads: threads)
            let parameter = Tensor<Float>(numbers(200_001, 0).map(Float.init), shape: [200_001], on: cpu)
            let optimizer = Optimizer(
                OptimizerSettings(AdamW(self.numbers(decay: 0.01)), clipNorm: 1, averaging: 0.9), [("p", parameter)],
                threads: threads)
            let gradient = Tensor<Float>(numbers(200_001, 1).map(Float.init), shape: [200_001], on: cpu)
            optimizer.step([gradient], learningRate: 0.01)
            let fresh = cpu.pool.usage.freshBlocks
            optimizer.step([gradient], learningRate: 0.01)
            #expect(cpu.pool.usage.freshBlocks == fresh)
            results.append(parameter.values + optimizer.result[0].values)
        }
        #expect(results[0] == results[1] && results[0] == results[2])
    }

    @Test func averagesFollow() {
        let cpu = CPUBackend(threads: 1)
        let parameter = Tensor<Double>([1], shape: [1], on: cpu)
        let optimizer = Optimizer(OptimizerSettings(Adam(numbers()), averaging: 0.5), [("p", parameter)], threads: 1)
        var average = 1.0
        for step in 1...20 {
            optimizer.step([Tensor<Double>([1], shape: [1], on: cpu)], learningRate: 0.1)
            average += (1 - min(0.5, Double(1 + step) / Double(10 + step))) * (parameter.values[0] - average)
            #expect(abs(optimizer.result[0].values[0] - average) < 1e-12)
        }
    }

    @Test func schedules() {
        let cosine = CosineSchedule(warmup: 0.1, final: 0.01)
        #expect(abs(cosine.factor(step: 0, of: 1000) - 0.01) < 1e-12)
        #expect(abs(cosine.factor(step: 99, of: 1000) - 1) < 1e-12)
        #expect(abs(cosine.factor(step: 100, of: 1000) - 1) < 1e-12)
        #expect(abs(cosine.factor(step: 999, of: 1000) - 0.01) < 1e-12)
        #expect(abs(CosineSchedule(warmup: 0, final: 0).factor(step: 500, of: 1001) - 0.5) < 1e-12)
        let step = StepSchedule(factor: 0.5, drops: 4)
        #expect([0, 249, 250, 999].map { step.factor(step: $0, of: 1000) } == [1, 1, 0.5, 0.125])
        let cycle = OneCycleSchedule(warmup: 0.3, start: 0.04, final: 0)
        #expect(abs(cycle.factor(step: 0, of: 1000) - 0.04) < 1e-12)
        #expect(abs(cycle.factor(step: 299, of: 1000) - 1) < 1e-12)
        #expect(abs(cycle.factor(step: 999, of: 1000)) < 1e-12)
        #expect(ConstantSchedule().factor(step: 7, of: 9) == 1)
    }
}
