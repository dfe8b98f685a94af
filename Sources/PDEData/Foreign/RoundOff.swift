/// What is written in float32 is uniform and the same to its round-off only.

/// Values that lie at equal distances to within the round-off of float32, at exactly equal distances; nil if they do not, or do
/// not increase.
package func uniformWithinRoundOff(_ values: [Double]) -> [Double]? {
    guard isIncreasing(values), let first = values.first, let last = values.last else { return nil }
    guard values.count > 2 else { return values }
    let step = (last - first) / Double(values.count - 1)
    let even = values.indices.map { first + Double($0) * step }
    return agreeWithinRoundOff(values, even) ? even : nil
}

/// Whether values are the same to within the round-off of float32 of the largest.
func agreeWithinRoundOff(_ left: [Double], _ right: [Double]) -> Bool {
    guard left.count == right.count else { return false }
    let scale = (left + right).reduce(0) { max($0, abs($1)) }
    return zip(left, right).allSatisfy { abs($0 - $1) <= 4e-7 * scale }
}

extension Dimension {
    /// An axis of coordinates that somebody else wrote; a uniform one has the length of its cells.
    package init(name: String, withinRoundOff coordinates: [Double]) {
        let even = uniformWithinRoundOff(coordinates)
        self.init(
            name: name, coordinates: even ?? coordinates,
            length: even.flatMap { $0.count > 1 ? ($0[1] - $0[0]) * Double($0.count) : nil })
    }
}
