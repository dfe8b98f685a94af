import PDEConfig

extension Bounds<Double> {
    /// The size of a length, a time, a viscosity and the like: what lies beyond overflows or vanishes in products of a few.
    static var magnitude: Bounds { .between(1e-12, 1e12) }
    /// Such a size, or 0.
    static var magnitudeOrZero: Bounds { .between(0, 1e12) }
}
