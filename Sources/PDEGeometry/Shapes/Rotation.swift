import Glibc

/// A rotation about the origin, counterclockwise; exact for quarter turns.
package struct Rotation: Hashable, Sendable {
    /// The angle in radians.
    package let angle: Double
    private let cosine, sine: Double

    package init(_ angle: Double) {
        self.angle = angle
        let quarters = angle.remainder(dividingBy: 2 * .pi) / (.pi / 2)
        switch quarters {
        case 0: (cosine, sine) = (1, 0)
        case 1: (cosine, sine) = (0, 1)
        case 2, -2: (cosine, sine) = (-1, 0)
        case -1: (cosine, sine) = (0, -1)
        default: (cosine, sine) = (cos(angle), sin(angle))
        }
    }

    /// Whether the coordinate axes are mapped to coordinate axes.
    package var isQuarterTurns: Bool { cosine == 0 || sine == 0 }

    package func turned(_ point: Point2) -> Point2 {
        Point2(cosine * point.x - sine * point.y, sine * point.x + cosine * point.y)
    }

    package func turnedBack(_ point: Point2) -> Point2 {
        Point2(cosine * point.x + sine * point.y, cosine * point.y - sine * point.x)
    }
}

extension Rotation: Codable {
    package init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(Double.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(angle)
    }
}
