import PDECore

/// The two sweeps of a multigrid level over its planes, each of them one pass over memory.
///
/// Down, from a zero correction: red cells u = b/d, black cells u = (b + Σwu)/d, and the residual, which is 0 in black cells
/// and Σwu of the black neighbours in red ones, restricted by the transpose of (tri)linear interpolation. Nothing but the
/// coarse right-hand side is written: u is made again on the way up, where only its red half is needed.
/// Up: red cells u = b/d + interpolated coarse correction, black cells u = (b + Σwu)/d, then red ones likewise. The two are
/// transposes, and the cycle is symmetric.
///
/// Planes pass through a ring of four that stays in the cache. A slab's sweep reads b, and the coarse correction, of
/// a few planes around it and makes what it needs of them itself; so slabs do not wait for each other, and every value is the
/// same whichever worker makes it.
///
/// Bytes a cell that a cycle must move on this level: 4 to read b, then 4 to read b and 8 to write u (a line is read before
/// it is written), and a fraction for the coarse grid: 16, or 18 to 21 with all coarse levels.
final class MultigridSweep: @unchecked Sendable {
    typealias Pointer = UnsafeMutablePointer<Float>

    /// Four planes of u, four planes of the residual restricted along x and y, twice if shares vary, and lines.
    private let memory: AlignedBuffer<Float>
    private let masks = AlignedBuffer<Float>(count: 16)
    private let planeCapacity, coarseCapacity, lineCapacity: Int
    private let coarsePlanes: Int
    /// Whether interpolation follows the coefficient; see `MultigridSweep+Shares`.
    private let hasShares: Bool

    /// - Parameter hasShares: whether interpolation follows a variable coefficient.
    init(_ finest: CellLayout, hasShares: Bool) {
        self.hasShares = hasShares
        coarsePlanes = hasShares ? 8 : 4
        planeCapacity = (finest.planeStride + 8 * finest.stride + 63) / 64 * 64
        coarseCapacity = (finest.coarsened.planeStride + 8 * finest.coarsened.stride + 63) / 64 * 64
        lineCapacity = (finest.stride + 64 + 63) / 64 * 64
        for lane in 0..<16 { masks.pointer[lane] = Float((lane + lane / 8 + 1) & 1) }
        memory = AlignedBuffer(count: 4 * planeCapacity + coarsePlanes * coarseCapacity + 8 * lineCapacity)
    }

    /// Forgets everything, so that no NaN stays behind.
    func clear() { memory.clear() }

    @inline(__always)
    func plane(_ z: Int) -> Pointer {
        let offset = (z & 3) &* planeCapacity &+ 32
        return memory.pointer + offset
    }

    func coarsePlane(_ z: Int) -> Pointer {
        let offset = 4 &* planeCapacity &+ (z & 3) &* coarseCapacity &+ 32
        return memory.pointer + offset
    }

    /// What goes to the coarse plane beyond, where shares vary.
    func farCoarsePlane(_ z: Int) -> Pointer { coarsePlane(z) + 4 &* coarseCapacity }

    func line(_ number: Int) -> Pointer {
        let offset = 4 &* planeCapacity &+ coarsePlanes &* coarseCapacity &+ number &* lineCapacity &+ 32
        return memory.pointer + offset
    }

    /// 1 in the lanes whose column is even, or odd, by the parity of row and plane.
    ///
    /// From memory: the compiler takes sums apart lane by lane when it sees the constants.
    @inline(__always)
    func lanes(_ parity: Int) -> SIMD8<Float> { eight(masks.pointer, 8 &* (parity & 1)) }

    // MARK: Down

    /// Restricts the residual after one smoothing step from zero to coarse planes of `target`.
    func down(
        _ level: MultigridLevel, _ b: UnsafePointer<Float>, signs: [Float], coarse: CellLayout, into target: Pointer,
        planes: Range<Int>
    ) {
        let fine = level.layout
        let last = fine.planes - 1
        let (from, to) = (max(0, 2 * planes.lowerBound - 1), min(last, 2 * planes.upperBound))
        var (red, black) = (max(0, from - 2), max(0, from - 1))
        var next = planes.lowerBound
        let signsXY = (signs[0], signs[1], signs[2], signs[3])
        for z in from...to {
            while black <= min(last, z + 1) {
                while red <= min(last, black + 1) {
                    startRed(level, b, red)
                    red += 1
                }
                relaxBlack(level, b, black)
                black += 1
            }
            if hasShares {
                restrictShares(level, z, coarse: coarse, signs)
            } else {
                restrict(level, z, coarse: coarse, signsXY)
            }
            // Coarse plane Z takes planes 2Z − 1 … 2Z + 2.
            while next < planes.upperBound, 2 * next + 2 <= z || z == last {
                if hasShares {
                    gatherShares(fine, coarse, next, signs[4], signs[5], into: target)
                } else {
                    gather(fine, coarse, next, signs[4], signs[5], into: target)
                }
                next += 1
            }
        }
    }

