import PDECore
import PDETensor

/// Where the initial values of parameters come from: a seed, and the parameter's name.
///
/// A parameter's values depend on nothing else, so adding a part to a network leaves the others' as they are.
public struct Initialization: Sendable {
    /// The seed of the run.
    public let seed: UInt64
    /// What computes with the parameters.
    public let backend: any Backend

    /// Parameters for `backend` from `seed`.
    public init(seed: UInt64, backend: any Backend) {
        self.seed = seed
        self.backend = backend
    }

    /// Values uniform in ±`bound`.
    public func uniform<Scalar: Real>(_ name: String, _ shape: [Int], bound: Double) -> Tensor<Scalar> {
        var stream = stream(name)
        return Tensor(shape: shape, on: backend) { values in
            for index in values.indices { values[index] = Scalar(bound * (2 * stream.uniform() - 1)) }
        }
    }

    /// Normal values of the given standard deviation.
    public func normal<Scalar: Real>(_ name: String, _ shape: [Int], deviation: Double) -> Tensor<Scalar> {
        var stream = stream(name)
        return Tensor(shape: shape, on: backend) { values in
            for index in values.indices { values[index] = Scalar(deviation * stream.normal()) }
        }
    }

    /// One value everywhere.
    public func constant<Scalar: Real>(_ shape: [Int], _ value: Scalar) -> Tensor<Scalar> {
        Tensor(repeating: value, shape: shape, on: backend)
    }

    private func stream(_ name: String) -> RandomStream {
        RandomStream(seed: seed, index: 0, purpose: RandomStream.Purpose("parameter " + name))
    }
}
