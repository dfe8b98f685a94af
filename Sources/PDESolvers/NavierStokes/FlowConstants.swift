/// The numbers of a flow that its parts share.
struct FlowConstants {
    let family: FlowFamily
    /// Width and height of a cell.
    let dx, dy: Double
    let viscosity: Double
    /// The peak speed of inlet or lid.
    let speed: Double
    /// κ of `MomentumTerms`.
    let dissipation: Double

    /// The smaller side of a cell.
    var smallestSide: Double { min(dx, dy) }

    /// The speed of the upper wall.
    var lidSpeed: Double { family == .cavity ? speed : 0 }

    /// The faces of a component whose velocity is not given by a side of the box.
    func movingFaces(_ component: VelocityComponent, _ layout: StaggeredLayout) -> (x: Range<Int>, y: Range<Int>) {
        let (nx, ny) = (layout.columns, layout.rows)
        if family == .periodic { return (0..<nx, 0..<ny) }
        switch component {
        case .x: return (1..<(family.isChannel ? nx + 1 : nx), 0..<ny)
        case .y: return (0..<nx, 1..<ny)
        }
    }

    /// Whether the neighbours along the face lie beyond walls of the box.
    func walls(
        _ component: VelocityComponent, _ i: Int, _ j: Int, _ layout: StaggeredLayout
    ) -> (below: Bool, above: Bool) {
        switch component {
        case .x where family != .periodic: (j == 0, j == layout.rows - 1)
        case .y where family == .cavity: (i == 0, i == layout.columns - 1)
        default: (false, false)
        }
    }
}
