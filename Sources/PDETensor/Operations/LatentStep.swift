import PDECore

/// A step in the latent space of patches: see `LatentStep`.
public struct LatentStepForm: Equatable, Sendable {
    /// Patches along every axis of the grid.
    public let patches: Int
    /// Parts of the channels that attend by themselves.
    public let heads: Int
}

/// Patches of a grid into a few latent tokens, a step of a series of sines and cosines there, and back.
///
/// In each patch, with features X of its points, and in every head, a part of the channels, alone:
///
///     G = T + softmax(X M)ᵀ (X V + v)      over the points: what every token gathers
///     Z = G + Σᵢ aᵢ sin(iπG/n) + bᵢ cos(iπG/n)
///     Y = X + softmax((X Q + q) Zᵀ) Z      over the tokens: what every point takes
///
/// Only X is kept. What lies between is computed again on the way back, block of patches by block in cache: with c channels, h heads and t
/// tokens that costs c (2c + ht) multiplications a point, and stored it would be 3c + 2ht numbers a point.
struct LatentStep<Scalar: Real>: FusedOperation {
    let form: LatentStepForm

    func compose(_ operands: [Tensor<Scalar>]) -> Tensor<Scalar> {
        let o = LatentStepOperands(operands)
        let (heads, tokens, channels) = (form.heads, o.tokens.shape[0], o.tokens.shape[1])
        let x = o.fields.patches(form.patches)
        let (count, points) = (x.shape[0], x.shape[1])
        func byHead(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
            x.reshaped([count, x.shape[1], heads, channels / heads]).permuted([0, 2, 1, 3])
        }
        func together(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
            x.permuted([0, 2, 1, 3]).reshaped([count, x.shape[2], channels])
        }
        let scores = x.product(o.keys).softmax(along: 1).reshaped([count, points, tokens, heads]).permuted([0, 3, 1, 2])
        let values = byHead(x.linear(o.valueWeight, o.valueBias))
        let gathered = o.tokens + together(scores.product(values, transposingSelf: true))
        let latent = byHead(gathered + gathered.trigonometricSeries(sines: o.sines, cosines: o.cosines))
        let queries = byHead(x.linear(o.queryWeight, o.queryBias))
        let weights = queries.product(latent, transposingOther: true).softmax(along: 3)
        let shape = operands[0].shape
        return (x + together(weights.product(latent)))
            .joiningPatches(form.patches, grid: Array(shape[1..<shape.count - 1]))
    }

    func evaluate(_ x: [Tensor<Scalar>], isRecorded: Bool) -> (result: Tensor<Scalar>, saved: [Tensor<Scalar>]) {
        let result = x[0].empty(x[0].shape)
        x[0].backend.latentStep(form, LatentStepOperands(x), into: result)
        return (result, [])
    }

    func fastPullback(_ cotangent: Tensor<Scalar>, _ call: Call<Scalar>) -> [Tensor<Scalar>?] {
        call.backend.latentStepPullback(form, cotangent, LatentStepOperands(call.operands)).tensors
    }
}

/// What a latent step is of, or derivatives with respect to it.
public struct LatentStepOperands<Scalar: Real>: Sendable {
    /// X, [samples][grid…][channels].
    public let fields: Tensor<Scalar>
    /// M [channels][tokens × heads], heads fastest.
    public let keys: Tensor<Scalar>
    /// V [channels][channels] and v [channels].
    public let valueWeight, valueBias: Tensor<Scalar>
    /// Q [channels][channels] and q [channels].
    public let queryWeight, queryBias: Tensor<Scalar>
    /// T [tokens][channels].
    public let tokens: Tensor<Scalar>
    /// a [n − 1][channels] from i = 1 on, and b [n][channels].
    public let sines, cosines: Tensor<Scalar>

    init(_ tensors: [Tensor<Scalar>]) {
        (fields, keys) = (tensors[0], tensors[1])
        (valueWeight, valueBias, queryWeight, queryBias) = (tensors[2], tensors[3], tensors[4], tensors[5])
        (tokens, sines, cosines) = (tensors[6], tensors[7], tensors[8])
    }

