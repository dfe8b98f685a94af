import PDEConfig
import PDECore
import PDESolvers
import PDETraining

/// What a run has learned of directions, as a preconditioner: `"preconditioner": { "kind": "learned", "run": "runs/NAME" }`.
///
/// It serves boxes of as many axes as it was trained on, of any size and with any solids and coefficient. A network of the kind
/// `stencil-v-cycle` does so at an iteration's cost of multigrid on wide cells, set up at several times its cost, and is symmetric positive
/// definite; others go through tensors, with directions made
/// A-orthogonal to the last two. Whatever the network says, an iteration is a descent with an exact line search: far from what it was trained on the solver
/// takes more iterations, and says where it does not converge.
public struct LearnedPreconditioner: PoissonPreconditioner {
    /// Its name.
    public static let kind = "learned"
    /// What else it is called.
    public static let aliases = ["network", "neural", "deep-conjugate-direction"]
    /// Other names of keys.
    public static let keyAliases = ["folder": "run", "path": "run"]

    /// The folder of the run.
    public let run: String
    private let trained: ConjugateDirectionRun

    private enum CodingKeys: String, CodingKey { case run }

    /// The preconditioner of a run's best state.
    /// - Throws: what `ConjugateDirectionRun` throws.
    public init(run: String) throws { try self.init(ConjugateDirectionRun(folder: run)) }

    /// The preconditioner of a run that was read.
    public init(_ run: ConjugateDirectionRun) { (self.run, trained) = (run.folder, run) }

    /// Decodes strictly: unknown keys, wrong types and a folder without such a run are errors.
    public init(from decoder: any Decoder) throws {
        let run = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .run)
        do {
            try self.init(run: run)
        } catch let error as ConfigurationError {
            throw error
        } catch {
            throw ConfigurationError.invalid(
                path: "run", found: "\"\(run)\"",
                allowed: "the folder of a run of the task \(ConjugateDirectionTask.kind) (\(error))")
        }
    }

    /// Whether both are of one folder.
    public static func == (a: Self, b: Self) -> Bool { a.run == b.run }

    /// See `PoissonPreconditioner`.
    public func summary(_ number: (Double) -> String) -> String { "a network's directions (\(run))" }

    /// See `PoissonPreconditioner`.
    public func objection(to system: PoissonOutline) -> String? {
        if system.grid.dimensions == trained.dimensions { return nil }
        return "its network is for \(trained.dimensions) axes, and the box has \(system.grid.dimensions)"
    }

    /// See `PoissonPreconditioner`; `objection` comes before.
    public func makeOperator<Scalar: Real>(
        for system: PoissonSystem<Scalar>, team: ThreadTeam
    ) -> any PreconditionerOperator<Scalar> {
        precondition(
            system.grid.dimensions == trained.dimensions,
            "system: expected \(trained.dimensions) axes, got \(system.grid.dimensions)")
        return trained.makeOperator(for: system, team: team)
    }
}
