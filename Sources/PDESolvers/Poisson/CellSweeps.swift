import PDECore

/// Passes over the fields of conjugate gradients, slab by slab on a team of threads.
///
/// Sums are kept a plane each and added in order, so that they do not depend on the threads.
final class CellSweeps<Scalar: Real>: @unchecked Sendable {
    typealias Pointer = UnsafeMutablePointer<Scalar>

    let layout: CellLayout
    /// The weights; those of the last `followShift`.
    private(set) var stencil: Stencil<Scalar>
    let team: ThreadTeam
    /// Partial sums of each plane.
    let sums: AlignedBuffer<Double>
    private let table: StencilTable<Scalar>

    init(_ system: PoissonSystem<Scalar>, team: ThreadTeam) {
        table = system.table
        layout = system.layout
        stencil = system.table.stencil
        self.team = team
        sums = AlignedBuffer(count: layout.planes)
    }

    /// Takes over the diagonal that the system has now.
    func followShift() { stencil = table.stencil }

    /// Σ over the planes.
    var total: Double {
        var sum = 0.0
        for z in 0..<layout.planes { sum += sums.pointer[z] }
        return sum
    }

    /// Calls `body` with the planes of every slab.
    @inline(__always)
    func forEachSlab(_ body: (Range<Int>) -> Void) {
        let (layout, slabs) = (layout, layout.slabs)
        if slabs == 1 || team.count == 1 {
            for slab in 0..<slabs { body(layout.planes(of: slab)) }
        } else {
            team.forEach(0..<slabs) { slab, _ in body(layout.planes(of: slab)) }
        }
    }

    /// x ← x + αd; d ← z + βd. With β = 0, d ← z alone, whatever d held. Returns d·Ad.
    ///
    /// One pass over memory: the product follows the update a plane behind. The planes beside the seams of slabs wait until all
    /// slabs are done.
    func advance<Z: Real>(_ d: Pointer, _ x: Pointer, alpha: Scalar, _ z: UnsafePointer<Z>, beta: Scalar) -> Double {
        let (layout, sums) = (layout, sums.pointer)
        forEachSlab { planes in
            let (first, last) = (planes.lowerBound, planes.upperBound - 1)
            for plane in planes {
                update(plane, d, x, alpha, z, beta)
                let behind = plane - 1
                if behind > first || behind == 0, behind >= first { sums[behind] = product(behind, d, d) }
            }
            if last == layout.planes - 1, last > first || last == 0 { sums[last] = product(last, d, d) }
        }
        for slab in 1..<max(1, layout.slabs) {
            let seam = layout.planes(of: slab).lowerBound
            sums[seam - 1] = product(seam - 1, d, d)
            if layout.planes(of: slab).count > 1 || seam < layout.planes { sums[seam] = product(seam, d, d) }
        }
        return total
    }

    private func update<Z: Real>(
        _ plane: Int, _ d: Pointer, _ x: Pointer, _ alpha: Scalar, _ z: UnsafePointer<Z>, _ beta: Scalar
    ) {
        for y in 0..<layout.rows {
            let start = layout.offset(0, y, plane)
            if beta == 0 {
                for v in 0..<layout.vectors { storeEight(converted(eight(z, start &+ 8 &* v)), d, start &+ 8 &* v) }
                continue
            }
            for v in 0..<layout.vectors {
                let at = start &+ 8 &* v
                let old = eight(d, at)
                storeEight(eight(x, at) + alpha * old, x, at)
                storeEight(converted(eight(z, at)) + beta * old, d, at)
            }
        }
    }

    /// a·Ab over a plane.
    func product(_ plane: Int, _ a: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>) -> Double {
        var sum = 0.0
        let stencil = stencil
        for y in 0..<layout.rows {
            let start = layout.offset(0, y, plane)
            let classes = stencil.classes + start >> 3
            let (row, back, front) = (b + start, b + (start &- layout.planeStride), b + (start &+ layout.planeStride))
            var part = SIMD8<Scalar>(repeating: 0)
            for v in 0..<layout.vectors {
                part += eight(a + start, 8 &* v) * Self.image(stencil, classes[v], row, back, front, 8 &* v)
            }
            sum += Double(part.sum())
        }
        return sum
    }