    var tensors: [Tensor<Scalar>] {
        [fields, keys, valueWeight, valueBias, queryWeight, queryBias, tokens, sines, cosines]
    }
}

extension Tensor {
    /// A step in the latent space of patches: see `LatentStep`, with this tensor as the features X [samples][grid…][channels].
    ///
    /// - Parameters:
    ///   - patches: parts of every axis, a divisor of its points.
    ///   - heads: parts of the channels.
    ///   - keys: M [channels][tokens × heads], heads fastest.
    ///   - value: V [channels][channels] and v [channels].
    ///   - query: Q and q, likewise.
    ///   - tokens: T [tokens][channels].
    ///   - sines: a [n − 1][channels], from i = 1 on.
    ///   - cosines: b [n][channels].
    public func latentStep(
        patches: Int, heads: Int, keys: Tensor, value: (weight: Tensor, bias: Tensor),
        query: (weight: Tensor, bias: Tensor), tokens: Tensor, sines: Tensor, cosines: Tensor
    ) -> Tensor {
        let channels = shape[rank - 1]
        precondition(
            rank >= 3 && shape[1..<rank - 1].allSatisfy { $0 % patches == 0 },
            "patches: expected a divisor of every axis of the grid, got \(patches) and shape \(shape)")
        precondition(channels % heads == 0, "heads: expected a divisor of \(channels) channels, got \(heads)")
        precondition(
            tokens.rank == 2 && tokens.shape[1] == channels && keys.shape == [channels, tokens.shape[0] * heads],
            "tokens, keys: expected [tokens][\(channels)] and [\(channels)][tokens × \(heads)], got \(tokens.shape) and "
                + "\(keys.shape)")
        precondition(
            [value, query].allSatisfy { $0.weight.shape == [channels, channels] && $0.bias.shape == [channels] },
            "value, query: expected [\(channels)][\(channels)] and [\(channels)], got \(value.weight.shape), "
                + "\(value.bias.shape), \(query.weight.shape) and \(query.bias.shape)")
        precondition(
            cosines.rank == 2 && cosines.shape[0] >= 2 && cosines.shape[1] == channels
                && sines.shape == [cosines.shape[0] - 1, channels],
            "sines, cosines: expected [n - 1][\(channels)] and [n][\(channels)], got \(sines.shape) and \(cosines.shape)"
        )
        return LatentStep(form: LatentStepForm(patches: patches, heads: heads))(
            self, keys, value.weight, value.bias, query.weight, query.bias, tokens, sines, cosines)
    }

    /// Fields [samples][grid…][channels] cut into `parts` patches along every axis: [samples × patches][points][channels].
    fileprivate func patches(_ parts: Int) -> Tensor {
        let (axes, channels) = (rank - 2, shape[rank - 1])
        var (split, count, points): ([Int], Int, Int) = ([shape[0]], shape[0], 1)
        for length in shape[1...axes] {
            split += [parts, length / parts]
            count *= parts
            points *= length / parts
        }
        return reshaped(split + [channels]).permuted(Self.patchOrder(axes)).reshaped([count, points, channels])
    }

    /// The inverse of `patches`, for fields on `grid`.
    fileprivate func joiningPatches(_ parts: Int, grid: [Int]) -> Tensor {
        let sides = grid.map { _ in parts }
        let order = Self.patchOrder(grid.count)
        let samples = shape[0] / sides.product
        let split = [samples] + sides + grid.map { $0 / parts } + [shape[2]]
        return reshaped(split).permuted(order.indices.map { order.firstIndex(of: $0)! })
            .reshaped([samples] + grid + [shape[2]])
    }

    /// The patches' axes in front of those of the points in them.
    private static func patchOrder(_ axes: Int) -> [Int] {
        let parts = (0..<axes).map { 2 * $0 + 1 }
        return [0] + parts + parts.map { $0 + 1 } + [2 * axes + 1]
    }
}
