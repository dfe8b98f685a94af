import PDECore

extension CPUBackend {
    /// See `Backend`.
    public func convolve<Scalar: Real>(
        _ form: ConvolutionForm, upsampling coarse: Tensor<Scalar>, joining fine: Tensor<Scalar>, _ w: Tensor<Scalar>,
        into y: Tensor<Scalar>
    ) {
        if let tiled = joiningTiles(form, coarse, fine, outputs: w.shape.last!) {
            return convolve(tiled, [coarse, fine], w, bias: nil, into: y)
        }
        convolve(form, joined(coarse, fine), w, bias: nil, into: y)
    }

    /// See `Backend`.
    public func correlate<Scalar: Real>(
        _ form: ConvolutionForm, upsampling coarse: Tensor<Scalar>, joining fine: Tensor<Scalar>, _ g: Tensor<Scalar>,
        into w: Tensor<Scalar>
    ) {
        if let tiled = joiningTiles(form, coarse, fine, outputs: w.shape.last!) {
            return correlate(tiled, [coarse, fine], g, into: w)
        }
        correlate(form, joined(coarse, fine), g, into: w)
    }

    /// See `Backend`.
    public func convolveTransposed<Scalar: Real>(
        _ form: ConvolutionForm, _ g: Tensor<Scalar>, _ w: Tensor<Scalar>, upsampled coarse: Tensor<Scalar>,
        joined fine: Tensor<Scalar>
    ) {
        let axis = fine.rank - 1
        let channels = coarse.shape[axis]
        // Tiles of a plane hold both points of a pair; panels of channels are not cut.
        if form.grid.count < 3 || !isCoarse(coarse, fine), channels % Scalar.tileLanes == 0,
            let transposed = form.transposed,
            let tiled = TiledConvolution(
                ConvolutionGeometry(transposed), samples: g.shape[0], fields: [(g.shape[axis], false)],
                outputs: w.shape[axis - 1], lanes: Scalar.tileLanes)
        {
            return convolve(tiled, g, reversed(w), sumsPairs: isCoarse(coarse, fine), into: coarse, fine)
        }
        let whole = g.empty(g.shape.dropLast() + [w.shape[axis - 1]])
        convolveTransposed(form, g, w, into: whole)
        whole.sliced(channels..<w.shape[axis - 1], along: axis).withUnsafeValues { values in
            fine.pointer.update(from: values.baseAddress!, count: fine.count)
        }
        // The transpose of repeating: the sum over what was repeated, last axis first.
        let sums = (isCoarse(coarse, fine) ? 1..<axis : 1..<1).reversed().reduce(
            whole.sliced(0..<channels, along: axis)
        ) { change, axis in
            let matrix = SparseMatrix.upsampling(of: coarse.shape[axis], by: 2, .nearest, ends: .replicate)
            return change.mapped(matrix.transposed, along: axis)
        }
        sums.withUnsafeValues { coarse.pointer.update(from: $0.baseAddress!, count: coarse.count) }
    }

    private func joiningTiles<Scalar: Real>(
        _ form: ConvolutionForm, _ coarse: Tensor<Scalar>, _ fine: Tensor<Scalar>, outputs: Int
    ) -> TiledConvolution? {
        TiledConvolution(
            ConvolutionGeometry(form), samples: fine.shape[0],
            fields: [(coarse.shape.last!, isCoarse(coarse, fine)), (fine.shape.last!, false)], outputs: outputs,
            lanes: Scalar.tileLanes)
    }

    private func joined<Scalar: Real>(_ coarse: Tensor<Scalar>, _ fine: Tensor<Scalar>) -> Tensor<Scalar> {
        let coarse = coarse.detached
        return .concatenated(
            [isCoarse(coarse, fine) ? coarse.upsampled(by: 2) : coarse, fine.detached], along: fine.rank - 1)
    }

    private func isCoarse<Scalar: Real>(_ coarse: Tensor<Scalar>, _ fine: Tensor<Scalar>) -> Bool {
        coarse.shape[1] != fine.shape[1]
    }
}
