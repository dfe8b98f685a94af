/// The memory of particles, for the length of a call.
public struct ParticleView {
    /// Number of particles.
    public let count: Int
    /// 2 to 10.
    public let dimensions: Int
    /// Distance between two components, a multiple of eight; behind the last particle come ones of weight 0.
    public let stride: Int
    /// [component][stride].
    public let velocities: UnsafePointer<Double>
    /// [stride].
    public let weights: UnsafePointer<Double>
}
