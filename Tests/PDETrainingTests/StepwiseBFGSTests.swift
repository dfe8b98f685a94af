import PDEConfig
import PDECore
import PDETensor
import PDETraining
import Testing

@Suite struct StepwiseBFGSTests {
    private struct Quadratic {
        let parameters: [NamedTensor<Double>]
        let optimizer: Optimizer<Double>

        init(_ rule: any UpdateRule, clipNorm: Double? = nil) {
            let cpu = CPUBackend(threads: 2)
            parameters = [
                ("a", Tensor(repeating: 2, shape: [3, 4], on: cpu)), ("b", Tensor(repeating: -1, shape: [5], on: cpu)),
            ]
            optimizer = Optimizer(OptimizerSettings(rule, clipNorm: clipNorm), parameters, threads: 2)
        }

        /// The gradient of ½ Σ dᵢ (pᵢ − 1)² with d from 1 to 1000.
        var gradients: [Tensor<Double>] {
            parameters.map { _, value in
                Tensor(shape: value.shape, on: value.backend) { gradient in
                    for i in gradient.indices {
                        let part = Double(i) / Double(gradient.count - 1)
                        gradient[i] = (1 + 999 * part * part) * (value.pointer[i] - 1)
                    }
                }
            }
        }

        func train(_ steps: Int, rate: Double) {
            for _ in 0..<steps { optimizer.step(gradients, learningRate: rate) }
        }

        var distance: Double { parameters.flatMap { $0.value.values }.map { abs($0 - 1) }.max()! }
    }

    @Test func reachesTheMinimumOfAnIllConditionedQuadraticWhereAdamCrawls() {
        let (ours, adam) = (Quadratic(StepwiseBFGS(memory: 20)), Quadratic(Adam()))
        ours.train(200, rate: 1)
        adam.train(200, rate: 0.1)
        #expect(ours.distance < 1e-9, "\(ours.distance)")
        #expect(adam.distance > 1e-5)
    }

    @Test func noStepIsLongerThanAllowedAndTheFirstAsLongAsTheRate() {
        let quadratic = Quadratic(StepwiseBFGS(longestStep: 0.01))
        quadratic.train(1, rate: 1e-3)
        let norm = quadratic.parameters.flatMap { parameter in
            parameter.value.values.map { $0 - (parameter.name == "a" ? 2 : -1) }
        }.reduce(0) { $0 + $1 * $1 }.squareRoot()
        #expect(abs(norm - 1e-3) < 1e-12)
        var longest = 0.0
        for _ in 0..<30 {
            let before = quadratic.parameters.map(\.value.values)
            quadratic.train(1, rate: 1)
            for (old, new) in zip(before, quadratic.parameters.map(\.value.values)) {
                longest = zip(old, new).reduce(longest) { max($0, abs($1.0 - $1.1)) }
            }
        }
        #expect(longest <= 0.01 * (1 + 1e-12) && longest > 0.0099, "\(longest)")
    }

    /// What `state` gives is all: put into another optimiser it goes on with the same bits.
    @Test func goesOnFromItsState() {
        let (whole, first, second) = (
            Quadratic(StepwiseBFGS(memory: 3)), Quadratic(StepwiseBFGS(memory: 3)), Quadratic(StepwiseBFGS(memory: 3))
        )
        whole.train(12, rate: 1)
        first.train(5, rate: 1)
        // One step, so that the second counts as begun; all that it changed is written over.
        second.train(1, rate: 1)
        for (from, to) in zip(first.optimizer.state(), second.optimizer.state()) {
            #expect(from.name == to.name && from.value.shape == to.value.shape)
            to.value.withUnsafeMutableValues { _ = $0.update(fromContentsOf: from.value.values) }
        }
        second.train(7, rate: 1)
        #expect(second.parameters.map(\.value.values) == whole.parameters.map(\.value.values))
    }

    @Test func mistakesAreNamed() throws {
        let json = try JSON.parse(#"{ "kind": "l-bfgs", "memory": 0 }"#, file: "optimizer.json")
        let error = #expect(throws: ConfigurationError.self) {
            try StrictDecoder().decode(OptimizerSettings.self, from: json)
        }
        #expect("\(try #require(error))".contains("memory"))
    }
}
