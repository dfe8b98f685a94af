import PDECore

/// The truncated Fourier transform of fields [samples][grid…][channels] into [samples][2][modes][channels].
struct Analyze<Scalar: Real>: Operation {
    let transform: TruncatedTransform
    let weighted: Bool
    var keeps: Keeping { [] }

    func evaluate(_ x: [Tensor<Scalar>], isRecorded: Bool) -> (result: Tensor<Scalar>, saved: [Tensor<Scalar>]) {
        let x = x[0]
        let result = x.empty([x.shape[0], 2, transform.count, x.shape.last!])
        x.backend.analyze(transform, x, weighted: weighted, into: result)
        return (result, [])
    }

    func pullback(_ cotangent: Tensor<Scalar>, _ call: Call<Scalar>) -> [Tensor<Scalar>?] {
        [Synthesize(transform: transform, weighted: weighted)(cotangent)]
    }

    func tangent(_ tangents: [Tensor<Scalar>?], _ call: Call<Scalar>) -> Tensor<Scalar>? {
        tangents[0].map { self($0) }
    }
}

/// The transpose of `Analyze`, and with `weighted` the inverse of the unweighted one on the modes that are kept.
struct Synthesize<Scalar: Real>: Operation {
    let transform: TruncatedTransform
    let weighted: Bool
    var keeps: Keeping { [] }

    func evaluate(_ x: [Tensor<Scalar>], isRecorded: Bool) -> (result: Tensor<Scalar>, saved: [Tensor<Scalar>]) {
        let x = x[0]
        let result = x.empty([x.shape[0]] + transform.grid + [x.shape[3]])
        x.backend.synthesize(transform, x, weighted: weighted, into: result)
        return (result, [])
    }

    func pullback(_ cotangent: Tensor<Scalar>, _ call: Call<Scalar>) -> [Tensor<Scalar>?] {
        [Analyze(transform: transform, weighted: weighted)(cotangent)]
    }

    func tangent(_ tangents: [Tensor<Scalar>?], _ call: Call<Scalar>) -> Tensor<Scalar>? {
        tangents[0].map { self($0) }
    }
}

/// Complex matrix products, mode by mode, in one of the three forms that are each other's derivatives.
struct ComplexProduct<Scalar: Real>: Operation {
    let form: ComplexProductForm
    /// The shape of the weights, which results of form `outer` get.
    let weights: [Int]
    var keeps: Keeping { .operands }

    func evaluate(_ x: [Tensor<Scalar>], isRecorded: Bool) -> (result: Tensor<Scalar>, saved: [Tensor<Scalar>]) {
        let (a, b) = (x[0], x[1])
        let shape: [Int] =
            switch form {
            case .plain: a.shape.dropLast() + [weights[weights.count - 1]]
            case .byConjugate: a.shape.dropLast() + [weights[weights.count - 2]]
            case .outer: weights
            }
        let result = a.empty(shape)
        a.backend.complexProduct(form, a, b, into: result)
        return (result, [])
    }

    private func product(_ form: ComplexProductForm, _ a: Tensor<Scalar>, _ b: Tensor<Scalar>) -> Tensor<Scalar> {
        ComplexProduct(form: form, weights: weights)(a, b)
    }

    func pullback(_ cotangent: Tensor<Scalar>, _ call: Call<Scalar>) -> [Tensor<Scalar>?] {
        let (a, b) = (call.operand(0), call.operand(1))
        let (first, second) = (call.wants(0), call.wants(1))
        switch form {
        case .plain:  // y = x w
            return [
                first ? product(.byConjugate, cotangent, b) : nil, second ? product(.outer, a, cotangent) : nil,
            ]
        case .byConjugate:  // x = y wᴴ
            return [first ? product(.plain, cotangent, b) : nil, second ? product(.outer, cotangent, a) : nil]
        case .outer:  // w = xᴴ y
            return [
                first ? product(.byConjugate, b, cotangent) : nil, second ? product(.plain, a, cotangent) : nil,
            ]
        }
    }

    func tangent(_ tangents: [Tensor<Scalar>?], _ call: Call<Scalar>) -> Tensor<Scalar>? {
        let first = tangents[0].map { self($0, call.operand(1)) }
        let second = tangents[1].map { self(call.operand(0), $0) }
        return first.map { first in second.map { first + $0 } ?? first } ?? second
    }
}

extension Tensor {
    /// The lowest Fourier modes of fields [samples][grid…][channels].
    ///
    /// - Returns: [samples][2][modes][channels], real parts before imaginary ones; see `TruncatedTransform`.
    public func analyzed(modes: [Int]) -> Tensor {
        precondition(rank == modes.count + 2, "analyzed: expected [samples][grid…][channels], got shape \(shape)")
        let transform = TruncatedTransform(grid: Array(shape[1..<rank - 1]), modes: modes)
        return Analyze(transform: transform, weighted: false)(self)
    }

    /// The fields [samples][grid…][channels] with the given lowest Fourier modes and no others: the inverse of `analyzed`.
    public func synthesized(on grid: [Int], modes: [Int]) -> Tensor {
        let transform = TruncatedTransform(grid: grid, modes: modes)
        precondition(
            rank == 4 && shape[1] == 2 && shape[2] == transform.count,
            "synthesized: expected [samples][2][\(transform.count)][channels], got shape \(shape)")
        return Synthesize(transform: transform, weighted: true)(self)
    }

    /// Complex matrix products of coefficients [samples][2][modes][in] and weights [modes…][2][in][out].
    public func complexProduct(_ weights: Tensor) -> Tensor {
        precondition(
            rank == 4 && weights.rank >= 4 && weights.shape.dropLast(3).reduce(1, *) == shape[2]
                && weights.shape[weights.rank - 3] == 2 && weights.shape[weights.rank - 2] == shape[3],
            "complexProduct: shapes \(shape) and \(weights.shape) do not fit")
        return ComplexProduct(form: .plain, weights: weights.shape)(self, weights)
    }
}
