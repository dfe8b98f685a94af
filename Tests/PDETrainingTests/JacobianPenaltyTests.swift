import Foundation
import PDEConfig
import PDECore
import PDEOperators
import PDETensor
import PDETraining
import Testing

/// The penalties against full Jacobians and closed forms.
@Suite struct JacobianPenaltyTests {
    private let cpu = CPUBackend(threads: 1)
    private static let points = 16

    private func penalty(_ kind: String, probes: Int = 1, weight: Double = 1) throws -> any JacobianPenalty {
        let json = JSON.object(
            [("kind", .string(kind)), ("weight", .number(weight)), ("probes", .number(probes))]
                + (["log", "response"].contains(kind) ? [("epsilon", .number(0.01))] : []))
        return try StrictDecoder().decode(OneOf<JacobianPenalties>.self, from: json).wrappedValue
    }

    private func normalization(mean: Double = 0, deviation: Double = 1) throws -> Normalization {
        let text = """
            { "stateMean": [\(mean)], "stateDeviation": [\(deviation)], "outputMean": [0.1], "outputDeviation": [0.7],
              "parameterMean": [], "parameterDeviation": [], "parameterIsLogarithmic": [] }
            """
        return try StrictDecoder().decode(Normalization.self, from: JSON.parse(text, file: "normalization"))
    }

    /// A surrogate of one channel; `edit` changes its parameters by name.
    private func surrogate(
        _ normalization: Normalization, activation: Activation = .gelu, width: Int = 4, layers: Int = 2,
        _ edit: (String, Tensor<Double>) -> Tensor<Double> = { $1 }
    ) -> Surrogate<Double> {
        let network = FourierOperator<Double>(
            FourierArchitecture(
                width: width, modes: [4], layers: layers, hidden: 6, coordinates: false, activation: activation),
            OperatorShape(inputs: 1, outputs: 1, axes: 1), Initialization(seed: 3, backend: cpu))
        return Surrogate(
            network.mappingParameters(edit), normalization, history: 1, predictsChange: true, on: cpu)
    }

    /// The Jacobian by columns, in standard deviations of the state on both sides.
    private func jacobian(_ surrogate: Surrogate<Double>, _ states: Tensor<Double>) -> [[Double]] {
        let n = Self.points
        let x = states.variable
        let result = surrogate(x, conditions: nil)
        let columns = (0..<n).map { column in
            result.tangent(
                along: [(x, Tensor((0..<n).map { $0 == column ? 1 : 0 }, shape: states.shape, on: cpu))]
            ).values
        }
        return (0..<n).map { row in columns.map { $0[row] } }
    }

    /// sᵀAs with A = JᵀJ has the mean tr A, the squared row norms of J together, and the variance 2 (‖A‖² − Σ Aᵢᵢ²).
    @Test(arguments: [1, 8]) func probesHaveTheMeanOfTheRowsSquares(_ probes: Int) throws {
        let surrogate = surrogate(try normalization(mean: 0.2, deviation: 1.7))
        let states = random([1, Self.points, 1], "states", on: cpu)
        let matrix = jacobian(surrogate, states)
        let n = Self.points
        let rows = matrix.map { $0.reduce(0) { $0 + $1 * $1 } }
        var variance = 0.0
        for i in 0..<n {
            for j in 0..<n where i != j {
                let a = (0..<n).reduce(0.0) { $0 + matrix[$1][i] * matrix[$1][j] }
                variance += 2 * a * a
            }
        }
        let penalty = try penalty("global", probes: probes)
        let count = 4000 / probes
        var sum = 0.0
        for index in 0..<count {
            let stream = RandomStream(seed: 5, index: index, purpose: "probes")
            let x = states.variable
            var probes = JacobianProbes(surrogate(x, conditions: nil), of: x, deviation: [1.7], part: nil, stream)
            sum += penalty(&probes)!.item
        }
        let mean = rows.reduce(0, +) / Double(n)
        let deviation = (variance / Double(count * probes)).squareRoot() / Double(n)
        #expect(abs(sum / Double(count) - mean) < 4.5 * deviation, "\(sum / Double(count)), \(mean) ± \(deviation)")
        #expect(deviation < 0.02 * mean && deviation > 0)
    }

