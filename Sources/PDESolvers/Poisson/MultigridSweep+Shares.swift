import PDECore

/// Interpolation that follows a variable coefficient, and its transpose.
///
/// Along each axis a fine cell takes the share θ = ½ w_out/(w_out + w_in) of the coarse cell beyond and 1 − θ of its own, with
/// w_out the weight of its face towards that cell and w_in that of the face to its sibling: a quarter where the coefficient
/// is constant, nothing across a barrier, half where the sibling lies behind one. This is what continuity of the flux between
/// the coarse centres asks for (R. E. Alcouffe, A. Brandt, J. E. Dendy & J. W. Painter, SIAM J. Sci. Stat. Comput. 2 (1981));
/// in several dimensions shares are products. Linear interpolation instead mixes the two sides of a jump, at the price of the
/// larger side's energy.
///
/// Beside a side with a given value the share is a quarter, of minus the own value. The last cell of an odd number has no
/// sibling; the largest weight of its other faces stands in, at twice the distance. Learned shares (`LearnedShares`) take these' place
/// away from sides.
extension MultigridSweep {
    /// The lines that hold the shares of a row along x, y and z.
    private var sharesX: Pointer { line(5) }
    private var sharesY: Pointer { line(6) }
    private var sharesZ: Pointer { line(7) }

    /// Fills the lines of shares for a row.
    private func findShares(_ level: MultigridLevel, _ y: Int, _ z: Int, _ signs: [Float]) {
        let (layout, stencil) = (level.layout, level.stencil)
        let classes = stencil.classes + layout.offset(0, y, z) >> 3
        let (even, odd) = (lanes(0), lanes(1))
        let tiny = SIMD8<Float>(repeating: Float.leastNormalMagnitude)
        let quarter = SIMD8<Float>(repeating: 0.25)
        let (atY, atZ) = (16 &+ 8 &* (y & 1), 32 &+ 8 &* (z & 1))
        let (insideY, insideZ) = (24 &- 8 &* (y & 1), 40 &- 8 &* (z & 1))
        if let learned = level.shares {
            let start = layout.offset(0, y, z)
            for (to, from) in zip([sharesX, sharesY, sharesZ], learned.byAxis) where from.count > 0 {
                to.update(from: from.pointer + start, count: 8 &* layout.vectors)
            }
        }
        for v in 0..<(level.shares == nil ? layout.vectors : 0) {
            if classes[v] == 0 {
                for to in [sharesX, sharesY, sharesZ] { storeEight(quarter, to, 8 &* v) }
                continue
            }
            let entry = stencil.entry(classes[v])
            let (lower, upper) = (eight(entry, 0), eight(entry, 8))
            let (outX, inX) = (lower * even + upper * odd, lower * odd + upper * even)
            storeEight(0.5 * outX / (outX + (inX + tiny)), sharesX, 8 &* v)
            let (outZ, inZ) = (eight(entry, atZ), eight(entry, insideZ))
            storeEight(0.5 * outZ / (outZ + (inZ + tiny)), sharesZ, 8 &* v)
            if layout.isPlanar { continue }
            let (outY, inY) = (eight(entry, atY), eight(entry, insideY))
            storeEight(0.5 * outY / (outY + (inY + tiny)), sharesY, 8 &* v)
        }
        let columns = layout.columns
        if signs[0] < 0 { sharesX[0] = 0.25 }
        if columns & 1 == 1 {
            sharesX[columns &- 1] = loneShare(stencil, classes, columns &- 1, face: 0)
        } else if signs[1] < 0 {
            sharesX[columns &- 1] = 0.25
        }
        if !layout.isPlanar { patch(sharesY, level, classes, y, layout.rows, face: 2, signs[2], signs[3]) }
        patch(sharesZ, level, classes, z, layout.planes, face: 4, signs[4], signs[5])
    }

    /// The shares of a row beside a side that it runs along.
    private func patch(
        _ shares: Pointer, _ level: MultigridLevel, _ classes: UnsafePointer<Int32>, _ at: Int, _ count: Int, face: Int,
        _ lower: Float, _ upper: Float
    ) {
        if at == count &- 1, count & 1 == 1, count > 1 {
            for x in 0..<level.layout.columns { shares[x] = loneShare(level.stencil, classes, x, face: face) }
        } else if at == 0 && lower < 0 || at == count &- 1 && upper < 0 {
            for v in 0..<level.layout.vectors { storeEight(SIMD8(repeating: 0.25), shares, 8 &* v) }
        }
    }

