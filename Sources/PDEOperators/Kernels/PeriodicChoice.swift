import PDEConfig
import PDECore

/// `PeriodicKernel`: functions whose period is the axis.
public struct PeriodicChoice: KernelChoice {
    /// Its name.
    public static let kind = "periodic"
    /// Other names.
    public static let aliases = ["exp-sine-squared"]
    /// Other names of keys.
    public static let keyAliases = ["lengthscale": "lengthScale", "scale": "lengthScale"]

    /// The length scale in radians of the period over π.
    public var lengthScale: Double

    /// A choice.
    public init(lengthScale: Double = 1) { self.lengthScale = lengthScale }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try container.decode(.lengthScale, into: &lengthScale, in: Bounds.between(1e-6, 1e6))
    }

    /// See `KernelChoice`.
    public func kernel(length: Double, frequencies: [Double]) -> any StationaryKernel {
        PeriodicKernel(lengthScale: lengthScale, period: length)
    }
}
