import Glibc
import PDECore
import PDETensor

/// The network of a `GaussianProcessArchitecture`: the posterior of a Gaussian process over functions.
///
/// What it says of u is m(u) + c̄ + k(z(u), Z) W with the mean network m, the mean c̄ of what it leaves and W = A⁻¹(Y − c̄); what it
/// does not know has the covariance s(u) · c(y, y′), s = 1 + noise − |L⁻¹k(Z, z(u))|² with A = LLᵀ. Evaluated without a record, so that
/// derivatives do not pass through it.
public struct ProcessOperator<Scalar: Real>: FieldOperator {
    /// Its hyperparameters.
    public let architecture: GaussianProcessArchitecture
    /// What it maps.
    public let shape: OperatorShape
    /// The network whose errors it learns; nil where it learns the whole.
    public private(set) var mean: (any FieldOperator<Scalar>)?
    /// What z is made with: [features][inputs], less [features]; the length scales that both are divided by.
    var basis, offset, lengthScales: Tensor<Scalar>
    /// Z in length scales; W; c̄; L.
    var features, weights, center, factor: Tensor<Scalar>
    /// c, a factor [n][n] for each axis and for the channels.
    package var covariances: [Tensor<Scalar>]
    /// Noise, and what standard deviations are multiplied by to be right on validation pairs.
    var numbers: Tensor<Scalar>
    /// 1 where it says the average over its shape's symmetries, else 0; nil where it has none.
    var averaging: Tensor<Scalar>?

    package init(_ architecture: GaussianProcessArchitecture, _ shape: OperatorShape, _ initialization: Initialization)
    {
        (self.architecture, self.shape) = (architecture, shape)
        let (sizes, count) = (shape.closedFormSizes, architecture.inputs.count(of: shape))
        func zeros(_ shape: [Int]) -> Tensor<Scalar> {
            Tensor(repeating: 0, shape: shape, on: initialization.backend)
        }
        (basis, offset, lengthScales) = (zeros([count, sizes.inputs]), zeros([count]), zeros([count]))
        (features, weights) = (zeros([sizes.pairs, count]), zeros([sizes.pairs, sizes.outputs]))
        (center, factor) = (zeros([sizes.outputs]), zeros([sizes.pairs, sizes.pairs]))
        covariances = (sizes.grid + [shape.outputs]).map { zeros([$0, $0]) }
        numbers = zeros([2])
        averaging = shape.closedForm?.symmetries.map { _ in zeros([1]) }
        mean = shape.closedForm?.mean?.wrappedValue.network(shape, initialization)
    }

    /// Channels that go in.
    public var inputChannels: Int { shape.inputs }
    /// Channels that come out.
    public var outputChannels: Int { shape.outputs }
    private var backend: any Backend { weights.backend }

    /// See `Module`.
    public mutating func visitParameters(_ path: String, _ visit: (String, inout Tensor<Scalar>) -> Void) {
        visit(path + "basis", &basis)
        visit(path + "offset", &offset)
        visit(path + "lengthScales", &lengthScales)
        visit(path + "features", &features)
        visit(path + "weights", &weights)
        visit(path + "center", &center)
        visit(path + "factor", &factor)
        for place in covariances.indices { visit(path + "covariance.\(place)", &covariances[place]) }
        visit(path + "numbers", &numbers)
        if averaging != nil { visit(path + "averaging", &averaging!) }
        mean?.visitParameters(path + "mean.", visit)
    }