    private func loneShare(_ stencil: Stencil<Float>, _ classes: UnsafePointer<Int32>, _ x: Int, face: Int) -> Float {
        let entry = stencil.entry(classes[x >> 3]) + x & 7
        let out = entry[8 &* face]
        var largest = out
        for other in 0..<6 where other >> 1 != face >> 1 { largest = max(largest, entry[8 &* other]) }
        return out > 0 ? out / (out + 3 * largest) : 0
    }

    /// The residual of a plane, restricted along x and y: what goes to the plane's own coarse plane, and to the one beyond.
    func restrictShares(_ level: MultigridLevel, _ z: Int, coarse: CellLayout, _ signs: [Float]) {
        let (layout, stencil) = (level.layout, level.stencil)
        let (near, far) = (coarsePlane(z) + coarse.firstRow, farCoarsePlane(z) + coarse.firstRow)
        for y in 0..<coarse.rows {
            for v in 0..<coarse.vectors {
                storeEight(SIMD8(repeating: 0), near + y &* coarse.stride, 8 &* v)
                storeEight(SIMD8(repeating: 0), far + y &* coarse.stride, 8 &* v)
            }
        }
        for y in 0..<layout.rows {
            findShares(level, y, z, signs)
            let (start, inPlane) = (layout.offset(0, y, z), layout.firstRow &+ y &* layout.stride)
            let classes = stencil.classes + start >> 3
            let (row, back, front) = (plane(z) + inPlane, plane(z &- 1) + inPlane, plane(z &+ 1) + inPlane)
            let red = lanes(y &+ z)
            let rest = line(0)
            for v in 0..<layout.vectors {
                storeEight(red * stencil.coupling(stencil.entry(classes[v]), row, back, front, 8 &* v), rest, 8 &* v)
            }
            if layout.isPlanar {
                addRow(layout, coarse, signs, y: 1, isFarZ: false, to: near, 0.25)
                addRow(layout, coarse, signs, y: 1, isFarZ: true, to: far, 0.25)
                continue
            }
            let (own, beyond, _, weight) = neighbours(y, layout.rows, signs[2], signs[3])
            let (sign, ownAt, beyondAt) = (4 * weight, own &* coarse.stride, beyond &* coarse.stride)
            addRow(layout, coarse, signs, y: 0, isFarZ: false, to: near + ownAt, 0.125)
            addRow(layout, coarse, signs, y: 2, isFarZ: false, to: near + beyondAt, 0.125 * sign)
            addRow(layout, coarse, signs, y: 0, isFarZ: true, to: far + ownAt, 0.125)
            addRow(layout, coarse, signs, y: 2, isFarZ: true, to: far + beyondAt, 0.125 * sign)
        }
    }

    /// Adds a row's residual, times shares along y (0 own, 2 beyond, 1 neither) and z, restricted along x, to a coarse row.
    private func addRow(
        _ layout: CellLayout, _ coarse: CellLayout, _ signs: [Float], y: Int, isFarZ: Bool, to target: Pointer,
        _ factor: Float
    ) {
        let (rest, near, far) = (line(0), line(1), line(2))
        let (x, shareY, shareZ) = (sharesX, sharesY, sharesZ)
        let one = SIMD8<Float>(repeating: 1)
        for v in 0..<layout.vectors {
            let i = 8 &* v
            var value = eight(rest, i) * (isFarZ ? eight(shareZ, i) : one - eight(shareZ, i))
            if y != 1 { value *= y == 2 ? eight(shareY, i) : one - eight(shareY, i) }
            let beyond = value * eight(x, i)
            storeEight(value - beyond, near, i)
            storeEight(beyond, far, i)
        }
        let (columns, end) = (layout.columns, 8 &* layout.vectors)
        for line in [near, far] {
            storeEight(SIMD8(repeating: 0), line, end)
            storeEight(SIMD8(repeating: 0), line, end &+ 8)
        }
        far[-1] = signs[0] * far[0]
        far[-2] = 0
        if columns & 1 == 0 { far[columns] = signs[1] * far[columns &- 1] }
        for v in 0..<coarse.vectors {
            let i = 16 &* v
            let (own, before, after) = (sixteen(near, i), sixteen(far, i &- 2), sixteen(far, i &+ 2))
            let sum = (own.evenHalf + own.oddHalf) + (before.oddHalf + after.evenHalf)
            storeEight(eight(target, 8 &* v) + sum * factor, target, 8 &* v)
        }
    }

