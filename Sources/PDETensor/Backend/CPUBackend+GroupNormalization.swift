import PDECore

extension CPUBackend {
    /// See `Backend`.
    public func normalize<Scalar: Real>(
        _ form: GroupNormalizationForm, _ x: Tensor<Scalar>, scale: Tensor<Scalar>, shift: Tensor<Scalar>,
        statistics: Tensor<Scalar>, into y: Tensor<Scalar>
    ) {
        forSamples(form, x) { sample, pass in
            pass.measure(x.pointer + sample * pass.values, into: statistics.pointer + sample * 2 * pass.channels)
            pass.write(
                x.pointer + sample * pass.values, scale.pointer, shift.pointer,
                statistics.pointer + sample * 2 * pass.channels, into: y.pointer + sample * pass.values)
        }
    }

    /// See `Backend`.
    public func normalizePullback<Scalar: Real>(
        _ form: GroupNormalizationForm, _ g: Tensor<Scalar>, _ x: Tensor<Scalar>, scale: Tensor<Scalar>,
        shift: Tensor<Scalar>, statistics: Tensor<Scalar>
    ) -> (x: Tensor<Scalar>, scale: Tensor<Scalar>, shift: Tensor<Scalar>) {
        let (samples, channels) = (x.shape[0], x.shape[2])
        let dx = x.empty(x.shape)
        let parts = x.empty([samples, 2, channels])
        forSamples(form, x) { sample, pass in
            let start = sample * pass.values
            pass.pullBack(
                g.pointer + start, x.pointer + start, scale.pointer, shift.pointer,
                statistics.pointer + sample * 2 * channels, into: dx.pointer + start,
                sums: parts.pointer + sample * 2 * channels)
        }
        let total = x.empty([2, channels])
        sum(parts, outer: 1, count: samples, inner: 2 * channels, into: total)
        return (
            dx, Tensor(copying: total.pointer + channels, shape: [channels], on: self),
            Tensor(copying: total.pointer, shape: [channels], on: self)
        )
    }

    /// Runs `body` for every sample, with as many samples as threads on one thread each, with fewer on all of them.
    private func forSamples<Scalar: Real>(
        _ form: GroupNormalizationForm, _ x: Tensor<Scalar>, _ body: (Int, NormalizationPass<Scalar>) -> Void
    ) {
        let (samples, points, channels) = (x.shape[0], x.shape[1], x.shape[2])
        let sharesSamples = samples < threads
        let room = NormalizationPass<Scalar>.room(points, channels, threads: sharesSamples ? threads : 1)
        let scratch = x.empty([sharesSamples ? 1 : min(threads, samples), room])
        func perform(_ sample: Int, _ worker: Int, _ split: @escaping (Int, (Int, Int) -> Void) -> Void) {
            body(
                sample,
                NormalizationPass(
                    form: form, points: points, channels: channels, scratch: scratch.pointer + worker * room,
                    split: split))
        }
        if sharesSamples {
            let team = team
            for sample in 0..<samples {
                perform(sample, 0) { count, body in team.forEach(0..<count) { item, worker in body(item, worker) } }
            }
        } else {
            forEach(samples, cost: points * channels * 8) { sample, worker in
                perform(sample, worker) { count, body in for item in 0..<count { body(item, 0) } }
            }
        }
    }
}
