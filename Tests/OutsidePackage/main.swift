import Foundation
import PDEKit

// Kinds of a program's own, from a package of its own: named in JSON, made as values, trained and evaluated.

let kinds = Kinds([
    OwnNetwork.self, OwnOptimizer.self, OwnLoss.self, Semilinear<OwnEquation>.self, OwnPreconditioner.self,
    OwnProblem.self,
])
let folder = CommandLine.arguments[1]

func check(_ isTrue: Bool, _ what: String) {
    print("\(isTrue ? "right" : "WRONG")  \(what)")
    if !isTrue { exit(1) }
}

func decoded<T: Decodable>(_ type: T.Type, _ text: String) throws -> T {
    try StrictDecoder(kinds: kinds).decode(type, from: JSON.parse(text, file: "text"))
}

// An equation: a dataset by JSON and by values.
let recipe = try decoded(
    Recipe.self,
    """
    { "name": "own", "equation": { "name": "own-burgers", "viscosity": { "logUniform": [0.02, 0.1] }, "drag": 0.5 },
      "resolution": 128, "initial": { "kind": "fourier", "modes": 3 },
      "frames": { "count": 9, "interval": 0.02, "resolution": 32 },
      "samples": { "train": 12, "valid": 4, "test": 4 } }
    """)
let equation = Semilinear(
    OwnEquation(viscosity: 0.02, drag: 0.5), drawing: ["viscosity": .logUniform(0.02...0.1)])
let same = try Recipe(
    "own", .semilinear(equation, initial: InitialRecipe(FourierSeries(modes: 3))), resolution: 128, frames: 9,
    interval: 0.02, frameResolution: 32, samples: Recipe.SampleCounts(train: 12, valid: 4, test: 4), kinds: kinds)
check(recipe == same, "a recipe of values is the recipe of its text")
let data = DatasetSource(recipe, in: "\(folder)/data", kinds: kinds)
try data.make()
check(
    DatasetFolder(path: data.folder, name: "own").verify().findings.isEmpty,
    "the dataset of an equation of one's own is sound")

// A network, an optimiser and a loss: trained and evaluated by JSON and by values.
let experiment = try decoded(
    Experiment.self,
    """
    { "name": "own", "data": { "folder": "\(data.folder)", "parameters": ["viscosity"] }, "task": { "kind": "step" },
      "model": { "kind": "own-network", "width": 12 }, "loss": "own-magnitude",
      "optimizer": { "kind": "own-momentum", "past": 0.8, "learningRate": 0.05 },
      "budget": { "epochs": 4, "batch": 8 } }
    """)
let values = Experiment(
    "own", data: DataChoice(folder: data.folder, parameters: ["viscosity"]), task: StepTask(),
    model: OwnNetwork(width: 12), loss: OwnLoss(),
    optimizer: OptimizerSettings(OwnOptimizer(past: 0.8), learningRate: 0.05), budget: Budget(epochs: 4, batch: 8))
check(experiment == values, "an experiment of values is the experiment of its text")
for (name, experiment) in [("text", experiment), ("values", values)] {
    try Study(experiment, on: data, in: "\(folder)/\(name)", kinds: kinds).train()
}
let networks = try ["text", "values"].map {
    try SafetensorsFile(path: "\(folder)/\($0)/checkpoint/best.safetensors").entries
}
check(networks[0] == networks[1] && !networks[0].isEmpty, "both train to the same bits")
let test = try RunTest(of: "\(folder)/values", kinds: kinds).result()
check(test.loss.isFinite && test.samples == 4, "the network is tested on unseen samples: \(test.loss)")
try RunsEvaluation(of: ["\(folder)/text"], kinds: kinds).run().write(to: "\(folder)/text")
check(FileManager.default.fileExists(atPath: "\(folder)/text/report.html"), "a report is written")

// A mistake in a kind of one's own is named like any other.
do {
    _ = try decoded(OptimizerSettings.self, "{ \"kind\": \"own-momentum\", \"momentum\": 0.5 }")
    check(false, "an alias is not taken for the key")
} catch { check("\(error)".contains("past"), "an alias names the key: \("\(error)".split(separator: "\n")[0])") }

// A training problem without a dataset.
let doubling = Experiment(
    "doubling", task: OwnProblem(points: 32), model: FourierArchitecture(width: 6, modes: [4], layers: 2),
    optimizer: OptimizerSettings(learningRate: 1e-2), budget: Budget(epochs: 10, batch: 16))
