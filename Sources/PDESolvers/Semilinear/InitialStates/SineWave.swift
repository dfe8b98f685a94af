import Glibc
import PDEConfig
import PDECore

/// sin(2π·waves·x/L) along the axes in turn: component c varies along axis c. No random numbers.
public struct SineWave: InitialState {
    /// Its name.
    public static let kind = "sine"

    /// Periods in the box.
    public var waves: Int

    /// A sine with so many periods.
    public init(waves: Int = 1) { self.waves = waves }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        self.init()
        try decoder.container(keyedBy: CodingKeys.self).decode(.waves, into: &waves, in: 1...1000)
    }

    /// See `InitialState`.
    public var isRandom: Bool { false }

    /// See `InitialState`.
    public var isNormalized: Bool { true }

    /// See `InitialState`.
    public func summary(_ number: (Double) -> String) -> String { "sine with \(formatCount(waves, "wave"))" }

    /// See `InitialState`.
    public func jump(lengths: [Double]) -> Double? { 2 }

    /// See `InitialState`.
    public func waves(along axis: Int, lengths: [Double]) -> WaveDemand? { WaveDemand(Double(waves), of: "waves") }

    /// The sine of a component.
    public func field(on grid: Grid, component: Int, from stream: RandomStream) -> Field<Double> {
        let axis = component % grid.dimensions
        var field = Field<Double>(on: grid)
        let inner = grid.shape[(axis + 1)...].reduce(1, *)
        let axisGrid = grid.axes[axis]
        for point in 0..<grid.count {
            let x = Double(point / inner % axisGrid.count) / Double(axisGrid.count)
            field[0, point] = sin(2 * .pi * Double(waves) * x)
        }
        return field
    }
}
