import Glibc
import PDEConfig
import PDECore

/// How a process over functions sees them: by a few numbers, linear in their values.
public protocol InputReduction: Kind where Family == InputReductions {
    /// How many numbers.
    func count(of shape: OperatorShape) -> Int

    /// Refuses what it cannot reduce; nothing if left out.
    func check(_ shape: OperatorShape) throws(GridMisfit)

    /// What the values are multiplied by, [count][grid… × channels].
    ///
    /// - Parameter inputs: the functions, less their mean, [functions][grid… × channels].
    /// - Throws: `LinearAlgebraError` for values that are not finite.
    func basis(of inputs: Matrix<Double>, _ shape: OperatorShape) throws(LinearAlgebraError) -> Matrix<Double>
}

extension InputReduction {
    /// Reduces all.
    public func check(_ shape: OperatorShape) throws(GridMisfit) {}
}

/// The reductions that an experiment can name.
public enum InputReductions: KindFamily {
    /// A value of any of them.
    public typealias Member = any InputReduction
    /// One line for each.
    public static let standard: [any Kind.Type] = [
        PrincipalComponents.self,
        FourierCoefficients.self,
    ]
}

/// The directions in which training inputs differ most (K. Pearson, 1901), for any grid; channels with parameters are among them.
public struct PrincipalComponents: InputReduction {
    /// Its name.
    public static let kind = "principal-components"
    /// Other names.
    public static let aliases = ["pca", "pod", "svd"]
    /// Other names of keys.
    public static let keyAliases = ["components": "count", "rank": "count", "modes": "count"]

    /// How many directions.
    public var count: Int

    /// A reduction.
    public init(count: Int = 24) { self.count = count }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        self.init()
        try decoder.container(keyedBy: CodingKeys.self).decode(.count, into: &count, in: 1...2000)
    }

    /// No more than there are pairs and values.
    public func count(of shape: OperatorShape) -> Int {
        min(count, shape.closedFormSizes.pairs, shape.closedFormSizes.inputs)
    }

    /// The eigenvectors of the smaller one of both products of the inputs with themselves.
    public func basis(of inputs: Matrix<Double>, _ shape: OperatorShape) throws(LinearAlgebraError) -> Matrix<Double> {
        let (count, values) = (count(of: shape), inputs.columns)
        let isWide = inputs.columns > inputs.rows
        let product = isWide ? inputs.product(with: inputs, .transposed) : inputs.product(.transposed, with: inputs)
        let decomposition = try SymmetricEigendecomposition(product)
        let order = product.rows
        // Eigenvalues ascend.
        let vectors = Matrix(rows: count, columns: order) { decomposition.vectors[order - 1 - $0, $1] }
        guard isWide else { return vectors }
        var basis = vectors * inputs
        for row in 0..<count {
            let value = decomposition.values[order - 1 - row]
            let scale = value > 0 ? 1 / value.squareRoot() : 0
            for column in 0..<values { basis.storage[row * values + column] *= scale }
        }
        return basis
    }
}

/// The lowest Fourier coefficients of each channel, for periodic boxes: cosines and sines of all wave numbers up to `modes` an axis.
public struct FourierCoefficients: InputReduction {
    /// Its name.
    public static let kind = "fourier-modes"
    /// Other names.
    public static let aliases = ["fourier", "fft", "spectral"]

    /// The largest wave number along each axis.
    public var modes: Int

    /// A reduction.
    public init(modes: Int = 8) { self.modes = modes }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        self.init()
        try decoder.container(keyedBy: CodingKeys.self).decode(.modes, into: &modes, in: 0...1000)
    }

    /// Half of all wave vectors, of which a real function has the other half too.
    private func waves(_ axes: Int) -> [[Int]] {
        var waves: [[Int]] = [[]]
        for _ in 0..<axes { waves = waves.flatMap { wave in (-modes...modes).map { wave + [$0] } } }
        return waves.filter { wave in (wave.first { $0 != 0 } ?? 1) > 0 }
    }

    /// One number for the mean, and two for every other wave.
    public func count(of shape: OperatorShape) -> Int { (2 * waves(shape.axes).count - 1) * shape.inputs }

    /// Refuses axes that are not periodic, and waves that the grid does not have.
    public func check(_ shape: OperatorShape) throws(GridMisfit) {
        guard shape.isPeriodic.allSatisfy({ $0 }) else {
            throw GridMisfit(
                key: "inputs.kind", problem: "\(Self.kind) needs periodic axes, and the data have others",
                remedy: "Use \(PrincipalComponents.kind).")
        }
        if let points = shape.closedForm?.grid.min(), 2 * modes >= points {
            throw GridMisfit(
                key: "inputs.modes",
                problem: "waves of number \(modes) need more than \(2 * modes) points, and there are \(points)",
                remedy: "Lower model.inputs.modes to \((points - 1) / 2) or less.")
        }
    }

    /// Waves of norm 1.
    public func basis(of inputs: Matrix<Double>, _ shape: OperatorShape) throws(LinearAlgebraError) -> Matrix<Double> {
        let (grid, channels) = (shape.closedFormSizes.grid, shape.inputs)
        let points = grid.reduce(1, *)
        var rows: [[Double]] = []
        for wave in waves(grid.count) {
            let isMean = wave.allSatisfy { $0 == 0 }
            let size = ((isMean ? 1 : 2) / Double(points)).squareRoot()
            let phases = (0..<points).map { point in
                var (rest, phase) = (point, 0.0)
                for (axis, count) in grid.enumerated().reversed() {
                    phase += Double(wave[axis] * (rest % count) % count) / Double(count)
                    rest /= count
                }
                return 2 * Double.pi * phase
            }
            for function in isMean ? [cos] : [cos, sin] as [(Double) -> Double] {
                for channel in 0..<channels {
                    var row = [Double](repeating: 0, count: points * channels)
                    for point in 0..<points { row[point * channels + channel] = size * function(phases[point]) }
                    rows.append(row)
                }
            }
        }
        return Matrix(rows: rows.count, columns: points * channels, storage: rows.flatMap { $0 })
    }
}

extension OperatorShape {
    /// The sizes of a network in closed form.
    var closedFormSizes: (grid: [Int], pairs: Int, inputs: Int, outputs: Int) {
        guard let closedForm else { preconditionFailure("closedForm: expected the sizes of the training") }
        let points = closedForm.grid.reduce(1, *)
        return (closedForm.grid, closedForm.pairs, points * inputs, points * outputs)
    }
}
