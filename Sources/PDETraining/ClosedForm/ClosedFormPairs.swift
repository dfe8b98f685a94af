import PDEConfig
import PDECore
import PDEOperators
import PDETensor

extension Experiment {
    /// Refuses what does not go with a network in closed form; paths begin at the experiment's root.
    func checkClosedForm() throws(ConfigurationError) {
        guard model is any ClosedFormArchitecture else { return }
        guard precision == .double else {
            throw .combination(
                paths: ["model.kind", "precision"], found: "\(model.kindName) and \(precision.rawValue)",
                why: "its weights cancel, of which single precision leaves nothing", advice: "set precision to double")
        }
        let mode = (task as? any EvolutionTask)?.step.mode ?? .oneStep
        guard mode == .oneStep else {
            throw .combination(
                paths: ["model.kind", "task.training"], found: "\(model.kindName) and \(mode.rawValue)",
                why: "it is fitted to pairs of true states", advice: "set task.training to one-step")
        }
        guard regularizer.weight == 0 else {
            throw .combination(
                paths: ["model.kind", "regularizer.kind"], found: "\(model.kindName) and \(regularizer.kindName)",
                why: "it is fitted without a loss that a penalty could be added to", advice: "leave regularizer out")
        }
    }
}

extension Architecture {
    /// What a network in closed form is as large as; nil for others.
    func shape(grid: [Int], pairs: Int) -> ClosedFormShape? {
        (self as? any ClosedFormArchitecture).map { ClosedFormShape(grid: grid, pairs: min(pairs, $0.pairs)) }
    }

    /// What of a stored shape no network of this kind can have; nil for a sound one.
    func problem(_ closedForm: ClosedFormShape?) -> String? {
        guard let own = self as? any ClosedFormArchitecture else {
            return closedForm == nil ? nil : "a \(kindName) is fitted to no pairs"
        }
        guard let closedForm, (1...own.pairs).contains(closedForm.pairs), !(closedForm.grid.contains { $0 < 1 }),
            closedForm.grid.reduce(1.0, { $0 * Double($1) }) <= Double(Int32.max)
        else { return "it does not say how many pairs its model is fitted to, or more than it takes" }
        let grid = closedForm.grid
        let isSound = (closedForm.symmetries ?? []).allSatisfy { symmetry in
            symmetry.axes.sorted() == Array(grid.indices) && symmetry.isMirrored.count == grid.count
                && symmetry.axes.map { grid[$0] } == grid
        }
        return isSound && closedForm.symmetries?.isEmpty != true
            ? nil : "its symmetries are not those of the grid \(grid)"
    }
}

extension OperatorShape {
    /// Refuses what an architecture cannot map.
    /// - Throws: `TrainingError.grid`.
    package func check(_ model: any Architecture) throws(TrainingError) {
        do throws(GridMisfit) {
            try model.check(self)
            if let grid { try model.check(grid: grid) }
        } catch { throw TrainingError(error, of: "model") }
    }
}

extension ProblemSetting {
    /// Refuses a network in closed form that takes more memory than there is, before data are read; admits every other.
    ///
    /// - Parameters:
    ///   - states: channels that go in, without those of the conditions.
    ///   - pairs: that there are.
    /// - Throws: `TrainingError.memory`, which says how many pairs would fit.
    func admitClosedForm(states: Int, outputs: Int, grid: [Int], pairs: Int) throws(TrainingError) {
        guard let own = experiment.model.shape(grid: grid, pairs: pairs) else { return }
        let told = experiment.data.parameters.count + (experiment.data.geometry ? Conditions.geometryFields.count : 0)
        func admit(_ pairs: Int) throws(TrainingError) {
            var shape = OperatorShape(inputs: states + told, outputs: outputs, axes: grid.count)
            shape.closedForm = ClosedFormShape(grid: grid, pairs: pairs)
            try self.admit(experiment.model.parameterCount(shape))
        }
        do { try admit(own.pairs) } catch {
            guard case .memory(let key, let problem, _) = error else { throw error }
            var (fits, refused) = (1, own.pairs)
            while refused - fits > 1 {
                let middle = (fits + refused) / 2
                do {
                    try admit(middle)
                    fits = middle
                } catch { refused = middle }
            }
            throw .memory(
                key: key, problem: problem,
                remedy: fits > 1
                    ? "\(fits) pairs would fit: set model.pairs to that, or raise data.stride."
                    : "No number of pairs fits on this grid: raise data.stride.")
        }
    }
}

extension ClosedFormShape {
    /// Has the network learn the errors of another run's.
    mutating func learnErrors(of other: Experiment, in origin: RunOrigin) throws(TrainingError) {
        guard !(other.model is any ClosedFormArchitecture) else {
            throw .occupied(
                path: origin.folder,
                reason: "its network is in closed form itself, and leaves nothing that could be learned",
                remedy: "Name a run of another kind of network, or leave out from.")
        }
        mean = OneOf(wrappedValue: other.model)
    }
}

extension [Int] {
    /// So many of the elements, evenly spread; all where there are fewer.
    func spread(_ limit: Int) -> [Int] {
        count <= limit ? self : (0..<limit).map { self[$0 * count / limit] }
    }
}

/// Pairs, put together part by part.
struct GatheredPairs<Scalar: Real> {
    private var inputs: [Scalar] = []
    private var outputs: [Scalar] = []
    private var count = 0

    /// Adds [samples][grid…][channels] of both.
    mutating func append(_ input: Tensor<Scalar>, _ output: Tensor<Scalar>) {
        count += input.shape[0]
        input.withUnsafeValues { inputs.append(contentsOf: $0) }
        output.withUnsafeValues { outputs.append(contentsOf: $0) }
    }

    /// All of them.
    var all: FittedPairs<Scalar> {
        func matrix(_ values: [Scalar]) -> Matrix<Scalar> {
            Matrix(rows: count, columns: count == 0 ? 0 : values.count / count, storage: values)
        }
        return FittedPairs(inputs: matrix(inputs), outputs: matrix(outputs))
    }
}
