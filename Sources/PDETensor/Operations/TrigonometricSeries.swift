import PDECore

/// Σᵢ aᵢ sin(iπx/n) + bᵢ cos(iπx/n) of every value x [rows][channels], with coefficients of each channel.
///
/// Sine and cosine are taken once a value; those of its multiples follow by turning on by the same angle.
struct TrigonometricSeries<Scalar: Real>: FusedOperation {
    /// x [rows][channels], a [n − 1][channels] from i = 1 on, b [n][channels] from i = 0 on.
    func compose(_ operands: [Tensor<Scalar>]) -> Tensor<Scalar> {
        let (x, sines, cosines) = (operands[0], operands[1], operands[2])
        let (rows, channels, terms) = (x.shape[0], x.shape[1], cosines.shape[0])
        let multiples = Tensor<Scalar>(shape: [terms - 1, channels], on: x.backend) { values in
            for index in values.indices {
                values[index] = Scalar(Double.pi * Double(index / channels + 1) / Double(terms))
            }
        }
        let angles = x.reshaped([rows, 1, channels]).expanded(to: [rows, terms - 1, channels]) * multiples
        let waves = angles.sine * sines + angles.cosine * cosines.sliced(1..<terms, along: 0)
        return waves.sum(along: [1]) + cosines.part(0, along: 0)
    }

    func evaluate(_ x: [Tensor<Scalar>], isRecorded: Bool) -> (result: Tensor<Scalar>, saved: [Tensor<Scalar>]) {
        let result = x[0].empty(x[0].shape)
        x[0].backend.series(x[0], sines: x[1], cosines: x[2], into: result)
        return (result, [])
    }

    func fastPullback(_ cotangent: Tensor<Scalar>, _ call: Call<Scalar>) -> [Tensor<Scalar>?] {
        let parts = call.backend.seriesPullback(
            cotangent, call.operand(0), sines: call.operand(1), cosines: call.operand(2))
        return [parts.x, parts.sines, parts.cosines]
    }
}

extension Tensor {
    /// Σᵢ aᵢ sin(iπx/n) + bᵢ cos(iπx/n) of every value x of [...][channels], with coefficients of each channel.
    ///
    /// - Parameters:
    ///   - sines: a [n − 1][channels], from i = 1 on.
    ///   - cosines: b [n][channels], from i = 0 on.
    public func trigonometricSeries(sines: Tensor, cosines: Tensor) -> Tensor {
        let (channels, terms) = (shape[rank - 1], cosines.shape[0])
        precondition(
            terms >= 2 && cosines.shape == [terms, channels] && sines.shape == [terms - 1, channels],
            "trigonometricSeries: expected [n - 1][\(channels)] and [n][\(channels)], got \(sines.shape) and "
                + "\(cosines.shape)")
        return TrigonometricSeries()(reshaped([count / channels, channels]), sines, cosines).reshaped(shape)
    }
}
