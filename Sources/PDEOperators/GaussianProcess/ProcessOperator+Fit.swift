import Glibc
import PDECore
import PDETensor

extension ProcessOperator: ClosedFormOperator {
    /// See `ClosedFormOperator`.
    public var meanParameters: [(name: String, value: Tensor<Scalar>)] { mean?.parameters ?? [] }

    /// See `ClosedFormOperator`.
    public var symmetryCount: Int { max(1, shape.closedForm?.symmetries?.count ?? 1) }

    /// Reduces the inputs, learns the hyperparameters, factorises the covariance and solves for the weights.
    public func fit(
        _ pairs: inout FittedPairs<Scalar>, threads: Int, note: (String) -> Void, shouldStop: () -> Bool
    ) throws -> Double? {
        let team = ThreadTeam(threads: threads)
        subtractMean(from: &pairs)
        var outputs = double(pairs.outputs)
        pairs.outputs = Matrix(rows: pairs.count, columns: 0)
        var inputs = double(pairs.inputs)
        pairs = FittedPairs(inputs: Matrix(rows: 0, columns: 0), outputs: Matrix(rows: 0, columns: 0))
        let z = try reduce(&inputs)
        inputs = Matrix(rows: 0, columns: 0)
        noteRepeated(z, note)
        store(removeMean(&outputs), in: center)
        if shouldStop() { return nil }
        let products = outputs.product(with: outputs, .transposed)
        var (scales, noise) = (
            [Double](repeating: architecture.radius.lengthScale, count: z.columns), ProcessEvidence.leastNoise
        )
        if (0..<z.rows).contains(where: { products[$0, $0] > 0 }) {
            guard
                let learned = ProcessEvidence.learn(
                    z, products: products, outputs: outputs.columns, architecture.radius, team, shouldStop)
            else { return nil }
            (scales, noise) = learned
        } else {
            note("all pairs have the same output, which is what the process says")
        }
        setScales(scales, z)
        noise = try factorize(noise, note)
        if shouldStop() { return nil }
        solve(&outputs, team)
        store([noise, 1], in: numbers)
        averaging?.pointer[0] = 1
        // From (K + noise) W = Y: what is left of Y is noise W.
        let norm = weights.withUnsafeValues { Scalar.nrm2($0.count, $0.baseAddress!) }
        return noise * Double(norm) / Double(weights.count).squareRoot()
    }

    /// See `ClosedFormOperator`.
    public func weigh(_ shares: [ClosedFormShare], by error: () throws -> Double) rethrows -> [Double] {
        precondition(!shares.isEmpty, "shares: expected at least one")
        let whole = (weights.values, center.values)
        func take(_ share: ClosedFormShare) {
            for place in 0..<weights.count { weights.pointer[place] = Scalar(share.part) * whole.0[place] }
            for place in 0..<center.count { center.pointer[place] = Scalar(share.part) * whole.1[place] }
            averaging?.pointer[0] = share.isAveraged ? 1 : 0
        }
        let errors = try shares.map { share in
            take(share)
            return try error()
        }
        let best = errors.indices.min {
            (errors[$0].isFinite ? errors[$0] : .infinity) < (errors[$1].isFinite ? errors[$1] : .infinity)
        }!
        take(shares[best])
        return errors
    }

    /// The standard deviations are made as large as 95 % of errors within 1.96 of them ask for.
    public func calibrate(_ pairs: FittedPairs<Scalar>) {
        let (grid, outputs) = (shape.closedFormSizes.grid, shape.closedFormSizes.outputs)
        var ratios: [Double] = []
        for sample in 0..<pairs.count {
            let x = tensor(pairs.inputs, sample..<sample + 1, grid + [shape.inputs])
            let (said, deviations) = (self(x), deviations(x))
            for place in 0..<outputs where deviations.pointer[place] > 0 {
                let error = said.pointer[place] - pairs.outputs.storage[sample * outputs + place]
                ratios.append(Double(abs(error) / deviations.pointer[place]))
            }
        }
        guard !ratios.isEmpty else { return }
        ratios.sort()
        let quantile = ratios[min(ratios.count - 1, Int(0.95 * Double(ratios.count)))] / 1.96
        store([noise, calibration * max(quantile, 1e-3)], in: numbers)
    }

    /// Takes from the outputs what the mean network says.
    private func subtractMean(from pairs: inout FittedPairs<Scalar>) {
        guard let mean else { return }
        let width = pairs.outputs.columns
        for first in stride(from: 0, to: pairs.count, by: 16) {
            let part = first..<min(pairs.count, first + 16)
            let said = mean(tensor(pairs.inputs, part, shape.closedFormSizes.grid + [shape.inputs]))
            for place in 0..<said.count { pairs.outputs.storage[first * width + place] -= said.pointer[place] }
        }
    }

    private func tensor(_ matrix: Matrix<Scalar>, _ rows: Range<Int>, _ shape: [Int]) -> Tensor<Scalar> {
        matrix.storage.withUnsafeBufferPointer {
            Tensor(
                copying: $0.baseAddress! + rows.lowerBound * matrix.columns, shape: [rows.count] + shape,
                on: weights.backend)
        }
    }

    /// Makes the basis, of which features have size one together, and says what the inputs' features are, less their mean.
    private func reduce(_ inputs: inout Matrix<Double>) throws -> Matrix<Double> {
        let mean = removeMean(&inputs)
        var basis = try architecture.inputs.basis(of: inputs, shape)
        var z = inputs.product(with: basis, .transposed)
        let size = (z.storage.reduce(0) { $0 + $1 * $1 } / Double(z.rows)).squareRoot()
        guard size.isFinite else { throw LinearAlgebraError.notFinite(operation: "reduction of the inputs") }
        let scale = size > 0 ? 1 / size : 1
        for place in basis.storage.indices { basis.storage[place] *= scale }
        for place in z.storage.indices { z.storage[place] *= scale }
        store(basis.storage, in: self.basis)
        store(basis * mean, in: offset)
        return z
    }