    /// Without its spectral part a network is a function of every point: signs do not matter, and r is its slope's square.
    @Test func penaltiesOfPointwiseNetworksAreClosedForms() throws {
        let surrogate = surrogate(try normalization(deviation: 0.8)) { name, parameter in
            name.hasSuffix("spectral") ? parameter.zeros : parameter * 3
        }
        let states = random([3, Self.points, 1], "states", on: cpu)
        let x = states.variable
        let slopes = surrogate(x, conditions: nil).tangent(along: [(x, states.ones)]).values
        let r = slopes.map { $0 * $0 }
        #expect(Set(r.map { ($0 * 1e6).rounded() }).count > 20)
        let head = UncertaintyHead<Double>(
            StateChannels(mean: [0], deviation: [0.8], history: 1, isPeriodic: [true]),
            Initialization(seed: 1, backend: cpu))
        let s = head(states).values
        let mean = { (values: [Double]) in values.reduce(0, +) / Double(values.count) }
        let growth = (0..<3).map { mean(Array(r[$0 * Self.points..<($0 + 1) * Self.points])).squareRoot() }
        let expected = [
            "global": mean(r), "log": mean(r.map { log($0 + 0.01) }),
            "hinge": mean(growth.map { max(0, $0 - 1) * max(0, $0 - 1) }),
            // The solver's slope is 0.6 everywhere.
            "response": mean(slopes.map { ($0 - 0.6) * ($0 - 0.6) }),
            "jaws": mean(zip(r, s).map { exp(-$1) * $0 + $1 + $1 * $1 / 8 }),
        ]
        for (kind, value) in expected {
            let stream = RandomStream(seed: 1, index: 0, purpose: "probes")
            let x = states.variable
            var probes = JacobianProbes(
                surrogate(x, conditions: nil), of: x, deviation: [0.8], part: head,
                solver: { $0 * 0.6 + 0.1 }, stream)
            let penalty = try penalty(kind, probes: 2, weight: 0.5)
            let found = penalty(&probes)
            #expect(abs(found!.item - 0.5 * value) < 1e-10 * max(1, abs(value)), "\(kind)")
        }
        #expect(growth.contains { $0 > 1 }, "\(growth)")
    }

