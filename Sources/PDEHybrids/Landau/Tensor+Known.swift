import PDECore
import PDEOperators
import PDETensor

extension Tensor {
    /// A number whose value and derivative with respect to a model's parameters have been found already: exact in both, and in nothing
    /// beyond.
    ///
    /// - Parameters:
    ///   - value: the number.
    ///   - slopes: its derivative, parameter after parameter.
    ///   - model: with its parameters as variables.
    ///   - constant: the same with constant parameters.
    ///   - backend: what computes.
    static func known<Model: Module>(
        _ value: Double, slopes: [Scalar], of model: Model, at constant: Model, on backend: CPUBackend
    ) -> Tensor where Model.Scalar == Scalar {
        var place = 0
        let changes = zip(model.parameters, constant.parameters).map { variable, fixed in
            let own = Array(slopes[place..<place + fixed.value.count])
            place += own.count
            return ((variable.value - fixed.value) * Tensor(own, shape: fixed.value.shape, on: backend)).sum()
        }
        return changes.dropFirst().reduce(changes[0], +) + Scalar(value)
    }
}
