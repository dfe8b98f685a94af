import PDECore
import PDEOperators
import PDETensor

/// A function of coordinates: cosines and sines of random frequencies, two hidden layers of hyperbolic tangents, a linear one (M. Tancik et al.,
/// "Fourier features let networks learn high frequency functions in low dimensional domains", 2020).
package struct FourierFeatureNetwork<Scalar: Real>: Module {
    /// B, [axes][features], which stays as it is drawn.
    private let frequencies: Tensor<Scalar>
    private var first, second, last: Linear<Scalar>
    /// What the last layer's number is multiplied by.
    private let scale: Scalar

    /// - Parameters:
    ///   - deviations: those of the angular frequencies; as many features of each.
    ///   - features: frequencies, half of the features.
    ///   - scale: the size of the function.
    package init(
        axes: Int, deviations: [Double], features: Int = 64, width: Int = 64, scale: Double, seed: UInt64,
        on backend: any Backend
    ) {
        let initialization = Initialization(seed: seed, backend: backend)
        let unit: Tensor<Scalar> = initialization.normal("features", [axes, features], deviation: 1)
        let factors = (0..<features).map { Scalar(deviations[$0 * deviations.count / features]) }
        frequencies = unit * Tensor(factors, shape: [features], on: backend)
        first = Linear("first.", inputs: 2 * features, outputs: width, initialization)
        second = Linear("second.", inputs: width, outputs: width, initialization)
        last = Linear("last.", inputs: width, outputs: 1, initialization)
        self.scale = Scalar(scale)
    }

    package mutating func visitParameters(_ path: String, _ visit: (String, inout Tensor<Scalar>) -> Void) {
        first.visitParameters(path + "first.", visit)
        second.visitParameters(path + "second.", visit)
        last.visitParameters(path + "last.", visit)
    }

    /// [points][1] of [points][axes].
    package func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
        let phases = x.product(frequencies)
        let features = Tensor.concatenated([phases.cosine, phases.sine], along: 1)
        return last(second(first(features).activated(.tanh)).activated(.tanh)) * scale
    }

    /// The function and its derivatives along the axes, to first or second order: of second order the sum over the axes.
    package func derivatives(
        at x: Tensor<Scalar>
    ) -> (value: Tensor<Scalar>, first: [Tensor<Scalar>], laplacian: Tensor<Scalar>) {
        let variable = x.variable
        let value = self(variable)
        let axes = x.shape[1]
        var (slopes, laplacian): ([Tensor<Scalar>], Tensor<Scalar>?) = ([], nil)
        for axis in 0..<axes {
            let direction = Tensor<Scalar>(shape: x.shape, on: x.backend) { values in
                for place in values.indices { values[place] = place % axes == axis ? 1 : 0 }
            }
            let slope = value.tangent(along: [(variable, direction)], recording: true)
            let curvature = slope.tangent(along: [(variable, direction)], recording: true)
            slopes.append(slope)
            laplacian = laplacian.map { $0 + curvature } ?? curvature
        }
        return (value, slopes, laplacian!)
    }
}