let byText = try decoded(
    Experiment.self,
    """
    { "name": "doubling", "task": { "kind": "own-doubling", "points": 32 },
      "model": { "kind": "fourier", "width": 6, "modes": 4, "layers": 2 },
      "optimizer": { "learningRate": 1e-2 }, "budget": { "epochs": 10, "batch": 16 } }
    """)
check(doubling == byText, "a task of values is the task of its text")
let trained = try Study(doubling, in: "\(folder)/doubling", kinds: kinds).train().trained[0].outcome
check(trained.state.step == 40 && trained.state.bestLoss! < 0.8, "it trains: \(trained.state.bestLoss!)")

// A preconditioner, in a recipe.
func poisson(_ preconditioner: String) throws -> Recipe {
    try decoded(
        Recipe.self,
        """
        { "name": "poisson", "equation": { "name": "poisson" }, "resolution": 24, "source": { "waves": 2 },
          "solver": { "preconditioner": "\(preconditioner)" },
          "samples": { "train": 1, "valid": 0, "test": 1 } }
        """)
}
let solved = try ["own-jacobi", "multigrid"].map { name in
    let source = DatasetSource(try poisson(name), in: "\(folder)/poisson-\(name)", kinds: kinds)
    try source.make()
    let reader = try DatasetReader(path: source.folder, split: .test)
    return (solution: try reader.values(of: ["solution"], sample: 0), iterations: try reader.scalar("iterations")[0])
}
let size = solved[1].solution.map(abs).max()!
let error = zip(solved[0].solution, solved[1].solution).map { abs($0 - $1) }.max()!
check(size > 0 && error <= 1e-5 * size, "a preconditioner solves as multigrid does, to \(error / size)")
check(solved[0].iterations > 2 * solved[1].iterations, "in its own number of iterations: \(solved.map(\.iterations))")

// A stepper: rolled out, restored, and held against a dataset's truth beside persistence.
let grid = Grid.periodic(dimensions: 1, count: 32, length: 1)
var state = Field<Float>(on: grid)
for (point, x) in grid.axes[0].coordinates.enumerated() { state.values[point] = Float(sin(2 * .pi * x)) }
let stepper = OwnStepper(diffusivity: 0.01, timeStep: 0.01)
let truth = (0..<11).map { frame in
    let decay = exp(-0.01 * 4 * Double.pi * Double.pi * Double(frame) * 0.1)
    return grid.axes[0].coordinates.map { Float(decay * sin(2 * .pi * $0)) }
}
var whole = state
stepper.advance(&whole, steps: 100)
var parts = state
stepper.advance(&parts, steps: 40)
try parts.snapshot.write(to: "\(folder)/state.safetensors")
var restored = Field<Float>(on: grid)
try restored.restore(Snapshot(path: "\(folder)/state.safetensors"))
stepper.advance(&restored, steps: 60)
check(restored == whole, "a state that was written down goes on bit for bit")
let reference = StoredTrajectories(
    ReferenceDescription(name: "decay", grid: grid, channels: ["u"], frameCount: 11, frameInterval: 0.1),
    labels: [TrajectoryLabel(index: 0)], values: [truth.flatMap(\.self)])
let evaluation = try RolloutEvaluator(reference, threads: 1).evaluate([
    Contestant("own", kind: .solver) { ForecastSession(stepper: stepper, description: reference.description) },
    .persistence(of: reference.description),
])
let errors = evaluation.contestants.map { $0.trajectories[0].error }
check(errors[0] < 0.02 && errors[1] > 0.1, "it stands in an evaluation: \(errors)")

// A network of any kind on arrays in memory.
let backend = CPUBackend(threads: 1)
let network: any FieldOperator<Float> = OwnNetwork().network(
    OperatorShape(inputs: 1, outputs: 1, axes: 1), Initialization(seed: 0, backend: backend))
let pairs = (0..<64).map { sample in grid.axes[0].coordinates.map { Float(sin(2 * .pi * ($0 + Double(sample) / 64))) } }
let fit = try Fit(
    ArrayProblem(
        network, inputs: pairs.flatMap(\.self), outputs: pairs.flatMap { $0.map { $0 * $0 } }, grid: [32],
        on: backend),
    TrainingPlan(optimizer: OptimizerSettings(learningRate: 1e-2), budget: Budget(epochs: 20, batch: 8), threads: 1),
    on: backend)
check(fit.outcome.state.bestLoss! < 0.1, "a network learns from arrays: \(fit.outcome.state.bestLoss!)")
try fit.model.save(to: "\(folder)/network.safetensors")
let again = try fit.model.loading(from: "\(folder)/network.safetensors")
check(again.parameters.map(\.value.values) == fit.model.parameters.map(\.value.values), "it is saved and loaded")
