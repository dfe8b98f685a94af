extension Shape {
    /// The shape moved by `offset`.
    public func translated(by offset: Point2) -> Shape {
        switch self {
        case .circle(let circle): .circle(center: circle.center + offset, radius: circle.radius)
        case .rectangle(let rectangle):
            .rectangle(Rectangle(lower: rectangle.lower + offset, upper: rectangle.upper + offset))
        case .ellipse(let ellipse):
            .ellipse(Ellipse(center: ellipse.center + offset, semiAxes: ellipse.semiAxes, rotation: ellipse.rotation))
        case .polygon(let polygon): .polygon(polygon.vertices.map { $0 + offset })
        default: mapParts { $0.translated(by: offset) }
        }
    }

    /// The shape turned counterclockwise by `angle` (radians) about a point; quarter turns are exact.
    ///
    /// A rectangle becomes the polygon of its corners unless it is turned by quarter turns.
    public func rotated(by angle: Double, about pivot: Point2 = .zero) -> Shape {
        precondition(angle.isFinite, "angle: expected a finite angle, got \(angle)")
        let rotation = Rotation(angle)
        func turned(_ point: Point2) -> Point2 { pivot + rotation.turned(point - pivot) }
        switch self {
        case .circle(let circle): return .circle(center: turned(circle.center), radius: circle.radius)
        case .rectangle(let rectangle):
            let corners = rectangle.corners.map(turned)
            guard rotation.isQuarterTurns else { return .polygon(corners) }
            return .rectangle(
                Rectangle(lower: pointwiseMin(corners[0], corners[2]), upper: pointwiseMax(corners[0], corners[2])))
        case .ellipse(let ellipse):
            return .ellipse(
                center: turned(ellipse.center), semiAxes: ellipse.semiAxes, angle: ellipse.angle + angle)
        case .polygon(let polygon): return .polygon(polygon.vertices.map(turned))
        default: return mapParts { $0.rotated(by: angle, about: pivot) }
        }
    }

    /// The same combination of other parts.
    private func mapParts(_ transform: (Shape) -> Shape) -> Shape {
        switch self {
        case .circle, .rectangle, .ellipse, .polygon: transform(self)
        case .union(let parts): .union(parts.map(transform))
        case .intersection(let parts): .intersection(parts.map(transform))
        case .difference(let shape, let less): .difference(transform(shape), transform(less))
        case .complement(let shape): .complement(transform(shape))
        }
    }
}
