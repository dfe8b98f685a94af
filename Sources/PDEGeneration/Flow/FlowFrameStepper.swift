import PDECore
import PDEData
import PDEGeometry
import PDESolvers

/// A flow's solver from stored frame to stored frame, past its sample's obstacles as the cells of any grid have them.
///
/// A frame has the velocity at the centres of cells. The solver's state has it in the faces between them, to which it is interpolated
/// and then made free of divergence; the pressure follows from it. A frame that the solver has written itself is gone on with from
/// the state behind it, so that a rollout is interpolated once.
final class FlowFrameStepper<Scalar: Real>: FrameStepping {
    /// A speed that no sound flow reaches: speeds are in units of the inlet's or the lid's.
    private static var runawaySpeed: Float { 100 }

    let grid: Grid
    private let recipe: Recipe
    private let problem: FlowProblem
    private let timeStep: Double
    /// Where the components of the velocity and the pressure stand in states.
    private let u, v: Int
    private let p: Int?
    private let interpolation: FaceInterpolation
    private var stepper: FlowStepper<Scalar>?
    private var state: FlowState<Scalar>?
    /// The frame that was written last.
    private var velocity, pressure: [Float]

    init?(
        _ problem: FlowProblem, in recipe: Recipe, on grid: Grid, timeStep: Double, channels: [String]
    ) {
        guard let u = channels.firstIndex(of: "velocity_x"), let v = channels.firstIndex(of: "velocity_y") else {
            return nil
        }
        (self.u, self.v, p) = (u, v, channels.firstIndex(of: "pressure"))
        (self.problem, self.recipe, self.grid, self.timeStep) = (problem, recipe, grid, timeStep)
        interpolation = FaceInterpolation(
            on: grid, ofMeans: grid.axes[1].count < recipe.resolution, isOpen: problem.equation.familyName == .channel)
        velocity = Array(repeating: 0, count: 2 * grid.count)
        pressure = Array(repeating: 0, count: grid.count)
    }

    var needsRecord: Bool { problem.obstacles.isVarying }

    func prepare(_ parameters: [String: Double], of record: SampleRecord?) {
        state = nil
        let drawn = record.flatMap { try? problem.draw(index: $0.index, attempt: $0.attempt, in: recipe) }
        let fixed: [Shape] = if case .bodies(let bodies) = problem.obstacles { bodies } else { [] }
        let geometry = Geometry((drawn?.geometry.bodies ?? fixed).map(cutToOutlet), on: grid)
        let regions = geometry.fluidRegions
        let reynolds = parameters["reynolds"] ?? drawn?.reynolds ?? problem.equation.reynolds.range.lowerBound
        // Wide cells may close every way past the obstacles.
        let isOpen = problem.equation.familyName == .channel ? regions.inletReachesOutlet : !regions.sizes.isEmpty
        stepper = isOpen ? FlowStepper(problem.equation.family, in: geometry, reynolds: reynolds) : nil
    }

    /// A body that ends in the last column of cells, as a box of whole ones: each cell's outlet is open or closed.
    private func cutToOutlet(_ body: Shape) -> Shape {
        let (box, spacing) = (body.boundingBox, grid.axes[0].spacing)
        guard problem.equation.familyName == .channel, box.upper.x > grid.axes[0].upper - spacing else { return body }
        func cells(_ lower: Double, _ upper: Double, _ count: Int) -> Range<Int> {
            let first = min(max(0, Int((lower / spacing).rounded())), count - 1)
            return first..<max(first + 1, min(count, Int((upper / spacing).rounded())))
        }
        let whole = CellBox(
            x: cells(box.lower.x, box.upper.x, grid.axes[0].count),
            y: cells(box.lower.y, box.upper.y, grid.axes[1].count))
        return .rectangle(whole.rectangle(on: grid))
    }

