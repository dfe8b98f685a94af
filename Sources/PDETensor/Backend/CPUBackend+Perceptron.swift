import PDECore

extension CPUBackend {
    /// Points in one block: what lies between the layers of a block stays in the second-level cache.
    private func blockLength(_ widest: Int) -> Int { max(16, min(1024, (1 << 15) / max(1, widest))) }

    /// See `Backend`.
    public func perceptron<Scalar: Real>(
        _ form: PerceptronForm, _ x: Tensor<Scalar>, _ weights: PerceptronWeights<Scalar>, into y: Tensor<Scalar>
    ) {
        let inputs = weights.first.shape[0]
        let rows = x.count / inputs
        let pass = PerceptronPass(form, weights, block: blockLength(weights.widest), on: self, workers: threads)
        split(rows: rows, by: pass.block, cost: pass.cost) { first, count, worker in
            let outputs = y.shape.last!
            pass.forward(
                x.pointer + first * inputs, rows: count, worker: worker, into: y.pointer + first * outputs)
        }
    }

    /// See `Backend`.
    public func perceptronPullback<Scalar: Real>(
        _ form: PerceptronForm, _ g: Tensor<Scalar>, _ x: Tensor<Scalar>, _ weights: PerceptronWeights<Scalar>,
        wantsInput: Bool
    ) -> (x: Tensor<Scalar>?, weights: PerceptronWeights<Scalar>) {
        let inputs = weights.first.shape[0]
        let outputs = g.shape.last!
        let rows = x.count / inputs
        let dx = wantsInput ? x.empty(x.shape) : nil
        let pass = PerceptronPass(form, weights, block: blockLength(weights.widest), on: self, workers: threads)
        // The weights' derivatives are summed over fixed groups of blocks, and those in order.
        let blocks = (rows + pass.block - 1) / pass.block
        let blocksInGroup = max(1, (blocks + 31) / 32)
        let groups = (blocks + blocksInGroup - 1) / blocksInGroup
        let size = weights.tensors.reduce(0) { $0 + $1.count }
        let partial = x.empty([max(1, groups), size])
        if groups == 0 { partial.pointer.update(repeating: 0, count: size) }
        forEach(groups, cost: blocksInGroup * pass.block * pass.cost) { group, worker in
            let sums = partial.pointer + group * size
            sums.update(repeating: 0, count: size)
            for block in group * blocksInGroup..<min(blocks, (group + 1) * blocksInGroup) {
                let first = block * pass.block
                pass.backward(
                    x.pointer + first * inputs, g.pointer + first * outputs, rows: min(pass.block, rows - first),
                    worker: worker, dx: dx.map { $0.pointer + first * inputs }, sums: sums)
            }
        }
        let total = x.empty([size])
        sum(partial, outer: 1, count: max(1, groups), inner: size, into: total)
        var start = 0
        let parts = weights.tensors.map { tensor in
            defer { start += tensor.count }
            return Tensor(copying: total.pointer + start, shape: tensor.shape, on: self)
        }
        return (dx, PerceptronWeights(parts))
    }

    private func split(rows: Int, by block: Int, cost: Int, _ body: (Int, Int, Int) -> Void) {
        forEach((rows + block - 1) / block, cost: block * cost) { item, worker in
            body(item * block, min(block, rows - item * block), worker)
        }
    }
}

extension PerceptronWeights {
    var widest: Int { max(first.shape[0], first.shape[1], second?.shape[1] ?? 0) }
}

/// A perceptron over one block of rows, forward and back, with a workspace for every thread.
private struct PerceptronPass<Scalar: Real> {
    let form: PerceptronForm
    let weights: PerceptronWeights<Scalar>
    let block: Int
    let inputs, hidden, outputs: Int
    private let scratch: Tensor<Scalar>

    init(
        _ form: PerceptronForm, _ weights: PerceptronWeights<Scalar>, block: Int, on backend: CPUBackend, workers: Int
    ) {
        self.form = form
        self.weights = weights
        self.block = block
        inputs = weights.first.shape[0]
        hidden = weights.first.shape[1]
        outputs = weights.second?.shape[1] ?? hidden
        scratch = Tensor(uninitialized: [workers, block * (inputs + 3 * hidden)], on: backend)
    }

    /// Operations a row.
    var cost: Int { inputs * hidden + (weights.second == nil ? 0 : hidden * outputs) }