    /// Red cells of a plane: u = b/d; black ones 0.
    func startRed(_ level: MultigridLevel, _ b: UnsafePointer<Float>, _ z: Int) {
        let (layout, stencil) = (level.layout, level.stencil)
        for y in 0..<layout.rows {
            let start = layout.offset(0, y, z)
            let (right, classes) = (b + start, stencil.classes + start >> 3)
            let to = plane(z) + (layout.firstRow &+ y &* layout.stride)
            let red = lanes(y &+ z)
            let plain = stencil.inverse * red
            for v in 0..<layout.vectors {
                let (i, number) = (8 &* v, classes[v])
                let scale = number == 0 ? plain : eight(stencil.entry(number), 56) * red
                storeEight(eight(right, i) * scale, to, i)
            }
        }
    }

    /// Black cells of a plane: u = (b + Σwu)/d.
    func relaxBlack(_ level: MultigridLevel, _ b: UnsafePointer<Float>, _ z: Int) {
        let (layout, stencil) = (level.layout, level.stencil)
        for y in 0..<layout.rows {
            let (start, inPlane) = (layout.offset(0, y, z), layout.firstRow &+ y &* layout.stride)
            let (right, classes) = (b + start, stencil.classes + start >> 3)
            let (row, back, front) = (plane(z) + inPlane, plane(z &- 1) + inPlane, plane(z &+ 1) + inPlane)
            let black = lanes(y &+ z &+ 1)
            let plain = stencil.inverse * black
            // A vector is stored after the next one has read its neighbours, which are red and do not change: a load that
            // overlaps a store just made waits for it to reach the cache. The first store gives the row's border back.
            var relaxed = eight(row, -8)
            for v in 0..<layout.vectors {
                let (i, number) = (8 &* v, classes[v])
                let old = eight(row, i)
                var next: SIMD8<Float>
                if number == 0 {
                    next = old + plain * (eight(right, i) + stencil.plainCoupling(row, back, front, i))
                } else {
                    let entry = stencil.entry(number)
                    next =
                        old + eight(entry, 56) * black
                        * (eight(right, i) + stencil.coupling(entry, row, back, front, i))
                }
                storeEight(relaxed, row, i &- 8)
                relaxed = next
            }
            storeEight(relaxed, row, 8 &* layout.vectors &- 8)
        }
    }

    /// The residual of a plane, restricted along x and y.
    private func restrict(
        _ level: MultigridLevel, _ z: Int, coarse: CellLayout, _ signs: (Float, Float, Float, Float)
    ) {
        let layout = level.layout
        let target = coarsePlane(z) + coarse.firstRow
        if layout.isPlanar {
            restrictRow(level, 0, z, signs.0, signs.1, coarse, into: target)
            return
        }
        // Rows 2Y − 1 … 2Y + 2 go to coarse row Y; the lines of the last four are kept.
        func kept(_ y: Int) -> Pointer { line(1 &+ y & 3) }
        var next = 0
        for y in 0..<layout.rows {
            restrictRow(level, y, z, signs.0, signs.1, coarse, into: kept(y))
            while next < coarse.rows, 2 * next + 2 <= y || y == layout.rows - 1 {
                let weights = weights(next, layout.rows, signs.2, signs.3)
                let to = target + (next &* coarse.stride)
                let (l0, l1) = (kept(2 &* next &- 1), kept(2 &* next))
                let (l2, l3) = (kept(2 &* next &+ 1), kept(2 &* next &+ 2))
                combine(l0, l1, l2, l3, weights, coarse.vectors, into: to)
                next += 1
            }
        }
    }

    /// The weights of lines 2Y − 1 … 2Y + 2 in coarse line Y of `count` fine ones: values beyond an end are the end's, with
    /// the side's sign. Lines outside have weight 0.
    private func weights(_ coarse: Int, _ count: Int, _ lower: Float, _ upper: Float) -> (Float, Float, Float, Float) {
        var w: (Float, Float, Float, Float) = (0.125, 0.375, 0.375, 0.125)
        let first = 2 * coarse
        if first == 0 {
            w.0 = 0
            w.1 += 0.125 * lower
        }
        if first + 1 >= count {
            w.2 = 0
            w.3 = 0
        } else if first + 2 >= count {
            w.3 = 0
            w.2 += 0.125 * upper
        }
        return w
    }

