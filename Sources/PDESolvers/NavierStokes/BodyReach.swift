/// Which sides of a control volume, and which second differences around it, have all their values in the fluid.
struct BodyReach: OptionSet {
    let rawValue: UInt16

    /// The four values around a side are there.
    static let sideBefore = BodyReach(rawValue: 1 << 0)
    static let sideBehind = BodyReach(rawValue: 1 << 1)
    static let sideBelow = BodyReach(rawValue: 1 << 2)
    static let sideAbove = BodyReach(rawValue: 1 << 3)
    /// The three values of a second difference across the face are there: of the node before, this one, the one behind.
    static let bendBefore = BodyReach(rawValue: 1 << 4)
    static let bendAcross = BodyReach(rawValue: 1 << 5)
    static let bendBehind = BodyReach(rawValue: 1 << 6)
    /// The same along the face.
    static let bendBelow = BodyReach(rawValue: 1 << 7)
    static let bendAlong = BodyReach(rawValue: 1 << 8)
    static let bendAbove = BodyReach(rawValue: 1 << 9)
    /// Nothing is missing.
    static let whole = BodyReach(rawValue: 1 << 10 - 1)

    init(rawValue: UInt16) { self.rawValue = rawValue }

    init() { rawValue = 0 }

    /// What holds around face (i, j) of a component.
    init(_ component: VelocityComponent, _ i: Int, _ j: Int, _ apertures: Apertures) {
        let (di, dj) = component == .x ? (1, 0) : (0, 1)
        // From two before to two behind, across the face and along it.
        let across = (-2...2).map { apertures.holdsVelocity(component, i + $0 * di, j + $0 * dj) }
        let along = (-2...2).map { apertures.holdsVelocity(component, i + $0 * dj, j + $0 * di) }
        func all(_ values: [Bool], _ range: ClosedRange<Int>) -> Bool { values[range].allSatisfy(\.self) }
        var found = BodyReach()
        func note(_ part: BodyReach, _ holds: Bool) { if holds { found.insert(part) } }
        note(.sideBefore, all(across, 0...3))
        note(.sideBehind, all(across, 1...4))
        note(.sideBelow, all(along, 0...3))
        note(.sideAbove, all(along, 1...4))
        note(.bendBefore, all(across, 0...2))
        note(.bendAcross, all(across, 1...3))
        note(.bendBehind, all(across, 2...4))
        note(.bendBelow, all(along, 0...2))
        note(.bendAlong, all(along, 1...3))
        note(.bendAbove, all(along, 2...4))
        self = found
    }
}
