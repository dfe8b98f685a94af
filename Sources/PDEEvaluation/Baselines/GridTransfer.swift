import PDECore

/// Frames from the reference's grid to a coarser or finer one of the same box and back: what a coarse solver starts from and
/// what its forecast is scored as.
///
/// - Periodic boxes with even counts: by Fourier coefficients, exact for every wave that both grids resolve; the waves that
///   only one of them has are left out.
/// - Other boxes of cells, with a whole number of fine cells to a coarse one: the coarse cells take the means of the fine
///   ones; back it is linear between the cells' centres and level outside the outermost, second order in the coarse spacing.
///   This error is counted as the solver's.
///
/// The object owns its workspace: one per thread. Nothing is allocated after `init`.
public final class GridTransfer {
    /// The two grids.
    public let fine, coarse: Grid
    private let fourier: (fine: RealFourierTransform<Float>, coarse: RealFourierTransform<Float>)?
    private let fineShape, coarseShape: [Int]
    /// Points along x, y, z; 1 where there is no such axis.
    private let fineCells, coarseCells: (Int, Int, Int)
    private let fineValues, coarseValues, fineModes, coarseModes: AlignedBuffer<Float>

    /// A transfer between grids of one box, of one, two or three dimensions.
    public init(fine: Grid, coarse: Grid) {
        precondition(
            fine.dimensions == coarse.dimensions
                && zip(fine.axes, coarse.axes).allSatisfy {
                    $0.lower == $1.lower && $0.upper == $1.upper && $0.placement == $1.placement
                }, "coarse: expected the box of \(fine.axes), got \(coarse.axes)")
        self.fine = fine
        self.coarse = coarse
        fineShape = fine.shape
        coarseShape = coarse.shape
        fineCells = Self.threeAxes(fine)
        coarseCells = Self.threeAxes(coarse)
        fineValues = AlignedBuffer(count: fine.count)
        coarseValues = AlignedBuffer(count: coarse.count)
        let counts = fine.shape + coarse.shape
        if fine.isPeriodic, counts.allSatisfy({ $0 % 2 == 0 && $0 >= 4 }) {
            let (a, b) = (
                RealFourierTransform<Float>(shape: fine.shape), RealFourierTransform<Float>(shape: coarse.shape)
            )
            fourier = (a, b)
            fineModes = AlignedBuffer(count: 2 * a.modeCount)
            coarseModes = AlignedBuffer(count: 2 * b.modeCount)
        } else {
            precondition(
                zip(fine.axes, coarse.axes).allSatisfy { $0.placement == .cells && $0.count % $1.count == 0 },
                "coarse: expected cells that divide \(fine.shape) or a periodic box with even counts, got \(coarse.shape)"
            )
            fourier = nil
            fineModes = AlignedBuffer(count: 0)
            coarseModes = AlignedBuffer(count: 0)
        }
    }

    /// Values of one channel on the fine grid → the coarse one.
    public func restrict(_ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>) {
        if let fourier {
            fineValues.pointer.update(from: source, count: fine.count)
            fourier.fine.forward(fineValues.pointer, into: fineModes.pointer)
            Self.copy(fineModes.pointer, fineShape, to: coarseModes.pointer, coarseShape)
            fourier.coarse.inverse(coarseModes.pointer, into: coarseValues.pointer)
            target.update(from: coarseValues.pointer, count: coarse.count)
            return
        }
        let (n, m) = (fineCells, coarseCells)
        target.update(repeating: 0, count: coarse.count)
        let share = Float(coarse.count) / Float(fine.count)
        let (rx, ry, rz) = (n.0 / m.0, n.1 / m.1, n.2 / m.2)
        for x in 0..<n.0 {
            for y in 0..<n.1 {
                let from = source + (x &* n.1 &+ y) &* n.2
                let to = target + ((x / rx) &* m.1 &+ y / ry) &* m.2
                for z in 0..<n.2 { to[z / rz] += share * from[z] }
            }
        }
    }

