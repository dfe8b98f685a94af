import PDEConfig
import PDECore

/// `Matern32Kernel`: functions with one derivative.
public struct Matern32Choice: KernelChoice {
    /// Its name.
    public static let kind = "matern-3/2"
    /// Other names.
    public static let aliases = ["matern32", "matern-32", "matern"]
    /// Other names of keys.
    public static let keyAliases = ["lengthscale": "lengthScale", "scale": "lengthScale"]

    /// The length scale as a part of the axis.
    public var lengthScale: Double

    /// A choice.
    public init(lengthScale: Double = 0.25) { self.lengthScale = lengthScale }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try container.decode(.lengthScale, into: &lengthScale, in: Bounds.between(1e-6, 1e6))
    }

    /// See `KernelChoice`.
    public func kernel(length: Double, frequencies: [Double]) -> any StationaryKernel {
        Matern32Kernel(lengthScale: lengthScale * length)
    }
}
