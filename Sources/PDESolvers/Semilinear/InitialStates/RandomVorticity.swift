import Glibc
import PDEConfig
import PDECore

/// A random vorticity with the energy spectrum of decaying turbulence,
///
///     E(k) ∝ k / (1 + (k/k_0)⁴) · e^{−(k/4k_0)²}
///
/// which peaks at 0.75 k_0. The first factor is that of J. C. McWilliams, "The emergence of isolated coherent vortices in
/// turbulent flow", J. Fluid Mech. 146 (1984), with k_0 = 6 in a box of side 2π and energy ½. The second makes the vorticity
/// smooth: without it every octave beyond k_0 holds as much enstrophy as the one before, up to the cutoff of whatever
/// grid the field is drawn on. Phases and amplitudes are those of a Gaussian field.
///
/// Waves are keyed by their wavevector and scaled by the energy of all those that matter, whether the grid carries
/// them or not: the same sample on a finer grid is the same function. Good grids have their cutoff at 8 k_0 or beyond.
public struct RandomVorticity: InitialState, Hashable {
    /// Its name.
    public static let kind = "vorticity"

    /// k_0, in radians per unit of length; positive.
    public var wavenumber: Double
    /// Kinetic energy ½ ⟨u² + v²⟩; positive.
    public var energy: Double

    /// The wavenumber beyond which less than a millionth of the energy lies, over k_0.
    private static let extent = 12.0

    /// The distribution with wavenumber k_0, in which every sample has the same kinetic energy.
    public init(wavenumber: Double, energy: Double) {
        precondition(wavenumber > 0, "wavenumber: expected more than 0, got \(wavenumber)")
        precondition(energy > 0, "energy: expected more than 0, got \(energy)")
        self.wavenumber = wavenumber
        self.energy = energy
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        wavenumber = try container.decode(.wavenumber, in: .magnitude, default: 6)
        energy = try container.decode(.energy, in: .magnitude, default: 0.5)
    }

    /// See `InitialState`.
    public var dimensions: ClosedRange<Int> { 2...2 }

    /// See `InitialState`.
    public func summary(_ number: (Double) -> String) -> String {
        "random vorticity, E(k) ∝ k/(1 + (k/k₀)⁴) e^−(k/4k₀)² with k₀ = \(number(wavenumber)) "
            + "and kinetic energy \(number(energy))"
    }

    /// Most of the energy lies below twice k_0.
    public func waves(along axis: Int, lengths: [Double]) -> WaveDemand? {
        WaveDemand(2 * wavenumber * lengths[axis] / (2 * .pi), of: "wavenumber", dependsOnLength: true)
    }

    /// It is first drawn on a grid that carries all of its waves.
    public func workspaceBytes(lengths: [Double]) -> Int {
        let sides = lengths.map { 3 * Self.extent * wavenumber * $0 / (2 * .pi) }
        return Int(4 * 8 * sides.reduce(1, *))
    }

    /// Draws a vorticity.
    ///
    /// - Parameters:
    ///   - grid: periodic, of two dimensions. Waves that its dealiasing drops are left out.
    ///   - stream: gives the normal numbers, by position; it is not advanced.
    public func field(on grid: Grid, component: Int = 0, from stream: RandomStream) -> Field<Double> {
        field(on: grid, component: component, from: stream) { true }
    }

    /// Draws a vorticity; `goesOn` is asked before every row of modes.
    public func field(
        on grid: Grid, component: Int, from stream: RandomStream, while goesOn: () -> Bool
    ) -> Field<Double> {
        precondition(grid.dimensions == 2, "grid: expected two dimensions, got \(grid.dimensions)")
        let reference = Grid(
            grid.axes.map { axis in
                let periods = max(2, Int(Self.extent * wavenumber * axis.length / (2 * .pi)))
                return Grid.Axis(count: 4 * ((3 * periods + 4) / 4), from: axis.lower, to: axis.upper)
            })
        let sampled = SpectralSpace<Double>(reference)
        let sample = shapedNoise(in: sampled, from: stream, while: goesOn)
        let found = VorticityTransport.kineticEnergy(of: sample, in: sampled)
        let space = SpectralSpace<Double>(grid)
        let scale = (energy / found).squareRoot()
        var field = shapedNoise(in: space, from: stream, while: goesOn).field(in: space)
        for i in 0..<grid.count { field.values[i] *= scale }
        return field
    }

    /// White noise times the amplitude of a mode's vorticity, the square root of k E(k).
    private func shapedNoise(
        in space: SpectralSpace<Double>, from stream: RandomStream, while goesOn: () -> Bool
    ) -> SpectralField<Double> {
        let white = GaussianRandomField(variance: 1, shift: 0, exponent: 0, hasZeroMean: true)
        var state = SpectralField(white.periodic(on: space.grid, from: stream, while: goesOn), in: space)
        space.forEachWavevector { mode, kx, ky in
            let square = kx * kx + ky * ky
            let ratio = square / (wavenumber * wavenumber)
            let amplitude = (square / (1 + ratio * ratio) * exp(-ratio / 16)).squareRoot()
            state.coefficients[2 * mode] *= amplitude
            state.coefficients[2 * mode + 1] *= amplitude
        }
        return state
    }
}
