import PDEConfig
import PDECore
import PDETensor

/// A V-cycle whose coarse couplings and interpolation are learned: from a system and a residual r to a correction Mr.
///
/// Linear in r and nonlinear in the system: what a cycle does on a cell follows from the couplings around it, by two small
/// perceptrons that serve all levels, axes and sizes. The cycle is that of multigrid on cells twice as
/// wide, red-black Gauss–Seidel before and black-red after, an interpolation of learned shares and its transpose, and coarse
/// operators of positive couplings: M is symmetric positive definite, whatever was learned, and plain conjugate gradients go with it.
///
/// - Channels: r; then for every axis the coupling through the lower and through the upper face of each cell, at least 0, or −w
///   where a value given beyond adds w to the diagonal. Out comes Mr.
/// - The perceptrons see logarithms of ratios of couplings. Where couplings are equal they say 0, and the cycle is the classical one.
/// - Sizes: every axis must halve down to at most 64 cells in all; the solvers' own form of it (`PDESolvers`) takes any.
/// - Measured (`deep-conjugate-direction.json`, trained on 32² cells): iterations to 1e-6 from 64² to 512² 7 on boxes and log-normal
///   media, 7 to 8 around discs and at contrasts of 4 and 10, and 9, 11, 14, 16 at a contrast of 100 where the classical cycle takes 10,
///   14, 19, 22. At a contrast of 1000 they grow from 12 to 37, the classical one's from 15 to 56.
/// - Good values: two hidden layers of 16. Where it fails: what cells twice as wide cannot resolve: contrasts of 1000 and more, single
///   solid cells. Multigrid on groups of strongly coupled cells (`algebraic-multigrid`) is for these.
/// - Source: Y. Lan et al., "A Neural-Preconditioned Poisson Solver for Mixed Dirichlet and Neumann Boundary Conditions" (ICML 2024)
///   for kernels that depend on the geometry alone; R. E. Alcouffe et al., SIAM J. Sci. Stat. Comput. 2 (1981) for the interpolation
///   that learning begins with.
public struct StencilCycleArchitecture: Architecture {
    /// Its name.
    public static let kind = "stencil-v-cycle"
    /// Other names.
    public static let aliases = ["npsdo", "stencil-cycle"]
    /// Other names of keys.
    public static let keyAliases = ["hidden": "width", "hiddenChannels": "width", "depth": "layers"]

    /// Channels of the hidden layers.
    public var width: Int
    /// Hidden layers.
    public var layers: Int

    /// A configuration.
    public init(width: Int = 16, layers: Int = 2) { (self.width, self.layers) = (width, layers) }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try container.decode(.width, into: &width, in: 1...256)
        try container.decode(.layers, into: &layers, in: 1...8)
    }

    /// See `Architecture`.
    public func check(grid: [Int]) throws(GridMisfit) {
        var shape = grid
        while shape.reduce(1, *) > StencilCycle<Float>.mostBottomCells {
            guard shape.allSatisfy({ $0 % 2 == 0 }) else {
                throw GridMisfit(
                    key: "kind",
                    problem: "its levels halve \(grid.map(String.init).joined(separator: " × ")) cells, and "
                        + "\(shape.map(String.init).joined(separator: " × ")) cannot be halved",
                    remedy: "Train on a power of two.")
            }
            shape = shape.map { $0 / 2 }
        }
    }

    /// Refuses what is no residual of a system.
    public func check(_ shape: OperatorShape) throws(GridMisfit) {
        guard (2...3).contains(shape.axes), shape.inputs == 1 + 2 * shape.axes, shape.outputs == 1 else {
            throw GridMisfit(
                key: "kind",
                problem:
                    "it maps a residual and the couplings of a system of two or three axes to a correction, and not "
                    + "\(shape.inputs) channels of \(shape.axes) axes to \(shape.outputs)",
                remedy: "Use it with the task deep-conjugate-direction.")
        }
    }

    /// See `Architecture`.
    public func parameterCount(_ shape: OperatorShape) -> Double {
        [StencilFeatures.ofCoupling(axes: shape.axes), StencilFeatures.ofShare].reduce(0) { sum, inputs in
            sum + LogarithmicPerceptron<Float>.parameterCount(inputs: inputs, width: width, layers: layers)
        }
    }

    /// See `Architecture`.
    public func network<Scalar: Real>(
        _ shape: OperatorShape, _ initialization: Initialization
    ) -> any FieldOperator<Scalar> { StencilCycle<Scalar>(self, axes: shape.axes, initialization) }
}

/// Numbers that the perceptrons of a stencil cycle see.
public enum StencilFeatures {
    /// Of a coarse face: the fine faces in it, and those inside the two cells along the axis and across it.
    public static func ofCoupling(axes: Int) -> Int { (3 + 2 * (axes - 1)) << (axes - 1) }
    /// Of a fine cell along an axis.
    public static let ofShare = 7
    /// What is added to a coupling's ratio before its logarithm is taken: closed faces have one, too.
    public static let least = 1e-5
    /// The largest amount of what a perceptron says.
    public static let most = 4.0
}