    /// a·Ab.
    func product(_ a: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>) -> Double {
        let sums = sums.pointer
        forEachSlab { planes in for z in planes { sums[z] = product(z, a, b) } }
        return total
    }

    /// r ← r − αAd, and a copy in single precision if one is wanted. Returns r·r.
    func reduce(_ r: Pointer, _ d: UnsafePointer<Scalar>, alpha: Scalar, copy: SingleCopy<Scalar>?) -> Double {
        let sums = sums.pointer
        forEachSlab { planes in
            for z in planes {
                sums[z] = reduce(z, r, d, alpha, copy)
            }
        }
        return total
    }

    private func reduce(
        _ plane: Int, _ r: Pointer, _ d: UnsafePointer<Scalar>, _ alpha: Scalar, _ copy: SingleCopy<Scalar>?
    ) -> Double {
        var sum = 0.0
        let stencil = stencil
        for y in 0..<layout.rows {
            let start = layout.offset(0, y, plane)
            let classes = stencil.classes + start >> 3
            let (row, back, front) = (d + start, d + (start &- layout.planeStride), d + (start &+ layout.planeStride))
            var part = SIMD8<Scalar>(repeating: 0)
            for v in 0..<layout.vectors {
                let at = start &+ 8 &* v
                let rest = eight(r, at) - alpha * Self.image(stencil, classes[v], row, back, front, 8 &* v)
                storeEight(rest, r, at)
                if let copy { storeEight(converted(copy.scale * rest), copy.pointer, at) }
                part += rest * rest
            }
            sum += Double(part.sum())
        }
        return sum
    }

    /// a·b.
    func dot(_ a: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>) -> Double {
        let (layout, sums) = (layout, sums.pointer)
        forEachSlab { planes in
            for z in planes {
                var sum = 0.0
                for y in 0..<layout.rows {
                    let start = layout.offset(0, y, z)
                    var part = SIMD8<Scalar>(repeating: 0)
                    for v in 0..<layout.vectors { part += eight(a + start, 8 &* v) * eight(b + start, 8 &* v) }
                    sum += Double(part.sum())
                }
                sums[z] = sum
            }
        }
        return total
    }

    /// About the residual that rounding x leaves, in the 2-norm: of independent errors of a quarter of an ulp, the diagonal's
    /// part. Below it no solution in this precision comes.
    func roundingResidual(of x: UnsafePointer<Scalar>) -> Double {
        let (layout, sums, stencil) = (layout, sums.pointer, stencil)
        forEachSlab { planes in
            for z in planes {
                var sum = 0.0
                for y in 0..<layout.rows {
                    let start = layout.offset(0, y, z)
                    var part = SIMD8<Scalar>(repeating: 0)
                    for v in 0..<layout.vectors {
                        let scaled =
                            eight(stencil.entry(stencil.classes[start >> 3 &+ v]), StencilTable<Scalar>.diagonal)
                            * eight(x + start, 8 &* v)
                        part += scaled * scaled
                    }
                    sum += Double(part.sum())
                }
                sums[z] = sum
            }
        }
        return total.squareRoot() * Double(Scalar.ulpOfOne) / 4
    }

    /// x ← 0 in the planes of cells.
    func clear(_ x: Pointer) {
        let layout = layout
        forEachSlab { planes in
            let count = planes.count &* layout.planeStride
            (x + (layout.offset(0, 0, planes.lowerBound) &- layout.firstRow)).update(repeating: 0, count: count)
        }
    }

    /// x ← x + αd.
    func add(_ x: Pointer, alpha: Scalar, _ d: UnsafePointer<Scalar>) {
        let layout = layout
        forEachSlab { planes in
            for z in planes {
                for y in 0..<layout.rows {
                    let start = layout.offset(0, y, z)
                    for v in 0..<layout.vectors {
                        let at = start &+ 8 &* v
                        storeEight(eight(x, at) + alpha * eight(d, at), x, at)
                    }
                }
            }
        }
    }

