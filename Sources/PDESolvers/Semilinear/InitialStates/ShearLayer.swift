import Glibc
import PDEConfig
import PDECore

/// The double shear layer, which rolls up into vortices:
///
///     u = tanh((y − ¼)/δ) for y ≤ ½, tanh((¾ − y)/δ) above,    v = ε sin 2πnx
///
/// with x and y in parts of the box's lengths, made periodic by images of both layers; velocities are in units of u's largest. In
/// equations with one field it is the vorticity ∂_x v − ∂_y u of this velocity, in others the velocity itself.
///
/// - Good values: δ = 1/30 and ε = 0.05, a thick layer, and δ = 1/80, a thin one, which grids of 128 points a side do not resolve
///   (J. B. Bell, P. Colella & H. M. Glaz, J. Comput. Phys. 85 (1989); M. L. Minion & D. L. Brown, J. Comput. Phys. 138 (1997)).
/// - Signs of failure: more than two vortices along x for each wave of the perturbation: the grid is too coarse.
public struct ShearLayer: InitialState {
    /// Its name.
    public static let kind = "shear-layer"
    /// What else it is called.
    public static let aliases = ["double-shear-layer", "shear", "kelvin-helmholtz"]
    /// Other names of keys.
    public static let keyAliases = ["delta": "thickness", "epsilon": "perturbation"]

    /// δ, as a part of the box's length along y.
    public var thickness: Double
    /// ε.
    public var perturbation: Double
    /// n, the periods of the perturbation along x.
    public var waves: Int

    /// The layer of a thickness.
    public init(thickness: Double = 1.0 / 30, perturbation: Double = 0.05, waves: Int = 1) {
        (self.thickness, self.perturbation, self.waves) = (thickness, perturbation, waves)
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try container.decode(.thickness, into: &thickness, in: Bounds.between(1e-3, 0.1))
        try container.decode(.perturbation, into: &perturbation, in: Bounds.between(0, 1))
        try container.decode(.waves, into: &waves, in: 1...1000)
    }

    /// See `InitialState`.
    public var isRandom: Bool { false }

    /// See `InitialState`.
    public var dimensions: ClosedRange<Int> { 2...3 }

    /// See `InitialState`.
    public func summary(_ number: (Double) -> String) -> String {
        "double shear layer of thickness \(number(thickness)) of the height, perturbed by \(number(perturbation)) with "
            + formatCount(waves, "wave")
    }

    /// That of u.
    public func jump(lengths: [Double]) -> Double? { 2 }

    /// The spectrum of the layer's vorticity, 1/sinh(πδk/2), has lost five decades at k = 8/δ.
    public func waves(along axis: Int, lengths: [Double]) -> WaveDemand? {
        switch axis {
        case 0: WaveDemand(Double(waves), of: "waves")
        case 1: WaveDemand(8 / (2 * .pi * thickness), of: "thickness")
        default: nil
        }
    }

    /// The vorticity where there is one component, else the velocity.
    public func field(
        on grid: Grid, components: Int, streams: (Int) -> RandomStream, while goesOn: () -> Bool
    ) -> Field<Double> {
        var field = Field<Double>(on: grid, components: components)
        for point in 0..<grid.count {
            let place = grid.place(of: point)
            if components == 1 {
                field[0, point] = vorticity(place[0], place[1], grid.axes[0].length, grid.axes[1].length)
            } else {
                field[0, point] = speed(place[1])
                field[1, point] = perturbation * sin(2 * .pi * Double(waves) * place[0])
            }
        }
        return field
    }

    /// The velocity's component.
    public func field(on grid: Grid, component: Int, from stream: RandomStream) -> Field<Double> {
        let velocity = field(on: grid, components: max(2, component + 1)) { _ in stream }
        var field = Field<Double>(on: grid)
        for point in 0..<grid.count { field[0, point] = velocity[component, point] }
        return field
    }

    /// Distances to both layers and their images, over δ.
    private func images(_ y: Double) -> [(rising: Double, falling: Double)] {
        (-2...2).map { ((y - 0.25 - Double($0)) / thickness, (y - 0.75 - Double($0)) / thickness) }
    }

    private func speed(_ y: Double) -> Double {
        images(y).reduce(-1) { $0 + tanh($1.rising) - tanh($1.falling) }
    }

    private func vorticity(_ x: Double, _ y: Double, _ length: Double, _ height: Double) -> Double {
        func peak(_ distance: Double) -> Double { 1 / (cosh(distance) * cosh(distance)) }
        let slope = images(y).reduce(0) { $0 + peak($1.rising) - peak($1.falling) } / (thickness * height)
        let wavenumber = 2 * .pi * Double(waves)
        return perturbation * wavenumber / length * cos(wavenumber * x) - slope
    }
}