    /// The derivative of a penalty, which goes through a derivative, against differences.
    @Test(arguments: ["global", "log", "hinge", "jaws"]) func derivativesWithRespectToParameters(_ kind: String) throws
    {
        let surrogate = surrogate(try normalization()) { $0.hasSuffix("weight") ? $1 * 2 : $1 }
        let head = UncertaintyHead<Double>(
            StateChannels(mean: [0], deviation: [1], history: 1, isPeriodic: [true]),
            Initialization(seed: 1, backend: cpu))
        let states = random([2, Self.points, 1], "states", on: cpu)
        let penalty = try penalty(kind)
        func value(_ surrogate: Surrogate<Double>, _ head: UncertaintyHead<Double>) -> Tensor<Double> {
            let stream = RandomStream(seed: 1, index: 0, purpose: "probes")
            let x = states.variable
            var probes = JacobianProbes(surrogate(x, conditions: nil), of: x, deviation: [1], part: head, stream)
            return penalty(&probes)!
        }
        let (module, variables) = surrogate.differentiable
        let (headModule, headVariables) = head.differentiable
        let result = value(module, headModule)
        let gradients = result.gradient(withRespectTo: variables + (kind == "jaws" ? headVariables : []))
        let names = surrogate.parameters + (kind == "jaws" ? head.parameters : [])
        #expect(result.item != 0)
        let scale = gradients.reduce(0) { $0 + $1.squared.sum().item }.squareRoot()
        for (index, gradient) in gradients.enumerated() {
            let direction = random(gradient.shape, "direction", index: index, on: cpu)
            func moved(_ amount: Double) -> Double {
                var seen = -1
                let move = { (_: String, parameter: Tensor<Double>) in
                    seen += 1
                    return seen == index ? parameter + direction * amount : parameter
                }
                let surrogate = surrogate.mappingParameters(move)
                return value(surrogate, head.mappingParameters(move)).item
            }
            let difference = (moved(1e-5) - moved(-1e-5)) / 2e-5
            let found = (gradient * direction).sum().item
            #expect(
                abs(found - difference) < 1e-6 * (1 + scale * direction.squared.sum().item.squareRoot()),
                "\(names[index].name): \(found), \(difference)")
        }
    }

    /// A change of the state at one point moves s at the points that see it, across the end of a period too, and nowhere else.
    @Test(arguments: [0, 1, 3]) func theHeadSeesAsFarAsItReaches(_ reach: Int) {
        let n = 12
        let head = UncertaintyHead<Double>(
            StateChannels(mean: [0.1], deviation: [0.7], history: 1, isPeriodic: [true]), hidden: 5, reach: reach,
            Initialization(seed: 4, backend: cpu))
        let states = random([1, n, 1], "states", on: cpu).values
        var changed = states
        changed[2] += 0.3
        let s = [states, changed].map { head(Tensor($0, shape: [1, n, 1], on: cpu)).values }
        for point in 0..<n {
            let distance = min(abs(point - 2), n - abs(point - 2))
            #expect((s[0][point] != s[1][point]) == (distance <= reach), "\(point)")
        }
    }

    /// A network tanh(6u) answers strongly at fronts, where u goes through zero, and not beside them: s learns where that is.
    @Test func theHeadOfJawsGrowsAtFronts() throws {
        let steepness = 6.0
        let surrogate = surrogate(try normalization(), activation: .tanh, width: 1, layers: 1) { name, parameter in
            switch name {
            case "lift.weight", "layers.0.local.weight": parameter.ones
            case "projection.first.weight", "projection.second.weight":
                Tensor(
                    (0..<6).map { $0 == 0 ? (name.contains("first") ? steepness : 1) : 0 }, shape: parameter.shape,
                    on: cpu)
            default: parameter.zeros
            }
        }
        // Two fronts a period at random places: tanh of a wave.
        let n = Self.points * 4
        func states(_ index: Int) -> Tensor<Double> {
            var stream = RandomStream(seed: 2, index: index, purpose: "fronts")
            return Tensor(shape: [8, n, 1], on: cpu) { values in
                for sample in 0..<8 {
                    let phase = 2 * Double.pi * stream.uniform()
                    for point in 0..<n {
                        values[sample * n + point] = tanh(6 * sin(2 * .pi * Double(point) / Double(n) + phase))
                    }
                }
            }
        }
        let head = UncertaintyHead<Double>(
            StateChannels(mean: [0], deviation: [1], history: 1, isPeriodic: [true]),
            Initialization(seed: 1, backend: cpu))
        let optimizer = Optimizer(OptimizerSettings(learningRate: 1e-2), head.parameters, threads: 1)
        let penalty = try penalty("jaws")
        for step in 0..<300 {
            let (module, variables) = head.differentiable
            let stream = RandomStream(seed: 1, index: step, purpose: "probes")
            let x = states(step).variable
            var probes = JacobianProbes(surrogate(x, conditions: nil), of: x, deviation: [1], part: module, stream)
            let value = penalty(&probes)!
            optimizer.step(value.gradient(withRespectTo: variables, endingRecord: true), learningRate: 1e-2)
        }
        let test = states(1000)
        let (u, s) = (test.values, head(test).values)
        let x = test.variable
        let r = surrogate(x, conditions: nil).tangent(along: [(x, test.ones)]).values.map { $0 * $0 }
        func mean(_ values: [Double], where chosen: (Double) -> Bool) -> Double {
            let picked = zip(values, u).filter { chosen($0.1) }.map(\.0)
            return picked.reduce(0, +) / Double(picked.count)
        }
        let (front, calm) = (mean(s) { abs($0) < 0.3 }, mean(s) { abs($0) > 0.95 })
        #expect(mean(r) { abs($0) < 0.3 } > 4 * mean(r) { abs($0) > 0.95 }, "the toy has fronts")
        #expect(front > calm + 1, "\(front) at fronts, \(calm) elsewhere")
        // Where the head is at its best, −e⁻ˢ r + 1 + s/τ² is zero: at plateaus, where r hardly changes.
        let residual = mean(zip(r, s).map { -exp(-$1) * $0 + 1 + $1 / 4 }) { abs($0) > 0.95 }
        #expect(abs(residual) < 0.15, "\(residual)")
        // No single s for all places is as good.
        func level(_ s: [Double]) -> Double { zip(r, s).reduce(0) { $0 + exp(-$1.1) * $1.0 + $1.1 + $1.1 * $1.1 / 8 } }
        let single = (-40...60).map { level([Double](repeating: Double($0) / 10, count: r.count)) }.min()!
        let gain = (single - level(s)) / Double(r.count)
        #expect(gain > 0.1, "\(gain)")
    }
}