    /// (Au) of eight cells.
    @inline(__always)
    static func image(
        _ stencil: Stencil<Scalar>, _ number: Int32, _ row: UnsafePointer<Scalar>, _ back: UnsafePointer<Scalar>,
        _ front: UnsafePointer<Scalar>, _ i: Int
    ) -> SIMD8<Scalar> {
        if number == 0 { return stencil.diagonal * eight(row, i) - stencil.plainCoupling(row, back, front, i) }
        let entry = stencil.entry(number)
        return eight(entry, 48) * eight(row, i) - stencil.coupling(entry, row, back, front, i)
    }

    /// padded ← values of fluid cells, 0 elsewhere.
    func load(_ values: UnsafePointer<Scalar>, into padded: Pointer, mask: CellMask) {
        let layout = layout
        forEachSlab { planes in
            for z in planes {
                for y in 0..<layout.rows {
                    let start = layout.offset(0, y, z)
                    let from = values + (z &* layout.rows &+ y) &* layout.columns
                    let (to, solid) = (padded + start, mask.pointer + start)
                    for x in 0..<layout.columns { to[x] = solid[x] == 0 ? from[x] : 0 }
                }
            }
        }
    }

    /// Takes the means over floating regions out of a field. Returns the largest, relative to max |field|.
    func removeMeans(_ field: Pointer, _ regions: [FloatingRegion]) -> Double {
        var (largest, mean) = (0.0, 0.0)
        for region in regions {
            for run in region.runs {
                for at in run.start..<run.start &+ run.length { largest = max(largest, Double(abs(field[at]))) }
            }
            mean = max(mean, abs(region.removeMean(field)))
        }
        return mean == 0 ? 0 : mean / largest
    }

    /// copy ← a padded field.
    func narrow(_ padded: UnsafePointer<Scalar>, into copy: SingleCopy<Scalar>) {
        let layout = layout
        forEachSlab { planes in
            for z in planes {
                for y in 0..<layout.rows {
                    let start = layout.offset(0, y, z)
                    for v in 0..<layout.vectors {
                        let at = start &+ 8 &* v
                        storeEight(converted(copy.scale * eight(padded, at)), copy.pointer, at)
                    }
                }
            }
        }
    }

    /// values ← the cells of a padded field.
    func store(_ padded: UnsafePointer<Scalar>, into values: Pointer) {
        let layout = layout
        forEachSlab { planes in
            for z in planes {
                for y in 0..<layout.rows {
                    let to = values + (z &* layout.rows &+ y) &* layout.columns
                    to.update(from: padded + layout.offset(0, y, z), count: layout.columns)
                }
            }
        }
    }
}

/// A copy of a field in single precision, times a scale that keeps it and its squares in range.
struct SingleCopy<Scalar: Real> {
    let pointer: UnsafeMutablePointer<Float>
    let scale: Scalar

    /// A copy of a residual with this square, times the power of two that makes it about 1 in size.
    init(_ buffer: AlignedBuffer<Float>, ofSquare square: Double, cells: Int) {
        let size = (square / Double(cells)).squareRoot()
        let scale =
            size > 0 && size.isFinite ? 1 / Scalar(sign: .plus, exponent: Scalar(size).exponent, significand: 1) : 1
        pointer = buffer.pointer
        self.scale = scale.isFinite ? scale : 1
    }
}

/// Eight values in another precision. The standard library's conversion goes through a generic one of each value.
@inline(__always)
func converted<From: Real, To: Real>(_ value: SIMD8<From>) -> SIMD8<To> {
    if From.self == To.self { return unsafeBitCast(value, to: SIMD8<To>.self) }
    if From.self == Float.self {
        let v = unsafeBitCast(value, to: SIMD8<Float>.self)
        let wide = SIMD8<Double>(
            Double(v[0]), Double(v[1]), Double(v[2]), Double(v[3]), Double(v[4]), Double(v[5]), Double(v[6]),
            Double(v[7]))
        return unsafeBitCast(wide, to: SIMD8<To>.self)
    }
    let v = unsafeBitCast(value, to: SIMD8<Double>.self)
    let narrow = SIMD8<Float>(
        Float(v[0]), Float(v[1]), Float(v[2]), Float(v[3]), Float(v[4]), Float(v[5]), Float(v[6]), Float(v[7]))
    return unsafeBitCast(narrow, to: SIMD8<To>.self)
}
