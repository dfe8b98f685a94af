import PDEConfig
import PDECore

/// `GaussianMixtureKernel`: waves with envelopes that are smooth to every order, one for each frequency that is visible.
public struct GaussianMixtureChoice: KernelChoice {
    /// Its name.
    public static let kind = "gaussian-mixture"
    /// Other names.
    public static let aliases = ["spectral-mixture", "gp-hm"]
    /// Other names of keys.
    public static let keyAliases = ["lengthscale": "lengthScale", "scale": "lengthScale"]

    /// The length scale as a part of the axis.
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
    public var envelope: (any ScaledKernel.Type)? { SquaredExponentialKernel.self }
    /// See `KernelChoice`.
    public func kernel(length: Double, frequencies: [Double]) -> any StationaryKernel {
        GaussianMixtureKernel(frequencies: frequencies, lengthScale: lengthScale * length)
    }
}