    /// Workspaces of a thread: σ₀(x), z = σ₀(x) W₁ + b₁, σ₁(z) and the derivative of it.
    private func rooms(_ worker: Int) -> (
        h: UnsafeMutablePointer<Scalar>, z: UnsafeMutablePointer<Scalar>, a: UnsafeMutablePointer<Scalar>,
        d: UnsafeMutablePointer<Scalar>
    ) {
        let first = scratch.pointer + worker * block * (inputs + 3 * hidden)
        let z = first + block * inputs
        return (first, z, z + block * hidden, z + 2 * block * hidden)
    }

    private func activatedInput(
        _ x: UnsafePointer<Scalar>, _ rows: Int, _ room: UnsafeMutablePointer<Scalar>
    ) -> UnsafePointer<Scalar> {
        if form.input == .identity { return x }
        Scalar.activate(form.input, x, into: room, count: rows * inputs)
        return UnsafePointer(room)
    }

    /// y ← x W + b.
    private func layer(
        _ x: UnsafePointer<Scalar>, _ w: Tensor<Scalar>, _ b: Tensor<Scalar>, _ rows: Int,
        _ y: UnsafeMutablePointer<Scalar>
    ) {
        let (inputs, outputs) = (w.shape[0], w.shape[1])
        Scalar.gemm(
            .plain, .plain, rows: rows, columns: outputs, inner: inputs, alpha: 1, a: x, aStride: inputs, b: w.pointer,
            bStride: outputs, beta: 0, c: y, cStride: outputs)
        Scalar.combine(.add, y, row: b.pointer, reversed: false, into: y, rows: rows, columns: outputs)
    }

    func forward(_ x: UnsafePointer<Scalar>, rows: Int, worker: Int, into y: UnsafeMutablePointer<Scalar>) {
        let room = rooms(worker)
        let h = activatedInput(x, rows, room.h)
        guard let second = weights.second, let secondBias = weights.secondBias else {
            return layer(h, weights.first, weights.firstBias, rows, y)
        }
        layer(h, weights.first, weights.firstBias, rows, room.z)
        Scalar.activate(form.hidden, room.z, into: room.z, count: rows * hidden)
        layer(room.z, second, secondBias, rows, y)
    }

    /// Adds the weights' derivatives to `sums`, one tensor after the other, and writes that of x.
    func backward(
        _ x: UnsafePointer<Scalar>, _ g: UnsafePointer<Scalar>, rows: Int, worker: Int,
        dx: UnsafeMutablePointer<Scalar>?, sums: UnsafeMutablePointer<Scalar>
    ) {
        let room = rooms(worker)
        let h = activatedInput(x, rows, room.h)
        var upper = g
        if let second = weights.second {
            layer(h, weights.first, weights.firstBias, rows, room.z)
            Scalar.activate(form.hidden, room.z, into: room.a, count: rows * hidden)
            let secondSums = sums + (inputs + 1) * hidden
            addOuter(room.a, hidden, g, outputs, rows, secondSums)
            Scalar.addColumnSums(g, rows: rows, columns: outputs, into: secondSums + hidden * outputs)
            Scalar.gemm(
                .plain, .transposed, rows: rows, columns: hidden, inner: outputs, alpha: 1, a: g, aStride: outputs,
                b: second.pointer, bStride: outputs, beta: 0, c: room.d, cStride: hidden)
            Scalar.activationBackward(form.hidden, room.z, gradient: room.d, into: room.d, count: rows * hidden)
            upper = UnsafePointer(room.d)
        }
        addOuter(h, inputs, upper, hidden, rows, sums)
        Scalar.addColumnSums(upper, rows: rows, columns: hidden, into: sums + inputs * hidden)
        guard let dx else { return }
        Scalar.gemm(
            .plain, .transposed, rows: rows, columns: inputs, inner: hidden, alpha: 1, a: upper, aStride: hidden,
            b: weights.first.pointer, bStride: hidden, beta: 0, c: dx, cStride: inputs)
        if form.input != .identity {
            Scalar.activationBackward(form.input, x, gradient: dx, into: dx, count: rows * inputs)
        }
    }

    /// sum ← sum + aᵀ b.
    private func addOuter(
        _ a: UnsafePointer<Scalar>, _ m: Int, _ b: UnsafePointer<Scalar>, _ n: Int, _ rows: Int,
        _ sum: UnsafeMutablePointer<Scalar>
    ) {
        Scalar.gemm(
            .transposed, .plain, rows: m, columns: n, inner: rows, alpha: 1, a: a, aStride: m, b: b, bStride: n,
            beta: 1, c: sum, cStride: n)
    }
}