    /// Coarse plane Z from its own planes 2Z and 2Z + 1 and what planes 2Z − 1 and 2Z + 2 leave for it.
    func gatherShares(
        _ fine: CellLayout, _ coarse: CellLayout, _ z: Int, _ lower: Float, _ upper: Float, into target: Pointer
    ) {
        let last = fine.planes - 1
        for y in 0..<coarse.rows {
            let at = coarse.firstRow &+ y &* coarse.stride
            let to = target + coarse.offset(0, y, z)
            for v in 0..<coarse.vectors {
                let i = at &+ 8 &* v
                var sum = eight(coarsePlane(2 &* z), i)
                if 2 &* z < last { sum += eight(coarsePlane(2 &* z &+ 1), i) }
                if z > 0 {
                    sum += eight(farCoarsePlane(2 &* z &- 1), i)
                } else {
                    sum += lower * eight(farCoarsePlane(0), i)
                }
                if 2 &* z &+ 2 <= last {
                    sum += eight(farCoarsePlane(2 &* z &+ 2), i)
                } else if 2 &* z &+ 1 == last {
                    sum += upper * eight(farCoarsePlane(last), i)
                }
                storeEight(sum, to, 8 &* v)
            }
        }
    }

    /// Red cells of a plane: u = b/d + interpolated coarse correction; black ones 0.
    func correctRedByShares(
        _ level: MultigridLevel, _ b: UnsafePointer<Float>, _ signs: [Float], _ coarse: CellLayout,
        _ e: UnsafePointer<Float>, _ z: Int
    ) {
        let (layout, stencil) = (level.layout, level.stencil)
        let (zNear, zFar, _, zWeight) = neighbours(z, layout.planes, signs[4], signs[5])
        let one = SIMD8<Float>(repeating: 1)
        for y in 0..<layout.rows {
            findShares(level, y, z, signs)
            let (yNear, yFar, _, yWeight) =
                layout.isPlanar ? (0, 0, 1, 0) : neighbours(y, layout.rows, signs[2], signs[3])
            copyLine(e + coarse.offset(0, yNear, zNear), coarse, signs, 1, into: line(1))
            copyLine(e + coarse.offset(0, yNear, zFar), coarse, signs, 4 * zWeight, into: line(2))
            if !layout.isPlanar {
                copyLine(e + coarse.offset(0, yFar, zNear), coarse, signs, 4 * yWeight, into: line(3))
                copyLine(e + coarse.offset(0, yFar, zFar), coarse, signs, 16 * yWeight * zWeight, into: line(4))
            }
            let start = layout.offset(0, y, z)
            let (right, classes) = (b + start, stencil.classes + start >> 3)
            let to = plane(z) + (layout.firstRow &+ y &* layout.stride)
            let red = lanes(y &+ z)
            for v in 0..<layout.vectors {
                let i = 8 &* v
                let (x, shareZ) = (eight(sharesX, i), eight(sharesZ, i))
                var value = (one - shareZ) * spread(line(1), v, x) + shareZ * spread(line(2), v, x)
                if !layout.isPlanar {
                    let beyond = (one - shareZ) * spread(line(3), v, x) + shareZ * spread(line(4), v, x)
                    let shareY = eight(sharesY, i)
                    value = (one - shareY) * value + shareY * beyond
                }
                let entry = stencil.entry(classes[v])
                storeEight((eight(right, i) * eight(entry, 56) + value * eight(entry, 48)) * red, to, i)
            }
        }
    }

    /// A coarse line times a sign, with what stands beyond its ends.
    private func copyLine(
        _ from: UnsafePointer<Float>, _ coarse: CellLayout, _ signs: [Float], _ sign: Float, into line: Pointer
    ) {
        for v in 0..<coarse.vectors { storeEight(sign * eight(from, 8 &* v), line, 8 &* v) }
        line[-1] = signs[0] * line[0]
        line[coarse.columns] = signs[1] * line[coarse.columns &- 1]
    }

    /// Eight fine values of a coarse line: (1 − θ) of their own coarse cell and θ of the one beyond.
    @inline(__always)
    private func spread(_ line: Pointer, _ v: Int, _ share: SIMD8<Float>) -> SIMD8<Float> {
        let at = line + 4 &* v
        let (c, low, high) = (four(at, 0), four(at, -1), four(at, 1))
        var (own, beyond) = (SIMD8<Float>(), SIMD8<Float>())
        own.evenHalf = c
        own.oddHalf = c
        beyond.evenHalf = low
        beyond.oddHalf = high
        return own + share * (beyond - own)
    }

    @inline(__always)
    private func four(_ pointer: Pointer, _ offset: Int) -> SIMD4<Float> {
        UnsafeRawPointer(pointer + offset).loadUnaligned(as: SIMD4<Float>.self)
    }
}
