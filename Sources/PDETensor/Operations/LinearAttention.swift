import PDECore

/// Attention through a few learned slices, at a cost that is linear in the points.
///
/// In every head, a part of the channels, with features s and values v of the points and matrices Q and K:
///
///     Z = softmax(s K)ᵀ v   over the points: what each slice holds
///     y = softmax(s Q) Z    over the slices: what each point takes from them
///
/// The weights are computed again on the way back, block by block in cache, instead of being stored. A point with c channels, slices of
/// n numbers in all heads and c/h channels a head takes 4nc/h multiplications and 2n exponentials, in 4c numbers read and written;
/// stored, its weights would be 8n numbers more: 4096 beside 512 at the original's width 128, 8 heads and 64 slices.
///
/// Source: W. Hu et al., "Transolver is a Linear Transformer" (2025).
struct LinearAttention<Scalar: Real>: FusedOperation {
    /// s and v [samples][points][channels], Q and K [heads][channels/heads][slices].
    func compose(_ operands: [Tensor<Scalar>]) -> Tensor<Scalar> {
        let (shape, maps) = (operands[0].shape, operands[2].shape)
        let (samples, points, heads, width) = (shape[0], shape[1], maps[0], maps[1])
        func byHead(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
            x.reshaped([samples, points, heads, width]).permuted([0, 2, 1, 3])
        }
        func logits(_ map: Tensor<Scalar>) -> Tensor<Scalar> {
            byHead(operands[0]).product(map.expanded(to: [samples] + maps))
        }
        let held = logits(operands[3]).softmax(along: 2).product(byHead(operands[1]), transposingSelf: true)
        return logits(operands[2]).softmax(along: 3).product(held).permuted([0, 2, 1, 3]).reshaped(shape)
    }

    func evaluate(_ x: [Tensor<Scalar>], isRecorded: Bool) -> (result: Tensor<Scalar>, saved: [Tensor<Scalar>]) {
        let operands = LinearAttentionOperands(x)
        let result = x[0].empty(x[0].shape)
        let held = x[0].empty([operands.samples, operands.heads, operands.slices, operands.width])
        let sums = x[0].empty([operands.samples, operands.heads, operands.slices])
        x[0].backend.attendLinearly(operands, held: held, sums: sums, into: result)
        return (result, isRecorded ? [held, sums] : [])
    }

    func fastPullback(_ cotangent: Tensor<Scalar>, _ call: Call<Scalar>) -> [Tensor<Scalar>?] {
        let parts = call.backend.attendLinearlyPullback(
            cotangent, LinearAttentionOperands(call.operands), held: call.saved[0], sums: call.saved[1])
        return [parts.features, parts.values, parts.queries, parts.keys]
    }
}

/// What a linear attention is of, or derivatives with respect to it.
public struct LinearAttentionOperands<Scalar: Real>: Sendable {
    /// s and v, [samples][points][channels].
    public let features, values: Tensor<Scalar>
    /// Q and K, [heads][channels/heads][slices].
    public let queries, keys: Tensor<Scalar>

    init(_ tensors: [Tensor<Scalar>]) {
        (features, values, queries, keys) = (tensors[0], tensors[1], tensors[2], tensors[3])
    }

    /// Samples and points.
    var samples: Int { features.shape[0] }
    var points: Int { features.shape[1] }
    /// Heads, channels of each, and slices of each.
    var heads: Int { queries.shape[0] }
    var width: Int { queries.shape[1] }
    var slices: Int { queries.shape[2] }
}

extension Tensor {
    /// Attention through learned slices: see `LinearAttention`, with this tensor as features s [samples][grid…][channels].
    ///
    /// - Parameters:
    ///   - values: v, of this tensor's shape.
    ///   - queries: Q [heads][channels/heads][slices], by which a point takes from the slices.
    ///   - keys: K, of the same shape, by which a slice gathers from the points.
    public func linearAttention(values: Tensor, queries: Tensor, keys: Tensor) -> Tensor {
        precondition(rank >= 2 && values.shape == shape, "values: expected shape \(shape), got \(values.shape)")
        precondition(
            queries.rank == 3 && queries.shape == keys.shape && queries.shape[0] * queries.shape[1] == shape[rank - 1],
            "queries, keys: expected [heads][\(shape[rank - 1])/heads][slices], got \(queries.shape) and \(keys.shape)")
        let flat = [shape[0], shape[1..<rank - 1].reduce(1, *), shape[rank - 1]]
        return LinearAttention()(reshaped(flat), values.reshaped(flat), queries, keys).reshaped(shape)
    }
}
