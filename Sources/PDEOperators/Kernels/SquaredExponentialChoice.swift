import PDEConfig
import PDECore

/// `SquaredExponentialKernel`: functions that are smooth to every order.
public struct SquaredExponentialChoice: KernelChoice {
    /// Its name.
    public static let kind = "squared-exponential"
    /// Other names.
    public static let aliases = ["rbf", "gaussian", "se"]
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
        SquaredExponentialKernel(lengthScale: lengthScale * length)
    }
}
