import PDEConfig
import PDECore
import PDEOperators
import PDETensor

/// How gradients move parameters: an optimiser, but for what all have in common (`OptimizerSettings`).
public protocol UpdateRule: Kind where Family == UpdateRules {
    /// How many numbers it keeps for each parameter, to ask for memory before it is taken.
    var numbersPerParameter: Double { get }

    /// What moves the parameters of a group, before the first step.
    func updater<Scalar: Real>(of group: ParameterGroup<Scalar>) -> any Updater<Scalar>
}

/// The update rules that an experiment can name as its optimiser.
public enum UpdateRules: KindFamily {
    /// A value of any of them.
    public typealias Member = any UpdateRule
    /// One line for each.
    public static let standard: [any Kind.Type] = [
        Adam.self,
        AdamW.self,
        SOAP.self,
        Muon.self,
        StepwiseBFGS.self,
    ]
    /// Adam is meant where no kind is named.
    public static var implied: (any Kind.Type)? { Adam.self }
}

/// A tensor with its name in a checkpoint.
public typealias NamedTensor<Scalar: Real> = (name: String, value: Tensor<Scalar>)

/// Parameters that are updated together, each a whole: the matrices of a layer keep their shape.
public struct ParameterGroup<Scalar: Real>: Sendable {
    /// What the parameters are of, such as `network`.
    public let name: String
    /// The parameters, which an updater changes in place.
    public let parameters: [NamedTensor<Scalar>]
    /// What the axes of each are.
    public let forms: [ParameterForm]

    /// A group.
    ///
    /// - Parameter forms: of parameters that are not what their shapes say, by name.
    public init(_ name: String, _ parameters: [NamedTensor<Scalar>], forms: [String: ParameterForm] = [:]) {
        (self.name, self.parameters) = (name, parameters)
        self.forms = parameters.map { forms[$0.name] ?? ParameterForm(of: $0.value.shape) }
    }

    /// All parameters of a module.
    public init(_ name: String, of module: some Module<Scalar>) {
        self.init(name, module.parameters, forms: module.parameterForms)
    }

    /// Which of the parameters are matrices of hidden layers: all but the first and the last one, which belong to the layers that
    /// the input enters and the output leaves.
    public var hiddenMatrices: [Int] {
        Array(forms.indices.filter { forms[$0] != .numbers }.dropFirst().dropLast())
    }

    /// The group of some of the parameters, by their places.
    func part(_ places: [Int]) -> ParameterGroup {
        ParameterGroup(
            name, places.map { parameters[$0] },
            forms: Dictionary(uniqueKeysWithValues: places.map { (parameters[$0].name, forms[$0]) }))
    }
}

/// What moves a group's parameters, and what it keeps from step to step.
public protocol Updater<Scalar>: AnyObject {
    associatedtype Scalar: Real

    /// All that an update changes beside the parameters, under names that no parameter has: what a checkpoint keeps of it.
    var state: [NamedTensor<Scalar>] { get }

    /// Moves the parameters in place.
    ///
    /// - Parameter gradients: those of the group's parameters in order, each of its parameter's shape.
    func update(_ gradients: [Tensor<Scalar>], _ step: UpdateStep)
}

/// What an update has to know of its step.
public struct UpdateStep {
    /// Its number, from 1.
    public let number: Int
    /// Its learning rate.
    public let learningRate: Double
    /// What the gradients have yet to be multiplied by, to clip them.
    public let gradientScale: Double
    /// Who shares the work. Bits must not depend on their number.
    public let team: ThreadTeam
}

/// Parts of tensors that do not depend on the number of threads: which tensor, and which of its values.
struct TensorPieces {
    let pieces: [(index: Int, range: Range<Int>)]

    init<Scalar: Real>(of tensors: [Tensor<Scalar>], length: Int = 1 << 16) {
        pieces = tensors.enumerated().flatMap { index, tensor in
            stride(from: 0, to: tensor.count, by: length).map { (index, $0..<min(tensor.count, $0 + length)) }
        }
    }

    func forEach(_ team: ThreadTeam, _ body: (_ index: Int, _ range: Range<Int>) -> Void) {
        team.forEach(0..<pieces.count) { item, _ in body(pieces[item].index, pieces[item].range) }
    }

    func sum(_ team: ThreadTeam, _ body: (_ index: Int, _ range: Range<Int>) -> Double) -> Double {
        team.sum(count: pieces.count, chunk: 1) { body(pieces[$0.lowerBound].index, pieces[$0.lowerBound].range) }
    }
}
