import PDEConfig
import PDECore

/// A distribution of periodic initial states that do not depend on the resolution: the same sample on a finer grid is
/// the same function.
public protocol InitialState: Kind where Family == InitialStates {
    /// Draws a component of a state.
    ///
    /// - Parameters:
    ///   - grid: a periodic grid.
    ///   - component: which one; all are drawn.
    ///   - stream: its random numbers.
    /// - Returns: one component.
    func field(on grid: Grid, component: Int, from stream: RandomStream) -> Field<Double>

    /// The same where it takes long: `goesOn` is asked now and then, and false ends the call, whose field then is none to use.
    func field(
        on grid: Grid, component: Int, from stream: RandomStream, while goesOn: () -> Bool
    ) -> Field<Double>

    /// What it is, for the dataset's card; `number` writes numbers.
    func summary(_ number: (Double) -> String) -> String

    /// Whether samples differ.
    var isRandom: Bool { get }
    /// Whether the largest magnitude of every component is 1.
    var isNormalized: Bool { get }
    /// Whether all components are drawn from the numbers of the first.
    var sharesStream: Bool { get }
    /// The numbers of axes of the boxes on which it exists.
    var dimensions: ClosedRange<Int> { get }
    /// Why it is no state of an equation with so many axes and fields; nil, the default, where it is.
    func objection(dimensions: Int, components: Int) -> String?
    /// How many states it holds where each sample has its own of them; nil, the default, where nothing bounds the samples.
    func stateCount(dimensions: Int, components: Int) -> Int?
    /// The state of the sample at a place among all, from 0: itself, but where it holds several.
    func ofSample(at place: Int) -> any InitialState
    /// The largest difference of two values of a component in a box with these lengths; nil where nothing bounds it.
    func jump(lengths: [Double]) -> Double?
    /// The waves along an axis of a box with these lengths that its grid must keep; nil where any grid does.
    func waves(along axis: Int, lengths: [Double]) -> WaveDemand?
    /// About the memory that drawing takes in a box with these lengths.
    func workspaceBytes(lengths: [Double]) -> Int

    /// Draws a state.
    ///
    /// - Parameters:
    ///   - grid: a periodic grid.
    ///   - components: number of fields.
    ///   - streams: a stream for each component, which is not advanced.
    ///   - goesOn: asked now and then; false ends the call, whose field then is none to use.
    func field(
        on grid: Grid, components: Int, streams: (Int) -> RandomStream, while goesOn: () -> Bool
    ) -> Field<Double>
}

extension InitialState {
    /// They do.
    public var isRandom: Bool { true }
    /// It may be any.
    public var isNormalized: Bool { false }
    /// Each has its own.
    public var sharesStream: Bool { false }
    /// Any.
    public var dimensions: ClosedRange<Int> { 1...3 }
    /// None.
    public func objection(dimensions: Int, components: Int) -> String? { nil }
    /// Nothing bounds the samples.
    public func stateCount(dimensions: Int, components: Int) -> Int? { nil }
    /// Itself.
    public func ofSample(at place: Int) -> any InitialState { self }
    /// Nothing bounds it.
    public func jump(lengths: [Double]) -> Double? { nil }
    /// Any grid does.
    public func waves(along axis: Int, lengths: [Double]) -> WaveDemand? { nil }
    /// Next to nothing.
    public func workspaceBytes(lengths: [Double]) -> Int { 0 }

    /// It does not take long.
    public func field(
        on grid: Grid, component: Int, from stream: RandomStream, while goesOn: () -> Bool
    ) -> Field<Double> { field(on: grid, component: component, from: stream) }

    /// Draws a state.
    public func field(on grid: Grid, components: Int, streams: (Int) -> RandomStream) -> Field<Double> {
        field(on: grid, components: components, streams: streams) { true }
    }

    /// Draws one component after the other.
    public func field(
        on grid: Grid, components: Int, streams: (Int) -> RandomStream, while goesOn: () -> Bool
    ) -> Field<Double> {
        var result = Field<Double>(on: grid, components: components)
        for component in 0..<components {
            let part = field(
                on: grid, component: component, from: streams(sharesStream ? 0 : component), while: goesOn)
            result.values.withUnsafeMutablePointer { target in
                part.values.withUnsafePointer { (target + component * grid.count).update(from: $0, count: grid.count) }
            }
        }
        return result
    }
}

/// The initial states that a recipe can name.
public enum InitialStates: KindFamily {
    /// A value of any of them.
    public typealias Member = any InitialState
    /// One line for each.
    public static let standard: [any Kind.Type] = [
        FourierSeries.self,
        GaussianState.self,
        SineWave.self,
        RandomVorticity.self,
        Spots.self,
        ModeSum.self,
        ShearLayer.self,
    ]
}

/// Waves that a grid must keep.
public struct WaveDemand: Sendable {
    /// How many in the box.
    public let count: Double
    /// The key that says so, and what one of them is called.
    public let key, noun: String
    /// Whether the box's length matters too.
    public let dependsOnLength: Bool

    /// So many waves, by the value of a key.
    public init(_ count: Double, of key: String, noun: String = "wave", dependsOnLength: Bool = false) {
        (self.count, self.key, self.noun, self.dependsOnLength) = (count, key, noun, dependsOnLength)
    }
}
