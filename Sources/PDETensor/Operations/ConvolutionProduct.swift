import PDECore

/// A convolution y = x ∗ w or one of its transposes. The three belong to one trilinear form ⟨g, x ∗ w⟩, so each one's
/// derivatives are the other two.
struct ConvolutionProduct<Scalar: Real>: Operation {
    /// Which operands there are, and what comes out.
    enum Role: Sendable {
        /// x, w → y.
        case plain
        /// g, w → x.
        case input
        /// x, g → w.
        case weight
    }

    let role: Role
    let form: ConvolutionForm
    var keeps: Keeping { .operands }

    func evaluate(_ operands: [Tensor<Scalar>], isRecorded: Bool) -> (result: Tensor<Scalar>, saved: [Tensor<Scalar>]) {
        let (a, b) = (operands[0], operands[1])
        let samples = a.shape[0]
        let result: Tensor<Scalar>
        switch role {
        case .plain:
            result = a.empty([samples] + form.outputs + [b.shape[b.rank - 1]])
            a.backend.convolve(form, a, b, bias: nil, into: result)
        case .input:
            result = a.empty([samples] + form.grid + [b.shape[b.rank - 2]])
            a.backend.convolveTransposed(form, a, b, into: result)
        case .weight:
            result = a.empty(form.kernel + [a.shape[a.rank - 1], b.shape[b.rank - 1]])
            a.backend.correlate(form, a, b, into: result)
        }
        return (result, [])
    }

    private func form(_ role: Role) -> ConvolutionProduct { ConvolutionProduct(role: role, form: form) }

    func pullback(_ cotangent: Tensor<Scalar>, _ call: Call<Scalar>) -> [Tensor<Scalar>?] {
        let (a, b) = (call.operand(0), call.operand(1))
        func part(_ index: Int) -> Tensor<Scalar> {
            switch (role, index) {
            case (.plain, 0): form(.input)(cotangent, b)
            case (.plain, _): form(.weight)(a, cotangent)
            case (.input, 0): form(.plain)(cotangent, b)
            case (.input, _): form(.weight)(cotangent, a)
            case (.weight, 0): form(.input)(b, cotangent)
            case (.weight, _): form(.plain)(a, cotangent)
            }
        }
        return (0...1).map { call.wants($0) ? part($0) : nil }
    }

    func tangent(_ tangents: [Tensor<Scalar>?], _ call: Call<Scalar>) -> Tensor<Scalar>? {
        let first = tangents[0].map { self($0, call.operand(1)) }
        let second = tangents[1].map { self(call.operand(0), $0) }
        return first.map { first in second.map { first + $0 } ?? first } ?? second
    }
}

/// x ∗ w + b, where the bias costs no pass of its own.
struct BiasedConvolution<Scalar: Real>: FusedOperation {
    let form: ConvolutionForm

    func compose(_ operands: [Tensor<Scalar>]) -> Tensor<Scalar> {
        ConvolutionProduct(role: .plain, form: form)(operands[0], operands[1]) + operands[2]
    }

    func evaluate(_ x: [Tensor<Scalar>], isRecorded: Bool) -> (result: Tensor<Scalar>, saved: [Tensor<Scalar>]) {
        let result = x[0].empty([x[0].shape[0]] + form.outputs + x[2].shape)
        x[0].backend.convolve(form, x[0], x[1], bias: x[2].detached, into: result)
        return (result, [])
    }

    func fastPullback(_ cotangent: Tensor<Scalar>, _ call: Call<Scalar>) -> [Tensor<Scalar>?] {
        let (x, w) = (call.operand(0), call.operand(1))
        return [
            call.wants(0) ? ConvolutionProduct(role: .input, form: form)(cotangent, w) : nil,
            call.wants(1) ? ConvolutionProduct(role: .weight, form: form)(x, cotangent) : nil,
            call.wants(2) ? cotangent.summed(to: call.shapes[2]) : nil,
        ]
    }
}

extension Tensor {
    /// The convolution of fields [samples][grid…][in] with `weight`, on one to three axes: see `ConvolutionForm`.
    ///
    /// - Parameters:
    ///   - weight: [kernel…][in][out].
    ///   - bias: [out], or none.
    ///   - stride: points from one result to the next, along every axis.
    ///   - dilation: points from one weight to the next, along every axis.
    ///   - padding: what lies beyond the ends. As much is added as the kernel reaches beyond its middle, so that with stride 1 the
    ///     result has the grid of the input (of an even kernel's reach the larger part comes behind); nil adds nothing.
    /// - Returns: [samples][results…][out].
    public func convolved(
        _ weight: Tensor, bias: Tensor? = nil, stride: Int = 1, dilation: Int = 1, padding: Padding? = .zero
    ) -> Tensor {
        let axes = rank - 2
        precondition(
            (1...3).contains(axes) && weight.rank == rank && weight.shape[axes] == shape[rank - 1],
            "convolved: expected [samples][grid…][in] and [kernel…][in][out], got \(shape) and \(weight.shape)")
        precondition(
            bias.map { $0.shape == [weight.shape[axes + 1]] } ?? true,
            "bias: expected [\(weight.shape[axes + 1])], got \(bias?.shape ?? [])")
        let kernel = Array(weight.shape[..<axes])
        let reach = kernel.map { padding == nil ? 0 : dilation * ($0 - 1) }
        let form = ConvolutionForm(
            grid: Array(shape[1...axes]), kernel: kernel, stride: kernel.map { _ in stride },
            dilation: kernel.map { _ in dilation }, before: reach.map { $0 / 2 }, after: reach.map { $0 - $0 / 2 },
            padding: padding ?? .zero)
        return convolved(weight, bias: bias, form)
    }

    /// The convolution with every number of the form given: see `ConvolutionForm`.
    public func convolved(_ weight: Tensor, bias: Tensor? = nil, _ form: ConvolutionForm) -> Tensor {
        precondition(
            Array(shape[1..<rank - 1]) == form.grid && Array(weight.shape.dropLast(2)) == form.kernel
                && weight.shape[form.grid.count] == shape[rank - 1],
            "convolved: expected grid \(form.grid) and kernel \(form.kernel), got \(shape) and \(weight.shape)")
        if let bias { return BiasedConvolution(form: form)(self, weight, bias) }
        return ConvolutionProduct(role: .plain, form: form)(self, weight)
    }

    /// The transpose of a convolution: fields on the results' grid [samples][results…][out] back to [samples][grid…][in].
    public func convolvedTransposed(_ weight: Tensor, _ form: ConvolutionForm) -> Tensor {
        precondition(
            Array(shape[1..<rank - 1]) == form.outputs && Array(weight.shape.dropLast(2)) == form.kernel
                && weight.shape.last == shape.last,
            "convolvedTransposed: expected grid \(form.outputs) and kernel \(form.kernel), got \(shape) and "
                + "\(weight.shape)")
        return ConvolutionProduct(role: .input, form: form)(self, weight)
    }
}
