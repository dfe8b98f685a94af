import PDECore
import PDEData
import PDEPlot

/// The picture of an elliptic dataset: for each sample what the solution comes from, and the solution.
struct EllipticFigure {
    private let samples: [ShownSample]
    private let dataset: ShownDataset
    private let problem: EllipticProblem
    /// Pixels down of each picture.
    private static let height = 300

    init(_ samples: [ShownSample], _ dataset: ShownDataset, _ problem: EllipticProblem) {
        self.samples = samples
        self.dataset = dataset
        self.problem = problem
    }

    private var recipe: Recipe { dataset.recipe }

    func figure() throws -> Figure {
        let given = problem.equation.permeability != nil ? "permeability" : problem.hasSourceField ? "source" : nil
        let panels = try samples.flatMap { sample in
            let mask = problem.hasSolids ? try sample.values(of: "mask", in: dataset) : []
            let names = [given, problem.equation.solutionName].compactMap(\.self)
            return try names.map { name in
                let values = try sample.values(of: name, in: dataset)
                return panel(
                    values, mask, name == names[0] ? "sample \(sample.address), \(name)" : name,
                    // Media jump from cell to cell: what lies between two values is none of them.
                    sampling: name == "permeability" ? .nearest : .smooth)
            }
        }
        let width = min(2 * Self.height, Int((Double(Self.height) * recipe.length).rounded()))
        let stored = recipe.stride > 1 ? ", \(recipe.frames.resolution) stored across the height" : ""
        let plane = problem.equation.dimensions == 3 ? ", the middle of z" : ""
        return Figure(
            title: recipe.title, panels: panels, columns: given == nil ? 2 : 4, panelWidth: max(100, width),
            panelHeight: max(60, Int(Double(width) / recipe.length)),
            caption: "\(problem.profile.formula)\(plane)\(problem.hasSolids ? ", solids in grey" : "") · "
                + "\(formatCount(dataset.manifest.sampleCount, "sample")) · \(problem.gridText(in: recipe))\(stored) · seed \(recipe.seed)"
        )
    }

    /// Files have x first; the picture has x to the right, y upward, and the middle of z.
    private func panel(_ values: [Float], _ mask: [Float], _ title: String, sampling: HeatMap.Sampling) -> Panel {
        let shape = dataset.manifest.description.resolution
        let (columns, rows) = (shape[0], shape[1])
        let depth = shape.count == 3 ? shape[2] : 1
        let plane = (0..<rows * columns).map { pixel -> Float in
            let cell = (pixel % columns * rows + pixel / columns) * depth + depth / 2
            return mask.isEmpty || mask[cell] == 0 ? values[cell] : .nan
        }
        let isPositive = plane.allSatisfy { $0.isNaN || $0 >= 0 }
        let map = (isPositive ? Colormap.sequential : .diverging).marking(missing: Color(hex: 0x7A818C))
        let limits = (isPositive ? ValueLimits.extent : .symmetric).resolved(for: plane)
        let heatMap = HeatMap(
            plane, rows: rows, columns: columns, colormap: map, limits: .fixed(limits.lowerBound, limits.upperBound),
            sampling: sampling)
        return Panel(title, heatMap: heatMap, colorBar: ColorBar(heatMap))
    }
}
