/// The velocity over a channel's inlet.
public enum InletProfile: String, Hashable, Codable, CaseIterable, Sendable {
    /// 4 y (1 − y) times the peak speed, with y from wall to wall.
    case parabolic
    /// The peak speed everywhere.
    case uniform
}

/// What holds where a channel ends.
public enum OutletCondition: String, Hashable, Codable, CaseIterable, Sendable {
    /// p = 0, velocities continue; what flows back in brings no momentum.
    case pressure
    /// u_t + c u_x = 0 with c the mean speed of the inlet; the flux is that of the inlet.
    case convective
}

/// What holds on the sides of the box.
public enum FlowFamily: Hashable, Sendable {
    /// Inlet at the lower end of x, outlet at the upper, no-slip walls below and above.
    case channel(inlet: InletProfile = .parabolic, outlet: OutletCondition = .pressure)
    /// No-slip walls all around, of which the upper one, the lid, moves along x with the peak speed.
    case cavity
    /// Both axes are periodic.
    case periodic

    var isChannel: Bool { if case .channel = self { true } else { false } }

    /// Whether the outlet holds the pressure.
    var hasPressureOutlet: Bool { if case .channel(_, .pressure) = self { true } else { false } }

    /// The pressure's side of it on a grid of cells.
    func pressureGrid(columns: Int, rows: Int, dx: Double, dy: Double) -> PressureGrid {
        let isPeriodic = self == .periodic
        return PressureGrid(
            columns: columns, rows: rows, dx: dx, dy: dy, left: isPeriodic ? .periodic : .neumann,
            right: isPeriodic ? .periodic : hasPressureOutlet ? .dirichlet : .neumann,
            bottom: isPeriodic ? .periodic : .neumann, top: isPeriodic ? .periodic : .neumann)
    }
}

extension InletProfile {
    /// The velocity at a height from 0 at one wall to 1 at the other, for a peak of 1.
    func value(at height: Double) -> Double {
        switch self {
        case .uniform: 1
        case .parabolic: 4 * height * (1 - height)
        }
    }
}
