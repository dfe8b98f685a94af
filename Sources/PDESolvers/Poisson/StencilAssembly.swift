import PDECore

/// Writes the coefficients of a system on its finest grid into a stencil table.
struct StencilAssembly<Scalar: Real> {
    let layout: CellLayout
    let mask: CellMask
    /// 1/h² along x, y and z.
    let weights: [Scalar]
    /// Lower and upper side of x, y and z.
    let sides: [PoissonSide]
    let holdsValueInSolid: Bool
    let coefficient: AlignedBuffer<Scalar>?
    let openFaces: FaceShares<Scalar>?

    /// Lower and upper side of x, y and z; of two axes these are x and z, and nothing goes through the sides of y.
    static func ordered(_ sides: PoissonSides) -> [PoissonSide] {
        let x = sides.lower.count - 1
        let y: [PoissonSide] = x > 1 ? [sides.lower[1], sides.upper[1]] : [.flux, .flux]
        return [sides.lower[x], sides.upper[x]] + y + [sides.lower[0], sides.upper[0]]
    }

    /// What values given on the sides of y add to the diagonal where there is one row, for a = 1.
    private var heldAcrossRow: Scalar {
        layout.isPlanar ? 2 * weights[1] * Scalar(sides[2...3].filter { $0 == .value }.count) : 0
    }

    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    func table() -> StencilTable<Scalar> { assembled() }

    @inline(never)
    private func assembled() -> StencilTable<Scalar> {
        var plain = [Scalar](repeating: 0, count: 64)
        let inRow = weights[0] + (layout.isPlanar ? 0 : weights[1]) + weights[2]
        for lane in 0..<8 {
            for face in 0..<6 { plain[8 * face + lane] = weights[face / 2] }
            plain[48 + lane] = 2 * inRow + heldAcrossRow
            plain[56 + lane] = 1 / plain[48 + lane]
        }
        let vectors = layout.cells / 8
        var builder = StencilBuilder(
            layout, plain: plain, isShared: coefficient == nil, expected: coefficient == nil ? 64 : vectors + 64)
        let classes = builder.classes.pointer
        var numbers = [Scalar](repeating: 0, count: 64)
        numbers.withUnsafeMutableBufferPointer { buffer in
            let numbers = buffer.baseAddress!
            for z in 0..<layout.planes {
                for y in 0..<layout.rows {
                    let start = layout.offset(0, y, z)
                    for v in 0..<layout.vectors {
                        let at = start &+ 8 &* v
                        if coefficient == nil, mask.isPlain(at), openFaces?.areOpen(at) ?? true {
                            classes[at >> 3] = 0
                        } else {
                            write(at, numbers)
                            let above = classes[(at &- layout.stride) >> 3]
                            classes[at >> 3] = builder.add(numbers, guess: above)
                        }
                    }
                }
            }
        }
        return builder.table()
    }

    /// The numbers of the vector at `at`.
    private func write(_ at: Int, _ numbers: UnsafeMutablePointer<Scalar>) {
        numbers.update(repeating: 0, count: 64)
        let steps = [1, layout.isPlanar ? 0 : layout.stride, layout.planeStride]
        let a = coefficient?.pointer
        let held = heldAcrossRow
        for lane in 0..<8 where mask.pointer[at &+ lane] == 0 {
            let cell = at &+ lane
            let here = a?[cell] ?? 1
            var diagonal = here * held
            for face in 0..<6 where steps[face >> 1] != 0 {
                let step = steps[face >> 1]
                let beyond = face & 1 == 0 ? cell &- step : cell &+ step
                let weight = weights[face >> 1]
                switch mask.pointer[beyond] {
                case 0:
                    var open = weight
                    if let a { open = 2 * here * a[beyond] / (here + a[beyond]) * weight }
                    if let openFaces { open *= openFaces.upper(face >> 1)[min(cell, beyond)] }
                    numbers[8 &* face &+ lane] = open
                    diagonal += open
                case 1: if holdsValueInSolid { diagonal += 2 * here * weight }
                default: if sides[face] == .value { diagonal += 2 * here * weight }
                }
            }
            // −0 tells a fluid cell that is coupled to nothing from a solid one: a shift is its whole equation.
            numbers[48 &+ lane] = diagonal > 0 ? diagonal : -0.0
            numbers[56 &+ lane] = diagonal > 0 ? 1 / diagonal : 0
        }
    }
}
