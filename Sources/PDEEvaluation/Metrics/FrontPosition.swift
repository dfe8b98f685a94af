/// Where a one-dimensional field falls most steeply: the place of a shock.
enum FrontPosition {
    /// The position in grid spacings from the first point, between points by a parabola through three slopes.
    ///
    /// - Parameters:
    ///   - u: `count` values along the axis, at least 4.
    ///   - isPeriodic: whether the last point has the first as its neighbour.
    static func steepestDescent(_ u: UnsafePointer<Float>, count: Int, isPeriodic: Bool) -> Double {
        // Slope i lies between the points i and i + 1.
        let slopes = isPeriodic ? count : count - 1
        func slope(_ i: Int) -> Float { u[i + 1 == count ? 0 : i + 1] - u[i] }
        var (best, least) = (0, Float.infinity)
        for i in 0..<count - 1 {
            let difference = u[i &+ 1] - u[i]
            if difference < least { (best, least) = (i, difference) }
        }
        if isPeriodic, slope(count - 1) < least { best = count - 1 }
        var offset = 0.0
        if isPeriodic || (best > 0 && best < slopes - 1) {
            let (before, at, after) = (
                Double(slope((best + slopes - 1) % slopes)), Double(slope(best)), Double(slope((best + 1) % slopes))
            )
            let curvature = before - 2 * at + after
            if curvature > 0 { offset = 0.5 * (before - after) / curvature }
        }
        return Double(best) + 0.5 + offset
    }

    /// The distance of two positions, the short way round where the axis is periodic of length `period`.
    static func distance(_ a: Double, _ b: Double, period: Double?) -> Double {
        let direct = abs(a - b)
        guard let period else { return direct }
        let rest = direct.truncatingRemainder(dividingBy: period)
        return min(rest, period - rest)
    }
}
