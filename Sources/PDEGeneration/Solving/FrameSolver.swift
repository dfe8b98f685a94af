import PDECore
import PDEData

/// A recipe's classical solver as a stepper from frame to frame, on the grid and in the precision of one's choice: what a
/// trained network has to beat, and what says how a state would have gone on.
///
/// Its states are stored frames: of semilinear equations all that there is; of flows the velocity at the centres of cells, from which
/// that in their faces and the pressure follow; of Landau's equation the density.
public final class FrameSolver<Scalar: Real>: Stepper {
    /// The grid of its states; an axis that is not periodic has cells and begins at 0.
    public var grid: Grid { stepper.grid }
    /// The time of one step: that between frames.
    public let timeStep: Double
    /// Components of its states.
    public let components: Int
    private let stepper: any FrameStepping<Scalar>
    private let samples: [Int: SampleRecord]

    /// The solver of a recipe with `resolution` points along every axis, or cells across the height of a box, or nil for a problem
    /// whose stored frames determine no state, or not these channels, and for a grid that does not carry its forcing. One too coarse
    /// for the solution is not refused: it blows up or errs.
    ///
    /// - Parameters:
    ///   - timeStep: time between frames; the recipe's if left out.
    ///   - channels: what states have, by the names of the stored fields' components; all that vary in time if left out.
    ///   - samples: records of the samples whose trajectories are to be gone on with. Where these differ in more than parameters, as
    ///     flows do in obstacles, there is no solver without.
    public init?(
        _ recipe: Recipe, resolution: Int, timeStep: Double? = nil, channels: [String]? = nil,
        samples: [SampleRecord] = []
    ) {
        let description = recipe.problem.definition.description(in: recipe)
        let stored = description.fields.filter(\.isTimeVarying).flatMap { description.componentNames(of: $0) }
        let channels = channels ?? stored
        self.timeStep = timeStep ?? recipe.frames.interval
        self.samples = Dictionary(samples.map { ($0.index, $0) }) { $1 }
        components = channels.count
        let stepper: (any FrameStepping<Scalar>)? = recipe.problem.definition.frameStepper(
            in: recipe, resolution: resolution, timeStep: self.timeStep, channels: channels)
        guard let stepper, Set(channels).isSubset(of: stored), !stepper.needsRecord || !self.samples.isEmpty else {
            return nil
        }
        self.stepper = stepper
    }

    /// Begins a trajectory: takes a sample's coefficients by their names, `viscosity` and the like, which
    /// `Recipe.checkCoefficients` has let pass.
    ///
    /// - Parameter sample: its number; needed where samples differ in more.
    public func prepare(_ parameters: [String: Double], sample: Int? = nil) {
        let record = sample.flatMap { samples[$0] }
        precondition(
            record != nil || !stepper.needsRecord,
            "sample: expected one of \(samples.count) samples, got \(sample.map { "\($0)" } ?? "none")")
        stepper.prepare(parameters, of: record)
    }

    /// Goes on by one frame; what blows up becomes NaN.
    public func advance(_ field: inout Field<Scalar>) {
        guard !stepper.advance(&field) else { return }
        let count = field.components * grid.count
        field.values.withUnsafeMutablePointer { $0.update(repeating: .nan, count: count) }
    }
}

/// What a family of datasets gives a `FrameSolver`.
public protocol FrameStepping<Scalar>: AnyObject {
    /// The precision of states.
    associatedtype Scalar: Real
    /// The grid of states.
    var grid: Grid { get }
    /// Whether a trajectory needs its sample's record, because samples differ in more than parameters.
    var needsRecord: Bool { get }
    /// Begins a trajectory with these parameters, by name; one that is missing stays.
    func prepare(_ parameters: [String: Double], of record: SampleRecord?)
    /// Goes on by one frame; false if that blows up.
    func advance(_ field: inout Field<Scalar>) -> Bool
}

extension FrameStepping {
    /// Parameters say all.
    public var needsRecord: Bool { false }
}
