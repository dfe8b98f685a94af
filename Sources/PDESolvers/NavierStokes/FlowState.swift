import PDECore

/// Velocity and pressure on a staggered grid: the state of `FlowStepper`.
///
/// Both components and the pressure lie in the stepper's layout; `FlowStepper` reads them out.
public struct FlowState<Scalar: Real>: Equatable, Sendable {
    /// Velocity along x on the faces across x, velocity along y on those across y, pressure in the cells.
    var u, v, p: AlignedVector<Scalar>
    /// The time since the start.
    public internal(set) var time: Double
    /// Whether the pressure belongs to this velocity, so that a step may start from it.
    var hasPressure: Bool
    /// Whether it has just been set in motion at once, so that friction is not defined yet.
    var isImpulsive: Bool

    init(_ layout: StaggeredLayout) {
        u = AlignedVector(count: layout.count)
        v = AlignedVector(count: layout.count)
        p = AlignedVector(count: layout.count)
        time = 0
        hasPressure = false
        isImpulsive = false
    }
}
