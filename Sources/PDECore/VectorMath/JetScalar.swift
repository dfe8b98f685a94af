import CKernels

/// Activations of networks whose derivatives are trained on: smooth enough for a gradient of a derivative.
public enum SmoothActivation: String, Codable, CaseIterable, Sendable {
    /// x / (1 + e⁻ˣ).
    case silu
    case tanh
    /// x / (1 + |x|).
    case softsign

    var code: Int32 {
        switch self {
        case .silu: 0
        case .tanh: 1
        case .softsign: 2
        }
    }
}

/// Activations of jets, [channels][1 + directions][particles]: a value and its derivatives along some directions, of each particle.
///
/// The number of particles must be a multiple of 16.
public protocol JetScalar {
    /// Adds the bias to the values z, and finds their activation a with its derivatives, σ' and σ'' [channels][particles].
    static func activateJets(
        _ activation: SmoothActivation, _ z: UnsafeMutablePointer<Self>, bias: UnsafePointer<Self>,
        into a: UnsafeMutablePointer<Self>, slope: UnsafeMutablePointer<Self>, bend: UnsafeMutablePointer<Self>,
        channels: Int, directions: Int, particles: Int)

    /// The reverse rule: what a change of a does, g, becomes what a change of z does; that of the bias is added to `bias`.
    static func activateJetsSlope(
        _ z: UnsafePointer<Self>, slope: UnsafePointer<Self>, bend: UnsafePointer<Self>,
        _ g: UnsafeMutablePointer<Self>, bias: UnsafeMutablePointer<Self>, channels: Int, directions: Int,
        particles: Int)
}

extension Float: JetScalar {
    /// See `JetScalar`.
    public static func activateJets(
        _ activation: SmoothActivation, _ z: UnsafeMutablePointer<Self>, bias: UnsafePointer<Self>,
        into a: UnsafeMutablePointer<Self>, slope: UnsafeMutablePointer<Self>, bend: UnsafeMutablePointer<Self>,
        channels: Int, directions: Int, particles: Int
    ) { ckernels_activate_jets_f(activation.code, z, bias, a, slope, bend, channels, directions, particles) }

    /// See `JetScalar`.
    public static func activateJetsSlope(
        _ z: UnsafePointer<Self>, slope: UnsafePointer<Self>, bend: UnsafePointer<Self>,
        _ g: UnsafeMutablePointer<Self>, bias: UnsafeMutablePointer<Self>, channels: Int, directions: Int,
        particles: Int
    ) { ckernels_activate_jets_slope_f(z, slope, bend, g, bias, channels, directions, particles) }
}

extension Double: JetScalar {
    /// See `JetScalar`.
    public static func activateJets(
        _ activation: SmoothActivation, _ z: UnsafeMutablePointer<Self>, bias: UnsafePointer<Self>,
        into a: UnsafeMutablePointer<Self>, slope: UnsafeMutablePointer<Self>, bend: UnsafeMutablePointer<Self>,
        channels: Int, directions: Int, particles: Int
    ) { ckernels_activate_jets_d(activation.code, z, bias, a, slope, bend, channels, directions, particles) }

    /// See `JetScalar`.
    public static func activateJetsSlope(
        _ z: UnsafePointer<Self>, slope: UnsafePointer<Self>, bend: UnsafePointer<Self>,
        _ g: UnsafeMutablePointer<Self>, bias: UnsafeMutablePointer<Self>, channels: Int, directions: Int,
        particles: Int
    ) { ckernels_activate_jets_slope_d(z, slope, bend, g, bias, channels, directions, particles) }
}
