import PDECore
import Synchronization

extension CPUBackend {
    /// See `Backend`.
    public func analyze<Scalar: Real>(
        _ transform: TruncatedTransform, _ x: Tensor<Scalar>, weighted: Bool, into c: Tensor<Scalar>
    ) {
        let (samples, channels) = (x.shape[0], x.shape.last!)
        forSamples(samples, transform, channels) { (sample, _, transform: SampleTransform<Scalar>) in
            transform.analyze(
                x.pointer + sample * x.count / samples, weighted: weighted,
                into: c.pointer + sample * c.count / samples)
        }
    }

    /// See `Backend`.
    public func synthesize<Scalar: Real>(
        _ transform: TruncatedTransform, _ c: Tensor<Scalar>, weighted: Bool, into x: Tensor<Scalar>
    ) {
        let (samples, channels) = (x.shape[0], x.shape.last!)
        forSamples(samples, transform, channels) { (sample, _, transform: SampleTransform<Scalar>) in
            let rows = transform.synthesizeRows(c.pointer + sample * c.count / samples)
            let field = x.pointer + sample * x.count / samples
            transform.forRows { row in
                transform.synthesize(row: row, rows, weighted: weighted, accumulating: false, into: field)
            }
        }
    }

    /// Runs `body` for every sample with a transform that has a workspace of its own.
    ///
    /// As many samples as threads at least: a thread takes whole samples, which stay in its cache. Fewer: the threads share each
    /// sample.
    func forSamples<Scalar: Real>(
        _ samples: Int, _ transform: TruncatedTransform, _ channels: Int,
        _ body: (_ sample: Int, _ worker: Int, SampleTransform<Scalar>) -> Void
    ) {
        let basis: FourierBasis<Scalar> = bases.basis(transform)
        let room = (basis.workspace(channels: channels) + 15) / 16 * 16
        let sharesSamples = samples < threads
        let workers = sharesSamples ? 1 : min(threads, samples)
        let scratch = Tensor<Scalar>(uninitialized: [workers, 2, room], on: self)
        func perform(_ sample: Int, _ worker: Int, _ split: @escaping (Int, (Int) -> Void) -> Void) {
            let first = scratch.pointer + worker * 2 * room
            body(
                sample, worker,
                SampleTransform(basis: basis, channels: channels, scratch: (first, first + room), split: split))
        }
        if sharesSamples {
            let team = team
            for sample in 0..<samples {
                perform(sample, 0) { count, body in team.forEach(0..<count) { item, _ in body(item) } }
            }
        } else {
            forEach(samples, cost: transform.points * channels * 8) { sample, worker in
                perform(sample, worker) { count, body in for item in 0..<count { body(item) } }
            }
        }
    }

    /// See `Backend`.
    public func complexProduct<Scalar: Real>(
        _ form: ComplexProductForm, _ a: Tensor<Scalar>, _ b: Tensor<Scalar>, into c: Tensor<Scalar>
    ) {
        let product = ModeProduct(form, a.shape, b.shape)
        let cost = 4 * product.samples * product.inputs * product.outputs
        let atOnce = max(1, (1 << 19) / max(1, cost))
        let blocks = (product.modes + atOnce - 1) / atOnce
        forEach(blocks, cost: atOnce * cost) { block, _ in
            for mode in block * atOnce..<min(product.modes, (block + 1) * atOnce) {
                product.evaluate(mode, a.pointer, b.pointer, into: c.pointer)
            }
        }
    }
}

/// Bases made so far: one serves every transform of its kind.
final class FourierBases: Sendable {
    private let known = Mutex<[Key: any Sendable]>([:])

    private struct Key: Hashable {
        let transform: TruncatedTransform
        let scalar: ObjectIdentifier
    }

    func basis<Scalar: Real>(_ transform: TruncatedTransform) -> FourierBasis<Scalar> {
        let key = Key(transform: transform, scalar: ObjectIdentifier(Scalar.self))
        if let basis = known.withLock({ $0[key] }) as? FourierBasis<Scalar> { return basis }
        let basis = FourierBasis<Scalar>(transform)
        known.withLock { $0[key] = basis }
        return basis
    }
}