    private func noteRepeated(_ z: Matrix<Double>, _ note: (String) -> Void) {
        let repeated = z.rows - Set((0..<z.rows).map(z.row)).count
        guard repeated > 0 else { return }
        note(
            "\(repeated) of \(z.rows) inputs are the same as others in the \(z.columns) numbers that the process sees: "
                + "what their outputs differ by counts as noise")
    }

    /// Divides by the length scales: from here on features, basis and offset are in units of these.
    private func setScales(_ scales: [Double], _ z: Matrix<Double>) {
        store(scales, in: lengthScales)
        store(z.storage.enumerated().map { $1 / scales[$0 % z.columns] }, in: features)
        for (feature, scale) in scales.enumerated() {
            let width = basis.shape[1]
            for place in feature * width..<(feature + 1) * width { basis.pointer[place] /= Scalar(scale) }
            offset.pointer[feature] /= Scalar(scale)
        }
    }

    /// Factorises A, with more noise where it is singular to round-off.
    /// - Returns: the noise.
    private func factorize(_ learned: Double, _ note: (String) -> Void) throws(LinearAlgebraError) -> Double {
        var noise = learned
        let count = features.shape[0]
        // Where inputs tell nothing, noise is all that is learned, and more than one already.
        let most = max(1, 10 * learned)
        while noise < most {
            let kernel = kernel(between: features, features)
            for row in 0..<count { kernel.pointer[row * count + row] += Scalar(noise) }
            if Scalar.potrf(count, a: kernel.pointer, aStride: count) == 0 {
                for row in 0..<count {
                    for column in 0..<count {
                        factor.pointer[row * count + column] = column <= row ? kernel.pointer[row * count + column] : 0
                    }
                }
                if noise > learned {
                    note(
                        "the kernel of \(count) inputs is singular to round-off: its noise was raised from \(learned) to \(noise)"
                    )
                }
                return noise
            }
            noise *= 10
        }
        throw .notPositiveDefinite(row: 0, order: count)
    }

    /// W = A⁻¹Y, and c from L⁻¹Y, whose rows are independent with the covariance c.
    private func solve(_ outputs: inout Matrix<Double>, _ team: ThreadTeam) {
        let (pairs, width) = (outputs.rows, outputs.columns)
        let (weights, factor) = (weights.pointer, factor.pointer)
        for place in 0..<pairs * width { weights[place] = Scalar(outputs.storage[place]) }
        let block = 256
        team.forEach(0..<(width + block - 1) / block) { item, _ in
            let first = item * block
            Scalar.trsm(
                .lower, .plain, unitDiagonal: false, order: pairs, columns: min(block, width - first), t: factor,
                tStride: pairs, b: weights + first, bStride: width)
        }
        for place in 0..<pairs * width { outputs.storage[place] = Double(weights[place]) }
        estimateCovariances(outputs)
        team.forEach(0..<(width + block - 1) / block) { item, _ in
            let first = item * block
            Scalar.trsm(
                .lower, .transposed, unitDiagonal: false, order: pairs, columns: min(block, width - first), t: factor,
                tStride: pairs, b: weights + first, bStride: width)
        }
    }

    /// c as a product over axes and channels: each factor is what the whole covariance is when the other axes are summed over, and the
    /// variances add up to those of the whole.
    private func estimateCovariances(_ outputs: Matrix<Double>) {
        let total = outputs.storage.reduce(0) { $0 + $1 * $1 } / Double(outputs.rows)
        var (before, after) = (outputs.rows, outputs.columns)
        for (place, covariance) in covariances.enumerated() {
            let count = covariance.shape[0]
            after /= count
            var sum = Matrix<Double>(rows: count, columns: count)
            outputs.storage.withUnsafeBufferPointer { values in
                sum.storage.withUnsafeMutableBufferPointer { sum in
                    for part in 0..<before {
                        let values = values.baseAddress! + part * count * after
                        Double.gemm(
                            .plain, .transposed, rows: count, columns: count, inner: after, alpha: 1, a: values,
                            aStride: after, b: values, bStride: after, beta: 1, c: sum.baseAddress!, cStride: count)
                    }
                }
            }
            before *= count
            let trace = (0..<count).reduce(0) { $0 + sum[$1, $1] }
            let scale = trace > 0 ? (place == 0 ? total : 1) / trace : 0
            store(sum.storage.map { scale * $0 }, in: covariance)
        }
    }
}

/// Subtracts the mean row of a matrix.
/// - Returns: the mean row.
private func removeMean(_ matrix: inout Matrix<Double>) -> [Double] {
    let (rows, columns) = (matrix.rows, matrix.columns)
    var mean = [Double](repeating: 0, count: columns)
    for row in 0..<rows { for column in 0..<columns { mean[column] += matrix.storage[row * columns + column] } }
    for column in 0..<columns { mean[column] /= Double(rows) }
    for row in 0..<rows { for column in 0..<columns { matrix.storage[row * columns + column] -= mean[column] } }
    return mean
}

private func double<Scalar: Real>(_ matrix: Matrix<Scalar>) -> Matrix<Double> {
    matrix as? Matrix<Double>
        ?? Matrix(rows: matrix.rows, columns: matrix.columns, storage: matrix.storage.map { Double($0) })
}

private func store<Scalar: Real>(_ values: [Double], in tensor: Tensor<Scalar>) {
    precondition(values.count == tensor.count, "values: expected \(tensor.count), got \(values.count)")
    for (place, value) in values.enumerated() { tensor.pointer[place] = Scalar(value) }
}