    /// The sum of weighted lines; those of weight 0 may hold anything finite.
    @inline(__always)
    private func combine(
        _ l0: Pointer, _ l1: Pointer, _ l2: Pointer, _ l3: Pointer, _ w: (Float, Float, Float, Float), _ vectors: Int,
        into target: Pointer
    ) {
        for v in 0..<vectors {
            let i = 8 &* v
            let outer = eight(l0, i) * w.0 + eight(l3, i) * w.3
            storeEight(outer + (eight(l1, i) * w.1 + eight(l2, i) * w.2), target, i)
        }
    }

    /// The residual of a row, restricted along x.
    private func restrictRow(
        _ level: MultigridLevel, _ y: Int, _ z: Int, _ lower: Float, _ upper: Float, _ coarse: CellLayout,
        into target: Pointer
    ) {
        let (layout, stencil) = (level.layout, level.stencil)
        let (start, inPlane) = (layout.offset(0, y, z), layout.firstRow &+ y &* layout.stride)
        let classes = stencil.classes + start >> 3
        let (row, back, front) = (plane(z) + inPlane, plane(z &- 1) + inPlane, plane(z &+ 1) + inPlane)
        let red = lanes(y &+ z)
        let rest = line(0)
        for v in 0..<layout.vectors {
            let (i, number) = (8 &* v, classes[v])
            let sum =
                number == 0
                ? stencil.plainCoupling(row, back, front, i)
                : stencil.coupling(stencil.entry(number), row, back, front, i)
            storeEight(red * sum, rest, i)
        }
        let columns = layout.columns
        storeEight(SIMD8(repeating: 0), rest, 8 &* layout.vectors)
        storeEight(SIMD8(repeating: 0), rest, 8 &* layout.vectors &+ 8)
        rest[-1] = lower * rest[0]
        rest[-2] = 0
        if columns & 1 == 0 { rest[columns] = upper * rest[columns &- 1] }
        for v in 0..<coarse.vectors {
            let i = 16 &* v
            let (here, before, after) = (sixteen(rest, i), sixteen(rest, i &- 2), sixteen(rest, i &+ 2))
            let outer = before.oddHalf + after.evenHalf
            storeEight(outer * 0.125 + (here.evenHalf + here.oddHalf) * 0.375, target, 8 &* v)
        }
    }

    /// Coarse plane Z from the planes 2Z − 1 … 2Z + 2 that were restricted along x and y.
    private func gather(
        _ fine: CellLayout, _ coarse: CellLayout, _ z: Int, _ lower: Float, _ upper: Float, into target: Pointer
    ) {
        let w = weights(z, fine.planes, lower, upper)
        let (p0, p1) = (coarsePlane(2 * z - 1), coarsePlane(2 * z))
        let (p2, p3) = (coarsePlane(2 * z + 1), coarsePlane(2 * z + 2))
        for y in 0..<coarse.rows {
            let at = coarse.firstRow &+ y &* coarse.stride
            combine(p0 + at, p1 + at, p2 + at, p3 + at, w, coarse.vectors, into: target + coarse.offset(0, y, z))
        }
    }

    // MARK: Up

    /// Corrects planes from the coarse grid and smooths; writes the result into `target`.
    ///
    /// - Parameters:
    ///   - sums: where each plane's b·u goes; none when it is not wanted.
    func up(
        _ level: MultigridLevel, _ b: UnsafePointer<Float>, signs: [Float], coarse: CellLayout,
        _ e: UnsafePointer<Float>, into target: Pointer, planes: Range<Int>, sums: UnsafeMutablePointer<Double>?
    ) {
        let last = level.layout.planes - 1
        var (red, black) = (max(0, planes.lowerBound - 2), max(0, planes.lowerBound - 1))
        for z in planes {
            while black <= min(last, z + 1) {
                while red <= min(last, black + 1) {
                    if hasShares {
                        correctRedByShares(level, b, signs, coarse, e, red)
                    } else {
                        correctRed(level, b, signs, coarse, e, red)
                    }
                    red += 1
                }
                relaxBlack(level, b, black)
                black += 1
            }
            let sum = relaxRed(level, b, z, into: target)
            if let sums { sums[z] = sum }
        }
    }

