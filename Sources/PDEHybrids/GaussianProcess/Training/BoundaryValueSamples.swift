import PDECore
import PDEData
import PDESolvers
import PDETraining

/// A split of a dataset of the equation `multiscale` as boundary value problems with known solutions.
struct BoundaryValueSamples {
    let reader: DatasetReader
    private let equations: [BoundaryValueProblem.Equation]

    /// - Throws: `TrainingError.data` where the dataset holds no such problems, `DataError`.
    init(path: String, split: Split) throws {
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
        // Its summary tells them: "0 poisson, 1 allen-cahn, 2 advection".
        let names = stated.summary.split(separator: ", ").compactMap { $0.split(separator: " ").last }
        equations = try reader.scalar("equation").map { number in
            switch names.indices.contains(Int(number)) ? names[Int(number)] : "" {
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
    var shape: [Int] { reader.description.resolution }
    var lengths: [Double] { reader.description.dimensions.map(\.extent) }

    /// A sample: its problem, and its solution at the points.
    func sample(_ position: Int) throws -> (problem: GaussianProcessProblem, solution: [Double]) {
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

    /// Second derivatives of a sample's solution along lines: with a source, which tells them through the equation.
    ///
    /// - Parameter most: how many lines of a square.
    func curvatures(_ position: Int, most: Int) throws -> [(values: [Double], length: Double)] {
        let (problem, solution) = try sample(position)
        var curvature = problem.source
        switch problem.equation {
        case .poisson: break
        case .allenCahn:
            for i in curvature.indices { curvature[i] -= AllenCahnReaction.reaction(solution[i]) }
        case .advection: return []
        }
        guard shape.count == 2 else { return [(curvature, lengths[0])] }
        let (n, m) = (shape[0], shape[1])
        return (0..<most).map { line in
            // In turn along both axes, away from the sides.
            let place = line / 2 + 1
            let (i, j) = (place * n / (most / 2 + 2), place * m / (most / 2 + 2))
            return line % 2 == 0
                ? ((0..<n).map { curvature[$0 * m + j] }, lengths[0])
                : (Array(curvature[i * m..<(i + 1) * m]), lengths[1])
        }
    }
}