    /// Values of one channel on the coarse grid → the fine one.
    public func prolong(_ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>) {
        if let fourier {
            coarseValues.pointer.update(from: source, count: coarse.count)
            fourier.coarse.forward(coarseValues.pointer, into: coarseModes.pointer)
            Self.copy(coarseModes.pointer, coarseShape, to: fineModes.pointer, fineShape)
            fourier.fine.inverse(fineModes.pointer, into: fineValues.pointer)
            target.update(from: fineValues.pointer, count: fine.count)
            return
        }
        let (n, m) = (fineCells, coarseCells)
        for x in 0..<n.0 {
            let (x0, x1, wx) = Self.neighbours(x, n.0, m.0)
            for y in 0..<n.1 {
                let (y0, y1, wy) = Self.neighbours(y, n.1, m.1)
                let rows = (
                    source + (x0 &* m.1 &+ y0) &* m.2, source + (x0 &* m.1 &+ y1) &* m.2,
                    source + (x1 &* m.1 &+ y0) &* m.2, source + (x1 &* m.1 &+ y1) &* m.2
                )
                let to = target + (x &* n.1 &+ y) &* n.2
                for z in 0..<n.2 {
                    let (z0, z1, wz) = Self.neighbours(z, n.2, m.2)
                    let near = Self.between(
                        Self.between(rows.0[z0], rows.0[z1], wz), Self.between(rows.1[z0], rows.1[z1], wz), wy)
                    let far = Self.between(
                        Self.between(rows.2[z0], rows.2[z1], wz), Self.between(rows.3[z0], rows.3[z1], wz), wy)
                    to[z] = Self.between(near, far, wx)
                }
            }
        }
    }

    /// The last axis of the grid is the last of the three.
    private static func threeAxes(_ grid: Grid) -> (Int, Int, Int) {
        let shape = Array(repeating: 1, count: 3 - grid.dimensions) + grid.shape
        return (shape[0], shape[1], shape[2])
    }

    @inline(__always)
    private static func between(_ a: Float, _ b: Float, _ weight: Float) -> Float { a + weight * (b - a) }

    /// The coarse cells on both sides of a fine cell's centre and the weight of the second.
    @inline(__always)
    private static func neighbours(_ i: Int, _ n: Int, _ m: Int) -> (Int, Int, Float) {
        let place = min(max((Float(i) + 0.5) * Float(m) / Float(n) - 0.5, 0), Float(m - 1))
        let first = min(Int(place), max(0, m - 2))
        return (first, min(first + 1, m - 1), place - Float(first))
    }

    /// Copies the waves below both Nyquist wavenumbers and sets the others to zero.
    private static func copy(
        _ source: UnsafePointer<Float>, _ from: [Int], to target: UnsafeMutablePointer<Float>, _ to: [Int]
    ) {
        let last = from.count - 1
        let (keptFrom, keptTo) = (from[last] / 2 + 1, to[last] / 2 + 1)
        let rowsTo = to.dropLast().reduce(1, *)
        target.update(repeating: 0, count: 2 * rowsTo * keptTo)
        let kept = min(keptFrom, keptTo) - 1
        for row in 0..<rowsTo {
            var (rest, place, stride, isShared) = (row, 0, 1, true)
            var axis = last - 1
            while axis >= 0 {
                let k = rest % to[axis]
                rest /= to[axis]
                let wave = 2 * k < to[axis] ? k : k - to[axis]
                isShared = isShared && 2 * abs(wave) < min(from[axis], to[axis])
                place += (wave < 0 ? wave + from[axis] : wave) * stride
                stride *= from[axis]
                axis -= 1
            }
            guard isShared else { continue }
            (target + 2 * row * keptTo).update(from: source + 2 * place * keptFrom, count: 2 * kept)
        }
    }
}

extension GridTransfer {
    /// A grid with so many times fewer points along every axis: where the box is periodic the next even number of them, of which waves
    /// pass to the data's grid exactly, else only a divisor; nil where there is none.
    package static func coarser(_ grid: Grid, by factor: Int) -> Grid? {
        guard grid.isPeriodic else {
            return grid.axes.allSatisfy { $0.count % factor == 0 } ? grid.coarsened(by: factor) : nil
        }
        guard grid.shape.allSatisfy({ $0 % 2 == 0 }) else { return nil }
        return Grid(
            grid.axes.map { axis in
                let count = (axis.count + 2 * factor - 1) / (2 * factor) * 2
                return Grid.Axis(count: count, from: axis.lower, to: axis.upper, placement: axis.placement)
            })
    }
}
