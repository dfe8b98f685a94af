import PDEConfig
import PDECore
import PDEOperators
import PDETensor

/// Muon: the momentum of a hidden layer's matrix, made orthogonal, is what the matrix moves by; AdamW moves everything else.
///
/// With the gradient G, M ← μM + (1 − μ)G and U = (1 − μ)G + μM. X = U / ‖U‖ goes through `iterations` of
/// X ← 3.4445 X + X (−4.775 XᵀX + 2.0315 (XᵀX)²), which bring all its singular values near one, and
/// p ← (1 − rate · weightDecay) p − rate · 0.2 √max(rows, columns) X: as long a step as Adam's, so that Adam's learning rates carry
/// over.
///
/// Convolutions are matrices of (kernel points × in) rows and out columns. Complex weights are one matrix a mode, the real one of
/// twice the rows and columns that multiplies real and imaginary parts. The first and the last layer, biases and scales are AdamW's.
///
/// Source: K. Jordan et al., "Muon: An optimizer for hidden layers in neural networks" (2024); the length of the step from J. Liu et
/// al., "Muon is Scalable for LLM Training" (2025). A matrix is one thread's work.
/// `pdetrain bench fno2d --optimizer muon` tells its share of a step, which larger batches make smaller.
public struct Muon: UpdateRule {
    /// Its name.
    public static let kind = "muon"
    /// Other names of keys.
    public static let keyAliases = AdamNumbers.keyAliases.merging([
        "beta": "momentum", "mu": "momentum", "nsSteps": "iterations", "newtonSchulzSteps": "iterations",
        "backendSteps": "iterations",
    ]) { $1 }

    /// μ, the weight of the momentum's past.
    public var momentum: Double
    /// Steps of the Newton–Schulz iteration.
    public var iterations: Int
    /// Weight decay, of all parameters, and AdamW's numbers for what is no hidden matrix.
    public var numbers: AdamNumbers

    /// Muon; by default as it was published, without decay.
    public init(momentum: Double = 0.95, iterations: Int = 5, _ numbers: AdamNumbers = AdamNumbers()) {
        (self.momentum, self.iterations, self.numbers) = (momentum, iterations, numbers)
    }

    private enum CodingKeys: String, CodingKey { case momentum, iterations }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        self.init(try AdamNumbers(from: decoder))
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try container.decode(.momentum, into: &momentum, in: 0..<1)
        try container.decode(.iterations, into: &iterations, in: 1...20)
    }

    /// Encodes with every default filled in.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(momentum, forKey: .momentum)
        try container.encode(iterations, forKey: .iterations)
        try numbers.encode(to: encoder)
    }

    /// Both running means of AdamW; a hidden matrix keeps one.
    public var numbersPerParameter: Double { 2 }

    /// See `UpdateRule`.
    public func updater<Scalar: Real>(of group: ParameterGroup<Scalar>) -> any Updater<Scalar> {
        MuonUpdater(self, group)
    }
}

private final class MuonUpdater<Scalar: Real>: Updater {
    private let rule: Muon
    private let matrices: [HiddenMatrix<Scalar>]
    private let others: any Updater<Scalar>
    private let otherPlaces: [Int]
    /// Matrices, or some modes of complex ones, the most work first.
    private let items: [(matrix: Int, blocks: Range<Int>)]
    /// One for each worker, made in the first step.
    private var workspaces: [NewtonSchulz<Scalar>] = []

    init(_ rule: Muon, _ group: ParameterGroup<Scalar>) {
        self.rule = rule
        let hidden = group.hiddenMatrices
        let matrices = hidden.map { HiddenMatrix($0, group.parameters[$0], group.forms[$0]) }
        otherPlaces = group.parameters.indices.filter { !hidden.contains($0) }
        others = AdamW(rule.numbers).updater(of: group.part(otherPlaces))
        items = matrices.enumerated().flatMap { index, matrix in
            stride(from: 0, to: matrix.blocks, by: 8).map { (index, $0..<min(matrix.blocks, $0 + 8)) }
        }.sorted { matrices[$0.matrix].shape.work * $0.blocks.count > matrices[$1.matrix].shape.work * $1.blocks.count }
        self.matrices = matrices
    }

    var state: [NamedTensor<Scalar>] {
        matrices.map { ("muon.momentum/" + $0.name, $0.momentum) } + others.state
    }

    func update(_ gradients: [Tensor<Scalar>], _ step: UpdateStep) {
        while workspaces.count < step.team.count, !matrices.isEmpty {
            workspaces.append(NewtonSchulz(matrices.map(\.shape), on: matrices[0].parameter.backend))
        }
        step.team.forEach(0..<items.count) { item, worker in
            let matrix = matrices[items[item].matrix]
            for block in items[item].blocks {
                move(matrix, block, by: gradients[matrix.place], step, workspaces[worker])
            }
        }
        others.update(otherPlaces.map { gradients[$0] }, step)
    }

    private func move(
        _ matrix: HiddenMatrix<Scalar>, _ block: Int, by gradient: Tensor<Scalar>, _ step: UpdateStep,
        _ workspace: NewtonSchulz<Scalar>
    ) {
        let (start, count) = (block * matrix.shape.count, matrix.shape.count)
        let x = workspace.x.pointer
        Scalar.momentum(
            matrix.momentum.pointer + start, gradient.pointer + start, scale: Scalar(step.gradientScale),
            weight: Scalar(1 - rule.momentum), into: x, count: count)
        let size = (Scalar.sumOfSquares(x, count: count) * Double(matrix.shape.parts)).squareRoot()
        Scalar.affine(Scalar(1 / (size + 1e-7)), x, plus: 0, into: x, count: count)
        let direction = workspace.orthogonalized(matrix.shape, iterations: rule.iterations)
        let parameter = matrix.parameter.pointer + start
        let length = 0.2 * Double(matrix.shape.parts * max(matrix.shape.rows, matrix.shape.columns)).squareRoot()
        let kept = Scalar(1 - step.learningRate * rule.numbers.weightDecay)
        Scalar.affine(kept, parameter, plus: 0, into: parameter, count: count)
        Scalar.addScaled(Scalar(-step.learningRate * length), direction, to: parameter, count: count)
    }
}

/// A parameter as one real matrix or as many, real or complex, with its momentum.
private struct HiddenMatrix<Scalar: Real> {
    let place: Int
    let name: String
    let parameter, momentum: Tensor<Scalar>
    let shape: NewtonSchulz<Scalar>.Shape

    init(_ place: Int, _ parameter: NamedTensor<Scalar>, _ form: ParameterForm) {
        (self.place, name, self.parameter) = (place, parameter.name, parameter.value)
        momentum = parameter.value.zeros
        let axes = parameter.value.shape
        let columns = axes[axes.count - 1]
        shape = NewtonSchulz.Shape(
            rows: form == .matrix ? axes.dropLast().reduce(1, *) : axes[axes.count - 2], columns: columns,
            parts: form == .complexMatrices ? 2 : 1)
    }

    var blocks: Int { parameter.count / shape.count }
}
