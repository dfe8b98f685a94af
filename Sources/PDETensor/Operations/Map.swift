import PDECore

/// A function of every value.
struct Map<Scalar: Real>: Operation {
    let function: UnaryFunction
    var keeps: Keeping { function.derivativeIsOfResult ? .result : .operands }

    func evaluate(_ x: [Tensor<Scalar>], isRecorded: Bool) -> (result: Tensor<Scalar>, saved: [Tensor<Scalar>]) {
        let result = x[0].empty(x[0].shape)
        x[0].backend.map(function, x[0], into: result)
        return (result, [])
    }

    func pullback(_ cotangent: Tensor<Scalar>, _ call: Call<Scalar>) -> [Tensor<Scalar>?] {
        [product(cotangent, call)]
    }

    func tangent(_ tangents: [Tensor<Scalar>?], _ call: Call<Scalar>) -> Tensor<Scalar>? {
        tangents[0].flatMap { product($0, call) }
    }

    /// `change` times the derivative: elementwise functions have symmetric Jacobians, so both rules are this.
    private func product(_ change: Tensor<Scalar>, _ call: Call<Scalar>) -> Tensor<Scalar>? {
        if function == .sign || function == .step { return nil }
        if function.derivativeIsOfResult { return change * derivative(ofResult: call.result) }
        if Activation(function) != nil { return ActivationSlope(function: function)(call.operand(0), change) }
        return change * derivative(call.operand(0))
    }

    private func derivative(ofResult y: Tensor<Scalar>) -> Tensor<Scalar> {
        switch function {
        case .exp: y
        case .tanh: 1 - y * y
        case .sqrt: 0.5 / y
        case .reciprocal: -(y * y)
        case .sigmoid: y * (1 - y)
        default: preconditionFailure("\(function): its derivative is not a function of its result")
        }
    }

    private func derivative(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
        switch function {
        case .log: x.mapped(.reciprocal)
        case .sin: x.mapped(.cos)
        case .cos: -x.mapped(.sin)
        case .erf: (-(x * x)).mapped(.exp) * Scalar(2 / Double.pi.squareRoot())
        case .absoluteValue: x.mapped(.sign)
        case .relu: x.mapped(.step)
        case .softplus: x.mapped(.sigmoid)
        case .gelu: x.mapped(.geluDerivative)
        // φ(x)(2 − x²), with the normal density φ.
        case .geluDerivative: normalDensity(x) * (2 - x * x)
        case .silu: x.mapped(.siluDerivative)
        case .siluDerivative: siluSecondDerivative(x)
        default: preconditionFailure("\(function): its derivative is a function of its result")
        }
    }

    private func normalDensity(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
        (x * x * -0.5).mapped(.exp) * Scalar(1 / (2 * Double.pi).squareRoot())
    }

    /// σ'(x)(2 + x(1 − 2σ(x))), with the logistic function σ.
    private func siluSecondDerivative(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
        let s = x.mapped(.sigmoid)
        return s * (1 - s) * (2 + x * (1 - 2 * s))
    }
}

/// f'(z) times a change, in one pass.
struct ActivationSlope<Scalar: Real>: Operation {
    let function: UnaryFunction
    var keeps: Keeping { .operands }

    func evaluate(_ x: [Tensor<Scalar>], isRecorded: Bool) -> (result: Tensor<Scalar>, saved: [Tensor<Scalar>]) {
        let result = x[0].empty(x[0].shape)
        x[0].backend.slope(of: Activation(function)!, at: x[0], times: x[1], into: result)
        return (result, [])
    }

    func pullback(_ cotangent: Tensor<Scalar>, _ call: Call<Scalar>) -> [Tensor<Scalar>?] {
        [
            call.wants(0) ? curvature(cotangent * call.operand(1), call) : nil,
            call.wants(1) ? self(call.operand(0), cotangent) : nil,
        ]
    }

    func tangent(_ tangents: [Tensor<Scalar>?], _ call: Call<Scalar>) -> Tensor<Scalar>? {
        let first = tangents[0].flatMap { curvature($0 * call.operand(1), call) }
        let second = tangents[1].map { self(call.operand(0), $0) }
        return first.map { first in second.map { first + $0 } ?? first } ?? second
    }

    /// f''(z) times a change: by differentiating f'(z), which is a function like any other.
    private func curvature(_ change: Tensor<Scalar>, _ call: Call<Scalar>) -> Tensor<Scalar>? {
        let z = call.operand(0)
        let isRecorded = call.isRecorded
        let variable = isRecorded && z.isRecorded ? z : z.detached.variable
        let slope: Tensor<Scalar>
        switch function {
        case .relu: return nil
        case .gelu: slope = variable.mapped(.geluDerivative)
        case .silu: slope = variable.mapped(.siluDerivative)
        case .softplus: slope = variable.mapped(.sigmoid)
        case .tanh:
            let y = variable.mapped(.tanh)
            slope = 1 - y * y
        case .sigmoid:
            let y = variable.mapped(.sigmoid)
            slope = y * (1 - y)
        default: preconditionFailure("\(function) is not an activation")
        }
        return slope.gradient(withRespectTo: [variable], cotangent: change, recording: isRecorded)[0]
    }
}

extension UnaryFunction {
    /// Whether the derivative is computed from the function's value rather than from its argument.
    var derivativeIsOfResult: Bool {
        switch self {
        case .exp, .tanh, .sqrt, .reciprocal, .sigmoid: true
        default: false
        }
    }
}

extension Tensor {
    /// A function of every value.
    public func mapped(_ function: UnaryFunction) -> Tensor { Map(function: function)(self) }

    /// eˣ of every value.
    public var exponential: Tensor { mapped(.exp) }
    /// Natural logarithm of every value.
    public var logarithm: Tensor { mapped(.log) }
    /// Square root of every value.
    public var squareRoot: Tensor { mapped(.sqrt) }
    /// Absolute value of every value; its derivative at zero is zero.
    public var magnitude: Tensor { mapped(.absoluteValue) }
    /// The square of every value.
    public var squared: Tensor { self * self }
    /// Sine of every value.
    public var sine: Tensor { mapped(.sin) }
    /// Cosine of every value.
    public var cosine: Tensor { mapped(.cos) }

    /// The activation function of every value.
    public func activated(_ activation: Activation) -> Tensor {
        activation.function.map { mapped($0) } ?? self
    }
}
