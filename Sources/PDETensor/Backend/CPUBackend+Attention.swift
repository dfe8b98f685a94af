import PDECore

extension CPUBackend {
    /// See `Backend`.
    public func softmax<Scalar: Real>(
        _ x: Tensor<Scalar>, outer: Int, count: Int, inner: Int, into y: Tensor<Scalar>
    ) {
        let size = count * inner
        split(outer, chunk: max(1, Self.chunk / max(1, size))) { range in
            let start = range.lowerBound * size
            Scalar.softmax(
                x.pointer + start, outer: range.count, count: count, inner: inner, into: y.pointer + start)
        }
    }

    /// See `Backend`.
    public func softmaxSlope<Scalar: Real>(
        _ y: Tensor<Scalar>, times g: Tensor<Scalar>, outer: Int, count: Int, inner: Int, into z: Tensor<Scalar>
    ) {
        let size = count * inner
        split(outer, chunk: max(1, Self.chunk / max(1, size))) { range in
            let start = range.lowerBound * size
            Scalar.softmaxSlope(
                y.pointer + start, times: g.pointer + start, outer: range.count, count: count, inner: inner,
                into: z.pointer + start)
        }
    }

    /// See `Backend`.
    public func series<Scalar: Real>(
        _ x: Tensor<Scalar>, sines: Tensor<Scalar>, cosines: Tensor<Scalar>, into y: Tensor<Scalar>
    ) {
        let pass = SeriesPass(x, sines, cosines, workers: threads)
        forEach(pass.groups, cost: pass.cost) { group, worker in
            let place = pass.angles(group, worker: worker)
            Scalar.series(
                sine: place.sine, cosine: place.cosine, sines: sines.pointer, cosines: cosines.pointer,
                into: y.pointer + place.start, rows: place.rows, channels: pass.channels, terms: pass.terms)
        }
    }

    /// See `Backend`.
    public func seriesPullback<Scalar: Real>(
        _ g: Tensor<Scalar>, _ x: Tensor<Scalar>, sines: Tensor<Scalar>, cosines: Tensor<Scalar>
    ) -> (x: Tensor<Scalar>, sines: Tensor<Scalar>, cosines: Tensor<Scalar>) {
        let pass = SeriesPass(x, sines, cosines, workers: threads)
        // The coefficients' derivatives are summed over the groups of rows, and those in order.
        let (dx, size) = (x.empty(x.shape), sines.count + cosines.count)
        let partial = Tensor<Scalar>(repeating: 0, shape: [pass.groups, size], on: self)
        forEach(pass.groups, cost: pass.cost) { group, worker in
            let (place, sums) = (pass.angles(group, worker: worker), partial.pointer + group * size)
            Scalar.seriesSlope(
                sine: place.sine, cosine: place.cosine, g.pointer + place.start, sines: sines.pointer,
                cosines: cosines.pointer, frequency: pass.frequency, into: dx.pointer + place.start,
                addingSines: sums, cosines: sums + sines.count, rows: place.rows, channels: pass.channels,
                terms: pass.terms)
        }
        let total = x.empty([size])
        sum(partial, outer: 1, count: pass.groups, inner: size, into: total)
        return (
            dx, Tensor(copying: total.pointer, shape: sines.shape, on: self),
            Tensor(copying: total.pointer + sines.count, shape: cosines.shape, on: self)
        )
    }
}

/// The values of a series [rows][channels] as angles, a group of rows at once.
private struct SeriesPass<Scalar: Real> {
    let channels, terms, groups: Int
    private let x, room: Tensor<Scalar>
    private let rowsAtOnce: Int

    init(_ x: Tensor<Scalar>, _ sines: Tensor<Scalar>, _ cosines: Tensor<Scalar>, workers: Int) {
        self.x = x
        (terms, channels) = (cosines.shape[0], cosines.shape[1])
        rowsAtOnce = max(1, (1 << 12) / channels)
        groups = max(1, (x.shape[0] + rowsAtOnce - 1) / rowsAtOnce)
        room = x.empty([workers, 2, rowsAtOnce * channels])
    }

    /// Radians of the first wave in a unit of x.
    var frequency: Scalar { Scalar(Double.pi / Double(terms)) }
    /// Operations a group.
    var cost: Int { rowsAtOnce * channels * terms }

    /// A group's first value, its rows, and the sines and cosines of its angles.
    func angles(_ group: Int, worker: Int) -> (
        start: Int, rows: Int, sine: UnsafeMutablePointer<Scalar>, cosine: UnsafeMutablePointer<Scalar>
    ) {
        let first = group * rowsAtOnce
        let rows = min(rowsAtOnce, x.shape[0] - first)
        let count = rows * channels
        let sine = room.pointer + worker * 2 * rowsAtOnce * channels
        let cosine = sine + rowsAtOnce * channels
        Scalar.affine(frequency, x.pointer + first * channels, plus: 0, into: cosine, count: count)
        Scalar.map(.sin, cosine, into: sine, count: count)
        Scalar.map(.cos, cosine, into: cosine, count: count)
        return (first * channels, rows, sine, cosine)
    }
}
