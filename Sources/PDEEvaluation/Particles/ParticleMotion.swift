import PDEPlot

/// Where some particles are over time, to look at: the first two components of their velocities and the densities that they carry.
public struct ParticleMotion: Sendable {
    /// Particles at one time.
    public struct Frame: Sendable {
        /// The first component of each, and the second.
        public var x, y: [Double]
        /// The density that each carries.
        public var densities: [Double]

        /// As many numbers of each kind.
        public init(x: [Double], y: [Double], densities: [Double]) {
            precondition(
                x.count == y.count && x.count == densities.count,
                "x, y, densities: expected as many of each, got \(x.count), \(y.count) and \(densities.count)")
            (self.x, self.y, self.densities) = (x, y, densities)
        }

        fileprivate var isFinite: Bool { (x + y + densities).allSatisfy(\.isFinite) }
    }

    private var frames: [Frame] = []

    /// Nothing to look at yet.
    public init() {}

    /// Adds the next frame, of the same particles; what is not finite cannot be looked at.
    public mutating func append(_ frame: Frame) {
        if frame.isFinite { frames.append(frame) }
    }

    /// Whether anything moves.
    public var isEmpty: Bool { frames.count < 2 }

    private static let side = 420.0

    /// A picture that moves by itself: a dot for each particle, the fuller the higher the density that it carries, and a bar for the time.
    ///
    /// Where nothing moves, as on paper, it stands still at the last time.
    public func svg(label: String) -> String {
        let reach = 1.05 * (frames.flatMap { $0.x + $0.y }.map(abs).max() ?? 1)
        let densest = frames.flatMap(\.densities).max() ?? 1
        func place(_ value: Double) -> Double { Self.side * (value / reach + 1) / 2 }
        let dots = (frames.first?.x ?? []).indices.map { particle in
            Self.shape(
                "circle", "r=\"2.5\"",
                [
                    ("cx", frames.map { place($0.x[particle]) }), ("cy", frames.map { place(-$0.y[particle]) }),
                    ("fill-opacity", frames.map { 0.15 + 0.85 * $0.densities[particle] / densest }),
                ])
        }
        let bar = Self.shape("rect", "y=\"0\" height=\"4\"", [("width", [0, Self.side])])
        let size = Int(Self.side)
        return """
            <svg viewBox="0 0 \(size) \(size)" role="img" aria-label="\(Markup.escaped(label))" class="s0">\
            <rect width="\(size)" height="\(size)" class="axis"/>\
            <g fill="var(--c)">\(dots.joined())\(bar)</g></svg>
            """
    }

    /// An element whose attributes have the last of their values, and take on all of them as they are animated.
    private static func shape(
        _ element: String, _ fixed: String, _ moving: [(attribute: String, values: [Double])]
    ) -> String {
        var (still, motion) = (fixed, "")
        for (attribute, values) in moving {
            let texts = values.map { "\(($0 * 100).rounded() / 100)" }
            still += " \(attribute)=\"\(texts.last!)\""
            motion +=
                "<animate attributeName=\"\(attribute)\" dur=\"6s\" repeatCount=\"indefinite\" "
                + "values=\"\(texts.joined(separator: ";"))\"/>"
        }
        return "<\(element) \(still)>\(motion)</\(element)>"
    }
}
