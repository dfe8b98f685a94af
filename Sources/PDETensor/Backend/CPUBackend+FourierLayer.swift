import PDECore

extension CPUBackend {
    /// See `Backend`.
    public func fourierLayer<Scalar: Real>(
        _ layer: FourierLayerForm, _ x: Tensor<Scalar>, spectral: Tensor<Scalar>, local: Tensor<Scalar>,
        bias: Tensor<Scalar>, coefficients: Tensor<Scalar>, into y: Tensor<Scalar>
    ) {
        let transform = layer.transform
        let (samples, inputs, outputs) = (x.shape[0], local.shape[0], local.shape[1])
        let (points, modes) = (transform.points, transform.count)
        let activated = ActivatedInput(layer.activation, x, samples: samples, on: self)

        forSamples(samples, transform, inputs) { (sample, worker, transform: SampleTransform<Scalar>) in
            let h = activated.values(sample, worker, transform.split)
            transform.analyze(h, weighted: false, into: coefficients.pointer + sample * 2 * modes * inputs)
        }
        let mixed = Tensor<Scalar>(uninitialized: [samples, 2, modes, outputs], on: self)
        complexProduct(.plain, coefficients, spectral, into: mixed)
        // The bias joins the mean, the first mode: one value a channel instead of one a point.
        for sample in 0..<samples {
            let mean = mixed.pointer + sample * 2 * modes * outputs
            Scalar.addScaled(Scalar(points), bias.pointer, to: mean, count: outputs)
        }
        forSamples(samples, transform, outputs) { (sample, worker, transform: SampleTransform<Scalar>) in
            let rows = transform.synthesizeRows(mixed.pointer + sample * 2 * modes * outputs)
            let h = activated.values(sample, worker, transform.split)
            let field = y.pointer + sample * points * outputs
            let length = layer.transform.grid.last!
            transform.forRows { row in
                transform.synthesize(row: row, rows, weighted: true, accumulating: false, into: field)
                Scalar.gemm(
                    .plain, .plain, rows: length, columns: outputs, inner: inputs, alpha: 1,
                    a: h + row * length * inputs, aStride: inputs, b: local.pointer, bStride: outputs, beta: 1,
                    c: field + row * length * outputs, cStride: outputs)
            }
        }
    }

    /// See `Backend`.
    public func fourierLayerPullback<Scalar: Real>(
        _ layer: FourierLayerForm, _ g: Tensor<Scalar>, _ x: Tensor<Scalar>, spectral: Tensor<Scalar>,
        local: Tensor<Scalar>, coefficients: Tensor<Scalar>, wantsInput: Bool
    ) -> (x: Tensor<Scalar>?, spectral: Tensor<Scalar>, local: Tensor<Scalar>, bias: Tensor<Scalar>) {
        let transform = layer.transform
        let (samples, inputs, outputs) = (x.shape[0], local.shape[0], local.shape[1])
        let (points, modes, length) = (transform.points, transform.count, transform.grid.last!)
        let activated = ActivatedInput(layer.activation, x, samples: samples, on: self)
        let dx = wantsInput ? x.empty(x.shape) : nil
        let mixed = x.empty([samples, 2, modes, outputs])
        let localParts = x.empty([samples, inputs, outputs])

        forSamples(samples, transform, outputs) { (sample, worker, transform: SampleTransform<Scalar>) in
            let g = g.pointer + sample * points * outputs
            transform.analyze(g, weighted: true, into: mixed.pointer + sample * 2 * modes * outputs)
            let h = activated.values(sample, worker, transform.split)
            Scalar.gemm(
                .transposed, .plain, rows: inputs, columns: outputs, inner: points, alpha: 1, a: h, aStride: inputs,
                b: g, bStride: outputs, beta: 0, c: localParts.pointer + sample * inputs * outputs, cStride: outputs)
            if let dx {
                let dx = dx.pointer + sample * points * inputs
                transform.forRows { row in
                    Scalar.gemm(
                        .plain, .transposed, rows: length, columns: inputs, inner: outputs, alpha: 1,
                        a: g + row * length * outputs, aStride: outputs, b: local.pointer, bStride: outputs, beta: 0,
                        c: dx + row * length * inputs, cStride: inputs)
                }
            }
        }

        let bias = x.empty([outputs])
        bias.pointer.update(repeating: 0, count: outputs)
        for sample in 0..<samples {
            Scalar.addScaled(
                Scalar(points), mixed.pointer + sample * 2 * modes * outputs, to: bias.pointer, count: outputs)
        }
        let spectralGradient = x.empty(spectral.shape)
        complexProduct(.outer, coefficients, mixed, into: spectralGradient)
        let localGradient = x.empty(local.shape)
        sum(localParts, outer: 1, count: samples, inner: inputs * outputs, into: localGradient)

        if let dx {
            let unmixed = x.empty([samples, 2, modes, inputs])
            complexProduct(.byConjugate, mixed, spectral, into: unmixed)
            forSamples(samples, transform, inputs) { (sample, worker, transform: SampleTransform<Scalar>) in
                let rows = transform.synthesizeRows(unmixed.pointer + sample * 2 * modes * inputs)
                let dx = dx.pointer + sample * points * inputs
                let z = x.pointer + sample * points * inputs
                transform.forRows { row in
                    transform.synthesize(row: row, rows, weighted: false, accumulating: true, into: dx)
                    if layer.activation != .identity {
                        let (start, count) = (row * length * inputs, length * inputs)
                        Scalar.activationBackward(
                            layer.activation, z + start, gradient: dx + start, into: dx + start, count: count)
                    }
                }
            }
        }
        return (dx, spectralGradient, localGradient, bias)
    }
}

/// σ(x) sample by sample, in a workspace of each thread, computed where it is needed.
private struct ActivatedInput<Scalar: Real> {
    let activation: Activation
    let x: Tensor<Scalar>
    let values: Int
    let scratch: Tensor<Scalar>?

    init(_ activation: Activation, _ x: Tensor<Scalar>, samples: Int, on backend: CPUBackend) {
        self.activation = activation
        self.x = x
        values = samples == 0 ? 0 : x.count / samples
        scratch =
            activation == .identity ? nil : Tensor(uninitialized: [min(backend.threads, samples), values], on: backend)
    }

    func values(_ sample: Int, _ worker: Int, _ split: (Int, (Int) -> Void) -> Void) -> UnsafePointer<Scalar> {
        let x = x.pointer + sample * values
        guard let scratch else { return UnsafePointer(x) }
        let h = scratch.pointer + worker * values
        let chunk = 1 << 14
        split((values + chunk - 1) / chunk) { item in
            let first = item * chunk
            Scalar.activate(activation, x + first, into: h + first, count: min(chunk, values - first))
        }
        return UnsafePointer(h)
    }
}
