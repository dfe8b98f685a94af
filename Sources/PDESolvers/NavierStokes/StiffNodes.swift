import PDECore

/// A stage of a step in the nodes at bodies, whose damping is taken implicitly: what is found before the other nodes'
/// velocities are replaced, and put in place afterwards.
struct StiffNodes<Scalar: Real> {
    typealias Pointer = UnsafeMutablePointer<Scalar>

    let nodes: BodyNodes<Scalar>
    private let slopes, values: AlignedBuffer<Scalar>

    init(_ nodes: BodyNodes<Scalar>) {
        self.nodes = nodes
        slopes = AlignedBuffer(count: nodes.nodes.count)
        values = AlignedBuffer(count: nodes.nodes.count)
    }

    /// Finds the slopes, and the velocities before the pressure acts, from the old velocity w and the other component z.
    func prepare(_ stage: FlowStage<Scalar>, _ w: Pointer, _ z: Pointer, _ earlier: Pointer) {
        nodes.evaluate(w, z, into: slopes.pointer)
        nodes.nodes.withUnsafeBufferPointer { at in
            nodes.damping.withUnsafeBufferPointer { damping in
                for k in 0..<at.count {
                    let old = w[at[k]]
                    let explicit = stage.gamma * slopes.pointer[k] + stage.zeta * earlier[at[k]]
                    values.pointer[k] = old + explicit - stage.alpha * damping[k] * old
                }
            }
        }
    }

    /// Puts the new velocities and the slopes in place.
    func finish(_ stage: FlowStage<Scalar>, _ w: Pointer, _ slope: Pointer, _ p: Pointer, _ inverse: Scalar) {
        let step = nodes.across
        nodes.nodes.withUnsafeBufferPointer { at in
            nodes.damping.withUnsafeBufferPointer { damping in
                for k in 0..<at.count {
                    let i = at[k]
                    let pushed = values.pointer[k] - stage.share * inverse * (p[i] - p[i &- step])
                    w[i] = pushed / (1 + stage.beta * damping[k])
                    slope[i] = slopes.pointer[k]
                }
            }
        }
    }

    /// Writes the whole rates of change of the nodes, but for the pressure, into `slope`.
    func evaluate(_ w: Pointer, _ z: Pointer, into slope: Pointer) {
        nodes.evaluate(w, z, into: slopes.pointer)
        nodes.nodes.withUnsafeBufferPointer { at in
            nodes.damping.withUnsafeBufferPointer { damping in
                for k in 0..<at.count { slope[at[k]] = slopes.pointer[k] - damping[k] * w[at[k]] }
            }
        }
    }
}
