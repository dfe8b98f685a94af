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

    private func joiningTiles<Scalar: Real>(
        _ form: ConvolutionForm, _ coarse: Tensor<Scalar>, _ fine: Tensor<Scalar>, outputs: Int
    ) -> TiledConvolution? {
        TiledConvolution(
            ConvolutionGeometry(form), samples: fine.shape[0],
            fields: [(coarse.shape.last!, true), (fine.shape.last!, false)], outputs: outputs,
            lanes: Scalar.tileLanes)
    }

    private func joined<Scalar: Real>(_ coarse: Tensor<Scalar>, _ fine: Tensor<Scalar>) -> Tensor<Scalar> {
        .concatenated([coarse.detached.upsampled(by: 2), fine.detached], along: fine.rank - 1)
    }
}
