import Glibc
import PDEConfig
import PDECore

/// Round spots at random places: smooth bumps of one value on a ground of another.
///
/// Component c is ground_c + (spot_c − ground_c)·s with s = 1 − Π (1 − b_i), b_i = exp(Σ (cos(2πd/L_a) − 1)/(2πrL/L_a)²) over the axes, d being
/// the distance from the middle of spot i: a Gaussian of deviation rL made periodic, L being the length of the first axis. All components have their spots in the same places.
public struct Spots: InitialState {
    /// Its name.
    public static let kind = "spots"
    /// What else it is called.
    public static let aliases = ["gaussians", "blobs", "seeds"]

    /// How many.
    public var count: Int
    /// r, as a part of the box's length along its first axis: at this distance a spot has fallen to e^{−1/2}.
    public var radius: Double
    /// The value between spots and the one within, for each component; the last ones hold for those beyond.
    public var ground, spot: [Double]

    /// Spots of one value on a ground of another; by default those of the Gray–Scott model.
    public init(count: Int = 10, radius: Double = 0.03, ground: [Double] = [1, 0], spot: [Double] = [0.5, 0.25]) {
        (self.count, self.radius, self.ground, self.spot) = (count, radius, ground, spot)
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try container.decode(.count, into: &count, in: 1...10000)
        try container.decode(.radius, into: &radius, in: 1e-3...0.5)
        try container.decode(.ground, into: &ground)
        try container.decode(.spot, into: &spot)
        for (path, values) in [("ground", ground), ("spot", spot)] {
            guard !values.isEmpty, values.allSatisfy({ abs($0) <= 1e6 }) else {
                throw ConfigurationError.invalid(
                    path: path, found: "\(values)", allowed: "a number for each component, of at most 1e6")
            }
        }
    }

    /// See `InitialState`.
    public func summary(_ number: (Double) -> String) -> String {
        func list(_ values: [Double]) -> String { values.map(number).joined(separator: ", ") }
        return "\(formatCount(count, "spot")) of \(list(spot)) on \(list(ground)), radius \(number(radius)) of the box"
    }

    /// See `InitialState`.
    public func jump(lengths: [Double]) -> Double? {
        (0..<max(ground.count, spot.count)).map { abs(value(spot, $0) - value(ground, $0)) }.max()
    }

    /// The spectrum of a spot, e^{−(kr)²/2}, has lost six decades at k = 5/r.
    public func waves(along axis: Int, lengths: [Double]) -> WaveDemand? {
        WaveDemand(5 / (2 * .pi * radius * lengths[0] / lengths[axis]), of: "radius")
    }

    /// All components are drawn from the stream of the first.
    public var sharesStream: Bool { true }

    /// Draws a component.
    public func field(on grid: Grid, component: Int, from stream: RandomStream) -> Field<Double> {
        field(on: grid, component: component, from: stream) { true }
    }

    /// Draws a component; `goesOn` is asked before every spot.
    public func field(
        on grid: Grid, component: Int, from stream: RandomStream, while goesOn: () -> Bool
    ) -> Field<Double> {
        var stream = stream
        let (low, high) = (value(ground, component), value(spot, component))
        var rest = [Double](repeating: 1, count: grid.count)
        for _ in 0..<count {
            guard goesOn() else { break }
            // One factor an axis.
            let factors = grid.axes.map { axis in
                let middle = stream.uniform(in: 0...1)
                let part = radius * (grid.axes[0].length / axis.length)
                return (0..<axis.count).map { point in
                    exp((cos(2 * .pi * (Double(point) / Double(axis.count) - middle)) - 1) / pow(2 * .pi * part, 2))
                }
            }
            Self.dim(&rest, by: factors)
        }
        var field = Field<Double>(on: grid)
        for point in 0..<grid.count { field[0, point] = low + (high - low) * (1 - rest[point]) }
        return field
    }

    /// rest ← rest · (1 − b), where b is the product of one factor for each of one to three axes.
    private static func dim(_ rest: inout [Double], by factors: [[Double]]) {
        let outer = Array(repeating: [1.0], count: 3 - factors.count) + factors.dropLast()
        rest.withUnsafeMutableBufferPointer { rest in
            factors[factors.count - 1].withUnsafeBufferPointer { last in
                var row = rest.baseAddress!
                for first in outer[0] {
                    for second in outer[1] {
                        for point in 0..<last.count { row[point] *= 1 - last[point] * second * first }
                        row += last.count
                    }
                }
            }
        }
    }

    private func value(_ values: [Double], _ component: Int) -> Double { values[min(component, values.count - 1)] }
}