    /// The result [samples][grid…][`outputChannels`] for [samples][grid…][`inputChannels`]; with symmetries the mean of what it says of all
    /// images of x, turned back, which has them as the truth does.
    public func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
        guard let symmetries = shape.closedForm?.symmetries, let averaging, averaging.pointer[0] > 0 else {
            return plain(x)
        }
        let images = symmetries.map { $0.inverse.turned(plain($0.turned(x))) }
        return images.dropFirst().reduce(images[0]) { $0 + $1 } * (1 / Scalar(images.count))
    }

    private func plain(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
        let (count, pairs, outputs) = (x.shape[0], weights.shape[0], weights.shape[1])
        let kernel = kernel(x)
        let result = Tensor<Scalar>(shape: Array(x.shape.dropLast()) + [shape.outputs], on: backend) { values in
            let values = values.baseAddress!
            for sample in 0..<count { (values + sample * outputs).update(from: center.pointer, count: outputs) }
            Scalar.gemm(
                .plain, .plain, rows: count, columns: outputs, inner: pairs, alpha: 1, a: kernel.pointer,
                aStride: pairs,
                b: weights.pointer, bStride: outputs, beta: 1, c: values, cStride: outputs)
        }
        return mean.map { $0(x) + result } ?? result
    }

    /// z(u) in length scales, [samples][features].
    package func features(of x: Tensor<Scalar>) -> Tensor<Scalar> {
        let (count, width, inputs) = (x.shape[0], basis.shape[0], basis.shape[1])
        precondition(
            x.count == count * inputs,
            "x: expected [samples] + \(shape.closedFormSizes.grid) + [\(shape.inputs)], got \(x.shape)")
        return Tensor(shape: [count, width], on: backend) { values in
            let values = values.baseAddress!
            for sample in 0..<count {
                for feature in 0..<width { values[sample * width + feature] = offset.pointer[feature] }
            }
            Scalar.gemm(
                .plain, .transposed, rows: count, columns: width, inner: inputs, alpha: 1, a: x.pointer,
                aStride: inputs,
                b: basis.pointer, bStride: inputs, beta: -1, c: values, cStride: width)
        }
    }

    /// k between inputs and the pairs, [samples][pairs].
    private func kernel(_ x: Tensor<Scalar>) -> Tensor<Scalar> { kernel(between: features(of: x), features) }

    /// k between features, [rows][columns].
    package func kernel(between a: Tensor<Scalar>, _ b: Tensor<Scalar>) -> Tensor<Scalar> {
        let radius = architecture.radius
        return Tensor(shape: [a.shape[0], b.shape[0]], on: backend) { values in
            radius.values(
                a.pointer, rows: a.shape[0], b.pointer, columns: b.shape[0], features: a.shape[1],
                into: values.baseAddress!)
        }
    }

    /// L⁻¹k(Z, z) of features, one column each: [pairs][samples].
    package func whitened(_ z: Tensor<Scalar>) -> Tensor<Scalar> {
        let (pairs, count) = (features.shape[0], z.shape[0])
        let kernel = kernel(between: features, z)
        Scalar.trsm(
            .lower, .plain, unitDiagonal: false, order: pairs, columns: count, t: factor.pointer, tStride: pairs,
            b: kernel.pointer, bStride: count)
        return kernel
    }

    /// s(u), the part of the prior's variance that is left, noise included.
    package func remainders(_ x: Tensor<Scalar>) -> [Double] {
        let count = x.shape[0]
        let whitened = whitened(features(of: x))
        return (0..<count).map { sample in
            let explained = stride(from: sample, to: whitened.count, by: count).reduce(0.0) {
                $0 + Double(whitened.pointer[$1]) * Double(whitened.pointer[$1])
            }
            return max(0, 1 - explained) + noise
        }
    }

    /// The noise on what is learned from, as a part of the prior's variance.
    package var noise: Double { Double(numbers.pointer[0]) }
    /// What standard deviations are multiplied by.
    package var calibration: Double { Double(numbers.pointer[1]) }

    /// The square root of c(y, y) times the calibration: the standard deviation of every value where s is 1, [grid…][channels].
    package var spread: [Double] {
        let diagonals = covariances.map { factor in
            (0..<factor.shape[0]).map { Double(factor.pointer[$0 * factor.shape[0] + $0]) }
        }
        var products = [1.0]
        for diagonal in diagonals { products = products.flatMap { product in diagonal.map { product * $0 } } }
        return products.map { calibration * max(0, $0).squareRoot() }
    }

    /// The standard deviation of every value of what it says, [samples][grid…][`outputChannels`], in the units of what it says.
    public func deviations(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
        let (remainders, spread) = (remainders(x), spread)
        return Tensor(shape: Array(x.shape.dropLast()) + [shape.outputs], on: backend) { values in
            for place in values.indices {
                values[place] = Scalar(remainders[place / spread.count].squareRoot() * spread[place % spread.count])
            }
        }
    }
}
