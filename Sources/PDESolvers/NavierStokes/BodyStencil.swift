/// The geometry of a control volume at a body: the weights of `BodyNodes` before they meet viscosity and cell sizes.
struct BodyStencil {
    /// Whether no body is near and the usual scheme holds.
    let isUsual: Bool
    /// Weights of the normal stress: of the neighbours across the face, and of the node.
    let normalBefore, normalBehind, normalOwn: Double
    /// Weights of the shear: of the neighbours along the face, and of the node.
    let shearBelow, shearAbove, shearOwn: Double
    /// Weights of the friction of the walls below and above.
    let frictionBelow, frictionAbove: Double

    /// The stencil of the node at `at`.
    ///
    /// - Parameters:
    ///   - at: the node's offset.
    ///   - across: the step in memory across its face; `along`: the step along it.
    ///   - own: open shares of the faces of its component; `other`: of the other one.
    ///   - volume: fluid shares of the cells.
    ///   - walls: whether a wall of the box, for which ghosts stand, lies below and above.
    init(
        _ at: Int, _ across: Int, _ along: Int, _ own: [Double], _ other: [Double], _ volume: [Double],
        walls: (below: Bool, above: Bool)
    ) {
        let (share, before, behind) = (own[at], own[at - across], own[at + across])
        let (below, above) = (own[at - along], own[at + along])
        let corners = [other[at - across], other[at], other[at + along - across], other[at + along]]
        let volumes = [volume[at - across], volume[at]]
        func isWhole(_ value: Double) -> Bool { value == 0 || value == 1 }
        isUsual =
            share == 1 && isWhole(before) && isWhole(behind) && volumes.allSatisfy { $0 == 1 }
            && (walls.below || corners[0] == 1 && corners[1] == 1 && below == 1)
            && (walls.above || corners[2] == 1 && corners[3] == 1 && above == 1)
        let (lower, upper) = ((corners[0] + corners[1]) / 2, (corners[2] + corners[3]) / 2)
        // A cell that is nearly full of solid counts for a hundredth at least.
        let (volumeBefore, volumeBehind) = (max(volumes[0], 0.01), max(volumes[1], 0.01))
        normalBefore = share * before / volumeBefore
        normalBehind = share * behind / volumeBehind
        normalOwn = share * share * (1 / volumeBefore + 1 / volumeBehind)
        shearBelow = lower / ((share + below) / 2)
        shearAbove = upper / ((share + above) / 2)
        shearOwn = shearBelow + shearAbove
        // Between two walls a cell apart nothing is open above or below, and both walls have full length.
        let width = max(lower, upper) > 0 ? max(lower, upper) : 1
        frictionBelow = (width - lower) / (share / 2)
        frictionAbove = (width - upper) / (share / 2)
    }
}
