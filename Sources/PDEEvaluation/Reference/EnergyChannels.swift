import PDEData

/// Which channels' squares are followed along a rollout, and what half their mean square is.
package struct EnergyChannels: Equatable, Sendable {
    /// The channels.
    package let channels: [Int]
    /// `enstrophy` and the like; nil for an energy.
    package let name: String?

    /// Of fields side by side as channels: an energy of the velocity where there is one, the enstrophy of a vorticity, else what
    /// the first field gives. A pressure's square is no energy, and squares of different fields have no sum.
    ///
    /// - Parameters:
    ///   - fields: in the order of the channels, at least one.
    ///   - dimensions: components of a vector.
    package init(of fields: [FieldDescription], dimensions: Int) {
        var ranges: [Range<Int>] = []
        for field in fields {
            let start = ranges.last?.upperBound ?? 0
            let components = (0..<field.order).reduce(1) { count, _ in count * dimensions }
            ranges.append(start..<start + components)
        }
        func place(_ name: String) -> Int? { fields.firstIndex { $0.name == name } }
        let chosen = place("velocity") ?? place("vorticity") ?? fields.firstIndex { $0.order == 1 } ?? 0
        channels = Array(ranges[chosen])
        name =
            switch fields[chosen].name {
            case "velocity", "u": nil
            case "vorticity": "enstrophy"
            case let other: "half mean square of \(other)"
            }
    }
}
