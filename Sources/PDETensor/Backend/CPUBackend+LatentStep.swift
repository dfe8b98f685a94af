import Glibc
import PDECore

extension CPUBackend {
    /// See `Backend`.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func latentStep<Scalar: Real>(
        _ form: LatentStepForm, _ x: LatentStepOperands<Scalar>, into y: Tensor<Scalar>
    ) {
        let pass = LatentStepPass(form, x, goesBack: false, workers: threads)
        forEach(pass.blocks, cost: pass.cost) { block, worker in
            pass.forward(block, worker: worker, into: y.pointer)
        }
    }

    /// See `Backend`.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func latentStepPullback<Scalar: Real>(
        _ form: LatentStepForm, _ g: Tensor<Scalar>, _ x: LatentStepOperands<Scalar>
    ) -> LatentStepOperands<Scalar> {
        let pass = LatentStepPass(form, x, goesBack: true, workers: threads)
        let (dx, size) = (x.fields.empty(x.fields.shape), pass.parameterCount)
        // The parameters' derivatives are summed over fixed groups of blocks, and those in order.
        let blocksInGroup = max(1, (pass.blocks + 15) / 16)
        let groups = (pass.blocks + blocksInGroup - 1) / blocksInGroup
        let partial = dx.empty([groups, size])
        forEach(groups, cost: 4 * blocksInGroup * pass.cost) { group, worker in
            let sums = partial.pointer + group * size
            memset(sums, 0, size * MemoryLayout<Scalar>.stride)
            for block in group * blocksInGroup..<min(pass.blocks, (group + 1) * blocksInGroup) {
                pass.pullBack(block, worker: worker, g.pointer, into: dx.pointer, adding: sums)
            }
        }
        let total = dx.empty([size])
        sum(partial, outer: 1, count: groups, inner: size, into: total)
        var place = 0
        let parts = x.tensors.dropFirst().map { tensor in
            defer { place += tensor.count }
            return Tensor(copying: total.pointer + place, shape: tensor.shape, on: self)
        }
        return LatentStepOperands([dx] + parts)
    }
}
