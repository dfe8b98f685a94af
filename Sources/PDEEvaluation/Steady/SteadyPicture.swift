import PDEData
import PDEPlot

/// A contestant's solution to one sample beside the truth.
public struct SteadyExample: Sendable {
    /// The sample.
    public var label: TrajectoryLabel
    /// The relative error.
    public var error: Double
    /// What the solution comes from.
    public var inputs: [SteadyField]
    /// The truth and the contestant's solution, [channel][space…].
    public var truth, solution: [Float]
    /// Which points are solid, [space…]; nil where none are.
    public var solids: [Bool]?
    /// The standard deviations that the contestant says of its solution; nil where it says none.
    public var deviations: [Float]?

    /// An example.
    public init(
        label: TrajectoryLabel, error: Double, inputs: [SteadyField], truth: [Float], solution: [Float],
        solids: [Bool]? = nil, deviations: [Float]? = nil
    ) {
        (self.label, self.error, self.inputs) = (label, error, inputs)
        (self.truth, self.solution, self.solids, self.deviations) = (truth, solution, solids, deviations)
    }
}

/// `samples.png`: what the best, the median and the worst solution come from, the truth, the prediction and their difference.
public struct SteadyPicture: Sendable {
    private let examples: [(title: String, example: SteadyExample)]
    private let description: SteadyReference
    private let contestant: String

    /// A picture of samples with what they stand for, such as `worst`.
    public init(
        _ examples: [(title: String, example: SteadyExample)], of contestant: String, _ description: SteadyReference
    ) {
        precondition(!examples.isEmpty, "examples: expected at least one")
        (self.examples, self.contestant, self.description) = (examples, contestant, description)
    }

    /// Columns of the shown plane, or points of the line.
    private var columns: Int { description.shape[0] }
    /// Rows of the shown plane.
    private var rows: Int { description.shape.count == 1 ? 1 : description.shape[1] }

    /// The first channel, of a box the middle of its last axis, x to the right and y upward; solid points are no numbers.
    private func shown(_ values: [Float], _ example: SteadyExample) -> [Float] {
        let depth = description.shape.dropFirst(2).reduce(1, *)
        return (0..<rows * columns).map { pixel in
            let point = (pixel % columns * rows + pixel / columns) * depth + depth / 2
            return example.solids?[point] == true ? .nan : values[point]
        }
    }

    /// The picture.
    public func figure() -> Figure {
        let panels = examples.flatMap { title, example in
            description.shape.count == 1 ? lines(example, title) : fields(example, title)
        }
        let isLine = description.shape.count == 1
        let width = isLine ? 760 : 260
        return Figure(
            title: "\(contestant), \(description.channels[0])", panels: panels,
            columns: isLine && examples[0].example.deviations == nil ? 1 : panels.count / examples.count,
            panelWidth: width, panelHeight: isLine ? 260 : max(60, width * rows / columns))
    }

    private func fields(_ example: SteadyExample, _ title: String) -> [Panel] {
        let (truth, solution) = (shown(example.truth, example), shown(example.solution, example))
        let difference = zip(solution, truth).map { $0 - $1 }
        let limits = ValueLimits.extent.resolved(for: truth)
        let most = Double(difference.reduce(0) { $1.isFinite ? max($0, abs($1)) : $0 })
        func panel(_ title: String, _ values: [Float], _ limits: ValueLimits, isSigned: Bool = false) -> Panel {
            let map = HeatMap(
                values, rows: rows, columns: columns,
                colormap: (isSigned ? Colormap.diverging : .sequential).marking(missing: Color(hex: 0x7A818C)),
                limits: limits, sampling: .nearest)
            return Panel(title, heatMap: map, colorBar: ColorBar(map))
        }
        let same = ValueLimits.fixed(limits.lowerBound, limits.upperBound)
        return example.inputs.prefix(1).map { panel("\(title): \($0.name)", shown($0.values, example), .extent) } + [
            panel("truth, sample \(name(of: example))", truth, same),
            panel("prediction, error \(error(of: example))", solution, same),
            panel("difference", difference, .fixed(-max(most, 1e-30), max(most, 1e-30)), isSigned: true),
        ] + (example.deviations.map { [panel("standard deviation", shown($0, example), .extent)] } ?? [])
    }

    private func name(of example: SteadyExample) -> String { SampleAddress.name(of: example.label.index) }

    private func error(of example: SteadyExample) -> String { NumberText.aligned(example.error, digits: 2) }

    private func lines(_ example: SteadyExample, _ title: String) -> [Panel] {
        let mark = "\(title): sample \(name(of: example)), error \(error(of: example))"
        let part = window(example)
        let x = part.map { (Double($0) + 0.5) / Double(columns) }
        let series = [
            ("truth", example.truth, Color.ink, Dash.solid), ("prediction", example.solution, .series(0), .dashed),
        ].map { name, values, color, dash in
            LineChart.Series(name, x: x, y: part.map { Double(values[$0]) }, color: color, dash: dash)
        }
        func panel(_ title: String, _ y: String, _ series: [LineChart.Series]) -> Panel {
            Panel(LineChart(title: title, x: Axis("x, over the length"), y: Axis(y), series: series))
        }
        let curves = panel(mark, description.channels[0], series)
        guard let deviations = example.deviations else { return [curves] }
        let errors = part.map { Double(example.solution[$0] - example.truth[$0]) }
        let bounds = part.map { 1.96 * Double(deviations[$0]) }
        return [
            curves,
            panel(
                "error within its 95 % interval", "prediction − truth",
                [
                    LineChart.Series(
                        "error", x: x, y: errors, color: .series(0), band: (bounds.map { -$0 }, bounds))
                ]),
        ]
    }

    /// The points of a line that are shown: of many those around the largest error, where single waves can be told apart.
    private func window(_ example: SteadyExample) -> Range<Int> {
        let most = 400
        guard columns > most else { return 0..<columns }
        let place = (0..<columns).max {
            abs(example.solution[$0] - example.truth[$0]) < abs(example.solution[$1] - example.truth[$1])
        }!
        let first = min(max(0, place - most / 2), columns - most)
        return first..<first + most
    }

    /// The picture as a file's bytes.
    public func png() -> [UInt8] { figure().raster().png(title: contestant) }
}
