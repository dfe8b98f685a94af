import PDEConfig
import PDEGeometry

extension Geometry {
    /// The bodies' true shapes as JSON.
    var bodiesText: String {
        guard let json = try? StrictEncoder().encode(bodies) else {
            preconditionFailure("bodies: expected finite numbers, got \(bodies)")
        }
        return json.serialized(pretty: false)
    }
}

extension Clearances {
    /// The smallest gap between two bodies, or a body and a side of the box, 0 where they overlap; nil without bodies.
    ///
    /// - Parameter countsEnds: whether the two ends of x are sides too.
    func smallestGap(countsEnds: Bool) -> Double? {
        guard let walls = wallGaps else { return nil }
        let sides = [walls.bottom, walls.top] + (countsEnds ? [walls.inlet, walls.outlet] : [])
        return max(0, (sides + [bodyGap].compactMap(\.self)).min()!)
    }
}
