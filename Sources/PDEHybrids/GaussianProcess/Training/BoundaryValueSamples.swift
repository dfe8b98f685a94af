import PDEData
import PDESolvers
import PDETraining

/// A split of a dataset of the equation `multiscale` as boundary value problems with known solutions.
package struct BoundaryValueSamples: Sendable {
    package let reader: DatasetReader
    private let equations: [BoundaryValueProblem.Equation]

    /// - Throws: `TrainingError.data` where the dataset holds no such problems, `DataError`.
    package init(path: String, split: Split) throws {
        reader = try DatasetReader(path: path, split: split)
        let fields = reader.description.fields.map(\.name)
        guard fields.contains("solution"), fields.contains("source"),
            let stated = reader.description.scalar("equation"),
            reader.description.isPeriodic.allSatisfy({ !$0 }), reader.description.resolution.count <= 2
        else {
            throw TrainingError.data(
                path: path,
                problem: "it has no problems on intervals or squares with fields 'solution' and 'source' and a "
                    + "number 'equation'", remedy: "Make it by a recipe of the equation multiscale.")
        }
        let names = EquationNames(stated)
        equations = try reader.scalar("equation").map { number in
            switch names.name(of: number) {
            case "poisson": .poisson
            case "allen-cahn": .allenCahn
            case "advection": .advection(speed: MultiscaleSolution.waveSpeed)
            default:
                throw TrainingError.data(
                    path: path, problem: "equation \(number) is none of \(stated.summary)",
                    remedy: "Make it by a recipe of the equation multiscale.")
            }
        }
    }

    var count: Int { equations.count }
    package var shape: [Int] { reader.description.resolution }
    var lengths: [Double] { reader.description.dimensions.map(\.extent) }

    /// A sample: its problem, and its solution at the points.
    package func sample(_ position: Int) throws -> (problem: GaussianProcessProblem, solution: [Double]) {
        let solution = try reader.values(of: ["solution"], sample: position).map { Double($0) }
        let source = try reader.values(of: ["source"], sample: position).map { Double($0) }
        let equation = equations[position]
        let n = shape[0]
        guard shape.count == 2 else {
            return (
                GaussianProcessProblem(
                    equation, length: lengths[0], source: source, start: .init(.value, [solution[0]]),
                    end: .init(.value, [solution[n - 1]])), solution
            )
        }
        let m = shape[1]
        let rows = [0, n - 1].map { Array(solution[$0 * m..<($0 + 1) * m]) }
        let columns = [0, m - 1].map { j in (0..<n).map { solution[$0 * m + j] } }
        var sides = rows + columns
        if case .advection = equation { sides = [rows[0], columns[0]] }
        return (
            GaussianProcessProblem(
                equation, lengths: lengths, shape: shape, source: source, sides: sides.map { .init(.value, $0) }),
            solution
        )
    }
}

/// The names of equations that a dataset's numbers stand for, as its summary tells them: "0 poisson, 1 allen-cahn, 2 advection".
package struct EquationNames {
    private let names: [Substring]

    package init(_ stated: ScalarDescription) {
        names = stated.summary.split(separator: ", ").compactMap { $0.split(separator: " ").last }
    }

    package func name(of number: Double) -> String? {
        Int(exactly: number).flatMap { names.indices.contains($0) ? String(names[$0]) : nil }
    }
}
