import PDEConfig
import PDECore
import PDETensor

/// A Gaussian process over functions that learns an operator in closed form, with an error bar at every point of what it says.
///
/// The covariance of what comes out at a point y for u with that at y′ for u′ is k(u, u′) · c(y, y′): of N pairs and M points it is
/// K_N ⊗ K_M, and mean, variance and marginal likelihood cost O(N³ + N²M), never (NM)³. A function u is seen by a few numbers z(u)
/// (`inputs`), and k(u, u′) = φ(|(z − z′)/ℓ|) + noise · [u = u′] with a length scale ℓ for each of them, which maximise the marginal
/// likelihood; c is a product over axes and channels, and is estimated from the pairs. Over a trained network (`Experiment.from`) the
/// process learns what the network leaves. Where the task has symmetries, what it says is averaged over them.
///
/// **What to expect.** Where a few numbers determine the solution and it depends on them smoothly, as after diffusion, it is an order
/// more accurate than networks after seconds; where a solution depends on everything, as on media with jumps, it stays behind. It knows
/// one grid. Its weights cancel, so it is fitted and used in double precision. Sign of failure: an error bar near the spread of the
/// solutions themselves.
///
/// Sources: P. Batlle, M. Darcy, B. Hosseini & H. Owhadi, "Kernel methods are competitive for operator learning", J. Comput. Phys. 496
/// (2024); C. Mora, A. Yousefpour, S. Hosseinmardi, H. Owhadi & R. Bostanabad, "Operator learning with Gaussian processes" (2024);
/// C. E. Rasmussen & C. K. I. Williams, "Gaussian Processes for Machine Learning" (2006), equations 2.25, 2.26, 5.8 and 5.9.
public struct GaussianProcessArchitecture: ClosedFormArchitecture {
    /// Its name.
    public static let kind = "gaussian-process"
    /// Other names.
    public static let aliases = ["gp", "kriging", "kernel-method"]
    /// Other names of keys.
    public static let keyAliases = [
        "reduction": "inputs", "features": "inputs", "covariance": "kernel", "samples": "pairs",
    ]

    /// The numbers by which functions are seen.
    @OneOf<InputReductions> public var inputs: any InputReduction
    /// φ, with the length scale from which learning goes out, in units of four standard deviations of the inputs.
    @OneOf<KernelChoices> public var kernel: any KernelChoice
    /// See `ClosedFormArchitecture`.
    public var pairs: Int

    /// A configuration.
    public init(
        inputs: any InputReduction = PrincipalComponents(), kernel: any KernelChoice = SquaredExponentialChoice(),
        pairs: Int = 2000
    ) {
        (_inputs, _kernel) = (OneOf(wrappedValue: inputs), OneOf(wrappedValue: kernel))
        self.pairs = pairs
    }

    /// Decodes strictly: unknown keys, wrong types, values out of range and kernels without a radius are errors.
    public init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: CodingKeys.self)
        _inputs = try container.decode(.inputs, default: _inputs)
        _kernel = try container.decode(.kernel, default: _kernel)
        try container.decode(.pairs, into: &pairs, in: 2...2000)
        guard kernel.kernel is any ScaledKernel else {
            throw ConfigurationError.invalid(
                path: "kernel", found: kernel.kindName,
                allowed: "a kernel that depends on a distance, such as \(SquaredExponentialChoice.kind)")
        }
    }

    /// The profile of `kernel` and its first length scale.
    package var radius: RadialProfile {
        guard let kernel = kernel.kernel(length: 4, frequencies: []) as? any ScaledKernel else {
            preconditionFailure("kernel: expected one of a distance, got \(kernel.kindName)")
        }
        return RadialProfile(kernel)
    }

    /// It has no layers.
    public var width: Int { 1 }

    /// One grid, which `check(_ shape:)` knows.
    public func check(grid: [Int]) throws(GridMisfit) {}

    /// Refuses another grid than that of the training.
    public func check(_ shape: OperatorShape) throws(GridMisfit) {
        guard let closedForm = shape.closedForm else {
            throw GridMisfit(
                key: "kind",
                problem: "a \(Self.kind) is fitted to all pairs at once, and this problem has none to give",
                remedy: "Use it for tasks on datasets.")
        }
        guard shape.grid == nil || shape.grid == closedForm.grid else {
            throw GridMisfit(
                key: "kind",
                problem:
                    "a \(Self.kind) knows the grid \(closedForm.grid) of its training alone, and this one is \(shape.grid!)",
                remedy: "Train one on this grid: data.stride.")
        }
        try inputs.check(shape)
        if let mean = closedForm.mean?.wrappedValue { try mean.check(shape) }
    }

    /// See `Architecture`.
    public func parameterCount(_ shape: OperatorShape) -> Double {
        let sizes = shape.closedFormSizes
        let (pairs, features) = (Double(sizes.pairs), Double(inputs.count(of: shape)))
        let axes = (sizes.grid + [shape.outputs]).reduce(0) { $0 + Double($1) * Double($1) }
        let own = features * Double(sizes.inputs + 2) + pairs * (features + Double(sizes.outputs) + pairs)
        return own + Double(sizes.outputs) + axes + 2 + (shape.closedForm?.symmetries == nil ? 0 : 1)
            + (shape.closedForm?.mean?.wrappedValue.parameterCount(shape) ?? 0)
    }

    /// See `Architecture`.
    public func network<Scalar: Real>(
        _ shape: OperatorShape, _ initialization: Initialization
    ) -> any FieldOperator<Scalar> {
        ProcessOperator<Scalar>(self, shape, initialization)
    }
}