    /// Red cells of a plane: u = b/d + interpolated coarse correction; black ones 0.
    private func correctRed(
        _ level: MultigridLevel, _ b: UnsafePointer<Float>, _ signs: [Float], _ coarse: CellLayout,
        _ e: UnsafePointer<Float>, _ z: Int
    ) {
        let (layout, stencil) = (level.layout, level.stencil)
        let (zNear, zFar, zn, zf) = neighbours(z, layout.planes, signs[4], signs[5])
        let mixed = line(0)
        for y in 0..<layout.rows {
            let (yNear, yFar, yn, yf) =
                layout.isPlanar ? (0, 0, 1, 0) : neighbours(y, layout.rows, signs[2], signs[3])
            let (e0, e1) = (e + coarse.offset(0, yNear, zNear), e + coarse.offset(0, yNear, zFar))
            let (e2, e3) = (e + coarse.offset(0, yFar, zNear), e + coarse.offset(0, yFar, zFar))
            let (w0, w1, w2, w3) = (yn * zn, yn * zf, yf * zn, yf * zf)
            if layout.isPlanar {
                for v in -1...coarse.vectors {
                    storeEight(eight(e0, 8 &* v) * w0 + eight(e1, 8 &* v) * w1, mixed, 8 &* v)
                }
            } else {
                for v in -1...coarse.vectors {
                    let i = 8 &* v
                    let near = eight(e0, i) * w0 + eight(e1, i) * w1
                    storeEight(near + (eight(e2, i) * w2 + eight(e3, i) * w3), mixed, i)
                }
            }
            mixed[-1] = signs[0] * mixed[0]
            mixed[coarse.columns] = signs[1] * mixed[coarse.columns &- 1]
            let start = layout.offset(0, y, z)
            let (right, classes) = (b + start, stencil.classes + start >> 3)
            let to = plane(z) + (layout.firstRow &+ y &* layout.stride)
            let red = lanes(y &+ z)
            let plain = stencil.inverse
            for v in 0..<coarse.vectors {
                let i = 8 &* v
                let centre: SIMD8<Float> = eight(mixed, i) * 0.75
                let before: SIMD8<Float> = eight(mixed, i &- 1) * 0.25
                let after: SIMD8<Float> = eight(mixed, i &+ 1) * 0.25
                var fine = SIMD16<Float>(repeating: 0)
                fine.evenHalf = centre + before
                fine.oddHalf = centre + after
                let number = classes[2 &* v]
                var value = eight(right, 2 &* i)
                if number == 0 {
                    value = (value * plain + fine.lowHalf) * red
                } else {
                    let entry = stencil.entry(number)
                    value = (value * eight(entry, 56) + fine.lowHalf * eight(entry, 48)) * red
                }
                storeEight(value, to, 2 &* i)
                guard 2 &* v &+ 1 < layout.vectors else { break }
                let other = classes[2 &* v &+ 1]
                value = eight(right, 2 &* i &+ 8)
                if other == 0 {
                    value = (value * plain + fine.highHalf) * red
                } else {
                    let entry = stencil.entry(other)
                    value = (value * eight(entry, 56) + fine.highHalf * eight(entry, 48)) * red
                }
                storeEight(value, to, 2 &* i &+ 8)
            }
        }
    }

    /// The coarse lines that a fine one is interpolated from and their weights; beyond an end the end's value with a sign.
    func neighbours(_ fine: Int, _ count: Int, _ lower: Float, _ upper: Float) -> (Int, Int, Float, Float) {
        let near = fine / 2
        let far = fine & 1 == 0 ? near - 1 : near + 1
        if far < 0 { return (near, near, 0.75, 0.25 * lower) }
        if far >= (count + 1) / 2 { return (near, near, 0.75, 0.25 * upper) }
        return (near, far, 0.75, 0.25)
    }

    /// Red cells of a plane: u = (b + Σwu)/d; writes the plane into `target` and returns its b·u.
    func relaxRed(
        _ level: MultigridLevel, _ b: UnsafePointer<Float>, _ z: Int, into target: Pointer
    ) -> Double {
        let (layout, stencil) = (level.layout, level.stencil)
        var total = 0.0
        for y in 0..<layout.rows {
            let (start, inPlane) = (layout.offset(0, y, z), layout.firstRow &+ y &* layout.stride)
            let (right, classes, to) = (b + start, stencil.classes + start >> 3, target + start)
            let (row, back, front) = (plane(z) + inPlane, plane(z &- 1) + inPlane, plane(z &+ 1) + inPlane)
            let (red, black) = (lanes(y &+ z), lanes(y &+ z &+ 1))
            let plain = stencil.inverse * red
            var sum = SIMD8<Float>(repeating: 0)
            for v in 0..<layout.vectors {
                let (i, number) = (8 &* v, classes[v])
                let f = eight(right, i)
                var value: SIMD8<Float>
                if number == 0 {
                    value = eight(row, i) * black + plain * (f + stencil.plainCoupling(row, back, front, i))
                } else {
                    let entry = stencil.entry(number)
                    let fresh = f + stencil.coupling(entry, row, back, front, i)
                    value = eight(row, i) * black + eight(entry, 56) * red * fresh
                }
                storeEight(value, to, i)
                sum += value * f
            }
            total += Double(sum.sum())
        }
        return total
    }
}

/// Sixteen neighbouring values, at any address.
@inline(__always)
func sixteen(_ pointer: UnsafePointer<Float>, _ offset: Int) -> SIMD16<Float> {
    UnsafeRawPointer(pointer + offset).loadUnaligned(as: SIMD16<Float>.self)
}
