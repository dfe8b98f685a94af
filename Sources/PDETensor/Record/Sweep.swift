import PDECore

/// The part of a record that lies between a result and some variables.
struct Sweep<Scalar: Real> {
    /// Recorded operations on a way from a variable to the result, shallowest first.
    let nodes: [Node<Scalar>]
    private let onTheWay: Set<ObjectIdentifier>

    /// - Parameter cutting: whether to look no further behind a variable, which then must not depend on another.
    init(from result: Node<Scalar>?, to variables: [Node<Scalar>], cutting: Bool) {
        let ends = cutting ? Set(variables.map(\.id)) : []
        var reached: [Node<Scalar>] = []
        var seen: Set<ObjectIdentifier> = []
        var open = [result].compactMap { $0 }
        let shallowest = variables.map(\.depth).min() ?? 0
        while let node = open.popLast() {
            guard node.depth >= shallowest, seen.insert(ObjectIdentifier(node)).inserted else { continue }
            precondition(
                !node.hasEnded, "this part of the record was ended by an earlier gradient: keep the record then")
            reached.append(node)
            if !ends.contains(node.id) { open += node.operands.compactMap(\.node) }
        }
        reached.sort { $0.depth < $1.depth }
        var onTheWay = Set(variables.map { ObjectIdentifier($0) })
        for node in reached where node.operands.contains(where: { $0.node.map { onTheWay.contains($0.id) } ?? false }) {
            onTheWay.insert(node.id)
        }
        self.onTheWay = onTheWay
        nodes = reached.filter { onTheWay.contains($0.id) && $0.operation != nil && !ends.contains($0.id) }
    }

    func wanted(_ node: Node<Scalar>) -> [Bool] {
        node.operands.map { $0.node.map { onTheWay.contains($0.id) } ?? false }
    }
}

extension Node {
    var id: ObjectIdentifier { ObjectIdentifier(self) }
}

extension Tensor {
    /// The same values as a variable: what is computed from it is recorded and can be differentiated with respect to it.
    public var variable: Tensor { Tensor(storage, shape: shape, node: Node(variableOf: shape)) }

    /// The same values, cut off from the record: a constant to every derivative.
    public var detached: Tensor { Tensor(storage, shape: shape) }

    /// Whether it depends on a variable.
    public var isRecorded: Bool { node != nil }

    /// The derivatives of Σ `cotangent` × `self` with respect to variables, or to anything recorded on the way.
    ///
    /// - Parameters:
    ///   - variables: recorded tensors.
    ///   - cotangent: weights of this tensor's values, of its shape; ones if left out.
    ///   - recording: whether the result is to be differentiated again.
    ///   - endingRecord: lets go of the record's memory on the way, so that it serves no other sweep: what a training step
    ///     wants. Not with `recording`.
    /// - Returns: one tensor of each variable's shape; zeros where there is no dependence.
    public func gradient(
        withRespectTo variables: [Tensor], cotangent: Tensor? = nil, recording: Bool = false, endingRecord: Bool = false
    ) -> [Tensor] {
        gradient(
            withRespectTo: variables, cotangent: cotangent, recording: recording, endingRecord: endingRecord,
            cutting: false)
    }

    /// As the public one; with `cutting`, what lies behind the variables is not looked at.
    func gradient(
        withRespectTo variables: [Tensor], cotangent: Tensor?, recording: Bool, endingRecord: Bool = false,
        cutting: Bool
    ) -> [Tensor] {
        precondition(
            !(recording && endingRecord), "endingRecord: a gradient that is recorded keeps what it was made of")
        let targets = variables.map { variable -> Node<Scalar> in
            guard let node = variable.node else { preconditionFailure("variables: expected recorded tensors") }
            return node
        }
        if let cotangent {
            precondition(cotangent.shape == shape, "cotangent: expected shape \(shape), got \(cotangent.shape)")
        }
        guard let node else { return variables.map(\.zeros) }
        let sweep = Sweep(from: node, to: targets, cutting: cutting)
        let isTarget = Set(targets.map(\.id))
        var found: [ObjectIdentifier: Tensor] = [:]
        found[node.id] = cotangent ?? ones
        for node in sweep.nodes.reversed() {
            let kept = isTarget.contains(node.id)
            guard let cotangent = kept ? found[node.id] : found.removeValue(forKey: node.id) else { continue }
            let wanted = sweep.wanted(node)
            guard wanted.contains(true) else { continue }
            let call = Call(node: node, wanted: wanted, isRecorded: recording, backend: backend)
            let parts = node.operation!.pullback(recording ? cotangent : cotangent.detached, call)
            if endingRecord { node.end() }
            for (index, part) in parts.enumerated() where wanted[index] {
                guard let part else { continue }
                let operand = node.operands[index]
                assert(part.shape == operand.shape, "\(node.operation!): \(part.shape) for \(operand.shape)")
                let id = operand.node!.id
                if let sum = found.removeValue(forKey: id) {
                    found[id] = sum.adding(part, inPlaceIfUnique: !recording)
                } else {
                    found[id] = part
                }
            }
        }
        return zip(targets, variables).map { found[$0.id] ?? $1.zeros }
    }

    /// The derivative of this tensor along a direction in the space of variables: the Jacobian times a vector.
    ///
    /// - Parameters:
    ///   - directions: recorded tensors and their rates of change, of the same shape.
    ///   - recording: whether the result is to be differentiated again.
    /// - Returns: the rate of change of this tensor, of its shape; zeros where there is no dependence.
    public func tangent(along directions: [(variable: Tensor, direction: Tensor)], recording: Bool = false) -> Tensor {
        tangent(along: directions, recording: recording, cutting: false)
    }

    func tangent(along directions: [(variable: Tensor, direction: Tensor)], recording: Bool, cutting: Bool) -> Tensor {
        var found: [ObjectIdentifier: Tensor] = [:]
        var targets: [Node<Scalar>] = []
        for (variable, direction) in directions {
            guard let node = variable.node else { preconditionFailure("directions: expected recorded tensors") }
            precondition(
                direction.shape == variable.shape,
                "direction: expected shape \(variable.shape), got \(direction.shape)")
            found[node.id] = recording ? direction : direction.detached
            targets.append(node)
        }
        guard let node else { return zeros }
        for node in Sweep(from: node, to: targets, cutting: cutting).nodes where found[node.id] == nil {
            let tangents = node.operands.map { $0.node.flatMap { found[$0.id] } }
            guard tangents.contains(where: { $0 != nil }) else { continue }
            let call = Call(node: node, wanted: tangents.map { $0 != nil }, isRecorded: recording, backend: backend)
            found[node.id] = node.operation!.tangent(tangents, call)
        }
        return found[node.id] ?? zeros
    }
}
