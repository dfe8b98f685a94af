import PDECore
import PDETensor

/// One exponential update of a periodic state u: û ← e^{Λ} û + φ₁(Λ) N̂, with a generator Λ that is given and a learned correction
///
///     a = F⁻¹[A(k) û]                         fields of the state: slopes, means, velocities of a vorticity, …
///     f = (σ(x G) ⊙ x V) W,  x = (u, a, rest)  forces at every point, gated
///     N̂ = C(k) F[f]                           channels mixed within each Fourier mode: a divergence, a projection, …
///
/// A and C are complex matrices for each of the lowest modes, others have no correction.
struct GeneratorStage<Scalar: Real>: Module {
    /// What a state is multiplied by, for each sample or for all.
    struct Propagator {
        /// e^{Λ} of the modes, [samples or 1][1][modes][state], and of waves beyond them, [samples or 1][state].
        let decay, decayBeyond: Tensor<Scalar>
        /// φ₁(Λ) and what else the correction is multiplied by, [samples or 1][1][modes][state].
        let weight: Tensor<Scalar>
    }

    /// A [modes…][2][state][fields] and C [modes…][2][fields][state].
    private var fields, correction: Tensor<Scalar>
    private var gate, value, forces: Linear<Scalar>
    private let activation: Activation
    private let modes: [Int]

    /// A stage for `state` channels among `inputs`; A and C begin as random mixtures of the identity and slopes along the axes, C small.
    init(
        _ name: String, state: Int, inputs: Int, width: Int, fields count: Int, modes: [Int],
        gate activation: Activation, _ initialization: Initialization
    ) {
        fields = Self.symbol(name + "fields", inputs: state, outputs: count, modes, size: 1, initialization)
        correction = Self.symbol(name + "correction", inputs: count, outputs: state, modes, size: 0.1, initialization)
        gate = Linear(name + "gate.", inputs: inputs + count, outputs: width, initialization)
        value = Linear(name + "value.", inputs: inputs + count, outputs: width, initialization)
        forces = Linear(name + "forces.", inputs: width, outputs: count, initialization)
        (self.activation, self.modes) = (activation, modes)
    }

    /// α + i Σ β κ, with κ the wavenumber along an axis over the largest that is kept, [modes…][2][in][out].
    private static func symbol(
        _ name: String, inputs: Int, outputs: Int, _ modes: [Int], size: Double, _ initialization: Initialization
    ) -> Tensor<Scalar> {
        let deviation = size / Double(inputs).squareRoot()
        let mixture: Tensor<Scalar> = initialization.normal(
            name, [1 + modes.count, inputs * outputs], deviation: deviation)
        let waves = TruncatedTransform.waves(modes)
        let values = mixture.values
        let block = inputs * outputs
        return Tensor(
            shape: FourierModes.extents(axes: modes.count, modes) + [2, inputs, outputs], on: initialization.backend
        ) { table in
            for (mode, wave) in waves.enumerated() {
                for place in 0..<block {
                    table[2 * mode * block + place] = values[place]
                    table[(2 * mode + 1) * block + place] = wave.indices.reduce(0) {
                        $0 + Scalar(wave[$1]) * values[(1 + $1) * block + place]
                    }
                }
            }
        }
    }

    /// The parameters of such a stage.
    static func parameterCount(state: Int, inputs: Int, width: Int, fields: Int, modes: Double) -> Double {
        let linear = Linear<Double>.parameterCount
        return 4 * modes * Double(state * fields) + 2 * linear(inputs + fields, width) + linear(width, fields)
    }

    mutating func visitParameters(_ path: String, _ visit: (String, inout Tensor<Scalar>) -> Void) {
        visit(path + "fields", &fields)
        gate.visitParameters(path + "gate.", visit)
        value.visitParameters(path + "value.", visit)
        forces.visitParameters(path + "forces.", visit)
        visit(path + "correction", &correction)
    }

    /// A and C are complex.
    var parameterForms: [String: ParameterForm] { ["fields": .complexMatrices, "correction": .complexMatrices] }

    /// The next state.
    ///
    /// - Parameters:
    ///   - u: [samples][grid…][state].
    ///   - others: the other inputs, [samples][grid…][channels] each.
    func callAsFunction(_ u: Tensor<Scalar>, _ others: [Tensor<Scalar>], _ by: Propagator) -> Tensor<Scalar> {
        let (grid, last) = (Array(u.shape[1..<u.rank - 1]), u.rank - 1)
        let coefficients = u.analyzed(modes: modes)
        let fields = coefficients.complexProduct(fields).synthesized(on: grid, modes: modes)
        let x = Tensor.concatenated([u, fields] + others, along: last)
        let force = forces(gate(x).activated(activation) * value(x))
        let correction = force.analyzed(modes: modes).complexProduct(correction)
        // All waves as those beyond the modes, and what the modes differ by.
        let (samples, channels) = (by.decayBeyond.shape[0], by.decayBeyond.shape[1])
        let beyond = by.decayBeyond.reshaped([samples] + grid.map { _ in 1 } + [channels])
        let difference = by.decay - by.decayBeyond.reshaped([samples, 1, 1, channels])
        let change = coefficients * difference + correction * by.weight
        return u * beyond + change.synthesized(on: grid, modes: modes)
    }
}

extension TruncatedTransform {
    /// For every mode, in the order of coefficients, its wavenumber along each axis over the number of modes there.
    static func waves(_ modes: [Int]) -> [[Double]] {
        let extents = FourierModes.extents(axes: modes.count, modes)
        let strides = extents.rowMajorStrides
        return (0..<extents.product).map { mode in
            modes.indices.map { axis in
                let place = mode / strides[axis] % extents[axis]
                return Double(place < modes[axis] ? place : place - extents[axis]) / Double(modes[axis])
            }
        }
    }
}