    func advance(_ field: inout Field<Scalar>) -> Bool {
        guard let stepper else { return false }
        var next = state.flatMap { isWritten(field) ? $0 : nil } ?? begun(field, stepper)
        state = nil
        let report = stepper.advance(&next, over: timeStep, control: problem.solver.control)
        guard report != nil else { return false }
        stepper.centreValues(of: next, velocity: &velocity, pressure: &pressure)
        guard velocity.allSatisfy({ abs($0) < Self.runawaySpeed }), pressure.allSatisfy(\.isFinite) else {
            return false
        }
        state = next
        for cell in 0..<grid.count {
            field[u, cell] = Scalar(velocity[2 * cell])
            field[v, cell] = Scalar(velocity[2 * cell + 1])
            if let p { field[p, cell] = Scalar(pressure[cell]) }
        }
        return true
    }

    /// Whether a frame is the one that was written last.
    private func isWritten(_ field: Field<Scalar>) -> Bool {
        (0..<grid.count).allSatisfy { cell in
            field[u, cell] == Scalar(velocity[2 * cell]) && field[v, cell] == Scalar(velocity[2 * cell + 1])
        }
    }

    private func begun(_ field: Field<Scalar>, _ stepper: FlowStepper<Scalar>) -> FlowState<Scalar> {
        let solid = stepper.geometry.mask
        return stepper.state { point in
            Point2(
                interpolation.value(at: point, across: 0, solid) { Double(field[u, $0]) },
                interpolation.value(at: point, across: 1, solid) { Double(field[v, $0]) })
        }
    }
}

/// From the centres of cells to the faces between them, along an axis: by four cells where all are fluid, else by two.
private struct FaceInterpolation {
    private let shape: [Int]
    private let spacing: [Double]
    /// Minus the weight of the outer two of four cells.
    private let outer: Double
    private let isOpen: Bool

    /// - Parameters:
    ///   - ofMeans: whether values are means over cells, of which the fourth-order interpolation is (−1, 7, 7, −1)/12; else they are
    ///     means of two faces, of which it is (−1, 5, 5, −1)/8: the face that has these as means with its neighbours.
    ///   - isOpen: whether the upper end of x is no wall.
    init(on grid: Grid, ofMeans: Bool, isOpen: Bool) {
        shape = grid.shape
        spacing = grid.axes.map(\.spacing)
        outer = ofMeans ? 1.0 / 12 : 1.0 / 8
        self.isOpen = isOpen
    }

    /// The value in the face across an axis at a point; on the sides of the box, where it is given, 0.
    func value(at point: Point2, across axis: Int, _ solid: [UInt8], _ values: (Int) -> Double) -> Double {
        let place = [point.x / spacing[0], point.y / spacing[1]]
        let face = Int(place[axis].rounded())
        let other = min(Int(place[1 - axis]), shape[1 - axis] - 1)
        func cell(_ index: Int) -> Int { axis == 0 ? index * shape[1] + other : other * shape[1] + index }
        if axis == 0, isOpen, face == shape[0] { return values(cell(face - 1)) }
        guard face > 0, face < shape[axis] else { return 0 }
        let inner = (values(cell(face - 1)) + values(cell(face))) / 2
        let reach = face - 2..<face + 2
        guard reach.lowerBound >= 0, reach.upperBound <= shape[axis], reach.allSatisfy({ solid[cell($0)] == 0 }) else {
            return inner
        }
        return (1 + 2 * outer) * inner - outer * (values(cell(face - 2)) + values(cell(face + 1)))
    }
}

extension FlowProblem {
    /// The solver on squares that fill the box.
    public func frameStepper<Scalar: Real>(
        in recipe: Recipe, resolution: Int, timeStep: Double, channels: [String]
    ) -> (any FrameStepping<Scalar>)? {
        let columns = recipe.length * Double(resolution)
        guard resolution >= 8, resolution % 2 == 0, columns >= 8, abs(columns - columns.rounded()) < 1e-9 * columns,
            Int(columns.rounded()) % 2 == 0
        else { return nil }
        return FlowFrameStepper<Scalar>(
            self, in: recipe, on: grid(in: recipe, resolution: resolution), timeStep: timeStep, channels: channels)
    }

    /// Refuses a Reynolds number that is not positive.
    public func checkCoefficients(_ parameters: [String: Double], of sample: Int) throws(GenerationError) {
        guard let value = parameters["reynolds"], !(value > 0 && value.isFinite) else { return }
        throw .coefficient(
            sample: sample, name: "reynolds", value: value, allowed: "positive numbers", equation: FlowEquation.kind)
    }
}
