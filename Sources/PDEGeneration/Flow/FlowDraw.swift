import PDEConfig
import PDECore
import PDEGeometry

/// What is drawn for a sample of a flow.
package struct FlowDraw {
    /// The Reynolds number.
    package var reynolds: Double
    /// The obstacles on the solver's grid.
    package var geometry: Geometry
    /// What is added to the velocity at the start.
    var perturbation: FlowPerturbation

    /// The axes of difficulty, by name.
    package func difficulty(of equation: FlowEquation) -> [String: Double] {
        let clearances = geometry.clearances
        // Without bodies the walls leave the whole height free.
        let gap = clearances.smallestGap(countsEnds: equation.familyName == .cavity) ?? 1
        let local = geometry.bodies.map { body in
            let box = body.boundingBox
            return box.size.max() * equation.undisturbedSpeed(at: box.center.y)
        }
        return [
            "reynolds": reynolds, "obstacles": Double(geometry.bodies.count), "blockage": clearances.blockage,
            "smallest_gap": gap, "obstacle_reynolds": reynolds * (local.max() ?? 0),
        ]
    }
}
