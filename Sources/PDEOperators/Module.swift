import PDECore
import PDETensor

/// Something with parameters that can be trained: a network or a part of one.
public protocol Module<Scalar>: Sendable {
    associatedtype Scalar: Real

    /// Shows every parameter to `visit`, under a name that is stable from version to version and in a fixed order.
    ///
    /// - Parameter path: what stands in front of the names, with a dot behind it, or nothing.
    mutating func visitParameters(_ path: String, _ visit: (_ name: String, _ parameter: inout Tensor<Scalar>) -> Void)

    /// Parameters that are not what their shapes say (`ParameterForm.init(of:)`), by their names among `parameters`; none if left out.
    ///
    /// A module that is made of others passes on what they say.
    var parameterForms: [String: ParameterForm] { get }
}

/// A network that maps fields on a grid to fields on the same grid.
public protocol FieldOperator<Scalar>: Module {
    /// Channels that go in and come out.
    var inputChannels: Int { get }
    var outputChannels: Int { get }

    /// The result [samples][grid…][`outputChannels`] for [samples][grid…][`inputChannels`].
    func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar>
}

extension Module {
    /// All are what their shapes say.
    public var parameterForms: [String: ParameterForm] { [:] }

    /// All parameters with their names, in the order of visiting.
    public var parameters: [(name: String, value: Tensor<Scalar>)] {
        var copy = self
        var found: [(name: String, value: Tensor<Scalar>)] = []
        copy.visitParameters("") { name, parameter in found.append((name, parameter)) }
        return found
    }

    /// The number of trainable numbers.
    public var parameterCount: Int { parameters.reduce(0) { $0 + $1.value.count } }

    /// The same module with every parameter replaced.
    public func mappingParameters(_ transform: (String, Tensor<Scalar>) -> Tensor<Scalar>) -> Self {
        var copy = self
        copy.visitParameters("") { name, parameter in
            let new = transform(name, parameter)
            precondition(new.shape == parameter.shape, "\(name): expected shape \(parameter.shape), got \(new.shape)")
            parameter = new
        }
        return copy
    }

    /// The same module with its parameters as variables, for derivatives with respect to them, and these in order.
    public var differentiable: (module: Self, variables: [Tensor<Scalar>]) {
        var variables: [Tensor<Scalar>] = []
        let module = mappingParameters { _, parameter in
            variables.append(parameter.variable)
            return variables.last!
        }
        return (module, variables)
    }
}
