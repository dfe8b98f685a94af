import Glibc
import PDECore
import PDEGeometry
import PDESolvers

/// What is drawn for a sample of an elliptic problem: functions on the box, whatever the grid.
struct EllipticDraw {
    /// Half waves of the source across the height; 0 of a uniform one.
    let waves: Double
    /// The numbers that the permeability is drawn with.
    let medium: [Double]
    /// What holds on the sides.
    let sides: PoissonSides
    /// The solids on the solver's grid; nil without any.
    let geometry: Geometry?
    private let problem: EllipticProblem
    /// As many modes of random fields as the solver's grid has cells.
    private let modes: [Int]
    private let sourceStream, mediumStream: RandomStream

    /// A function of seed, index and attempt.
    /// - Throws: `GeometryError` when the solids find no place.
    init(_ problem: EllipticProblem, index: Int, attempt: Int, in recipe: Recipe) throws(GeometryError) {
        self.problem = problem
        func stream(_ purpose: RandomStream.Purpose) -> RandomStream {
            RandomStream(seed: recipe.seed, index: index, purpose: purpose, attempt: attempt)
        }
        (waves, medium) = problem.numbers(index: index, attempt: attempt, in: recipe)
        let grid = problem.grid(in: recipe)
        modes = grid.shape
        sourceStream = stream("source")
        mediumStream = stream("medium")
        geometry =
            problem.hasSolids
            ? try problem.obstacles.geometry(on: grid, seed: recipe.seed, index: index, attempt: attempt) : nil
        let dimensions = grid.dimensions
        switch problem.equation.sides {
        case .value: sides = .all(.value, dimensions: dimensions)
        case .flux: sides = .all(.flux, dimensions: dimensions)
        case .random:
            let closed = PoissonSides.all(.flux, dimensions: dimensions)
            let needsValue =
                !problem.hasSourceField && !(problem.equation.solid == .value && geometry?.bodies.isEmpty == false)
            var coin = stream("sides")
            func drawn() -> [PoissonSide] { (0..<dimensions).map { _ in coin.choice([.value, .flux]) } }
            func drawnSides() -> PoissonSides {
                let lower = drawn()
                return PoissonSides(lower: lower, upper: drawn())
            }
            // Without a value anywhere nothing would be left of a constant source: such sides are drawn again.
            var found = drawnSides()
            while needsValue, found == closed { found = drawnSides() }
            sides = found
        }
    }

    /// The system on a grid with the permeability that `permeability(on:_:)` gives.
    /// - Throws: `PoissonError` when nothing is fluid.
    func system<Scalar: Real>(
        on grid: Grid, permeability: [Double], of _: Scalar.Type
    ) throws(PoissonError) -> PoissonSystem<Scalar> {
        try PoissonSystem(
            grid, sides: sides, solid: mask(on: grid), solidSurface: problem.equation.solid,
            coefficient: permeability.map { Scalar($0) })
    }

    /// f on a grid, solids not left out.
    func source(on grid: Grid, _ watch: SampleWatch) throws(SampleStopped) -> [Double] {
        let values = problem.source.values(waves: waves, on: grid, modes: modes, from: sourceStream) {
            watch.isWanted(0)
        }
        try watch.check()
        return values
    }

    /// a on a grid; empty where it is 1.
    func permeability(on grid: Grid, _ watch: SampleWatch) throws(SampleStopped) -> [Double] {
        guard let permeability = problem.equation.permeability else { return [] }
        let values = permeability.values(medium, on: grid, modes: modes, from: mediumStream) { watch.isWanted(0) }
        try watch.check()
        return values
    }

    /// The solids' mask on a grid; empty without solids.
    func mask(on grid: Grid) -> [UInt8] {
        guard let geometry else { return [] }
        return geometry.grid == grid ? geometry.mask : Geometry(geometry.bodies, on: grid).mask
    }

    /// The axes of difficulty, by name.
    ///
    /// - Parameter permeability: a on the solver's grid.
    func difficulty(on grid: Grid, permeability: [Double]) -> [String: Double] {
        var numbers: [String: Double] = [:]
        if problem.hasSourceField { numbers["waves"] = waves }
        if problem.equation.sides == .random {
            numbers["flux_sides"] = Double((sides.lower + sides.upper).count { $0 == .flux })
        }
        if let geometry {
            let clearances = geometry.clearances
            numbers["obstacles"] = Double(geometry.bodies.count)
            numbers["blockage"] = clearances.blockage
            numbers["smallest_gap"] = clearances.smallestGap(countsEnds: true) ?? 1
        }
        if !permeability.isEmpty {
            numbers["contrast"] = permeability.max()! / permeability.min()!
            numbers["variation"] = Self.variation(of: permeability, on: grid)
        }
        return numbers
    }

    /// The mean of |∂ ln a/∂x| + |∂ ln a/∂y| (+ …) over the box, by differences across faces.
    private static func variation(of values: [Double], on grid: Grid) -> Double {
        let logarithms = values.map { log($0) }
        var sum = 0.0
        var stride = grid.count
        for axis in grid.axes {
            let block = stride
            stride /= axis.count
            for cell in 0..<grid.count where cell % block >= stride {
                sum += abs(logarithms[cell] - logarithms[cell - stride]) / axis.spacing
            }
        }
        return sum / Double(grid.count)
    }
}

extension EllipticProblem {
    /// Half waves of the source, and the numbers that the permeability is drawn with.
    fileprivate func numbers(index: Int, attempt: Int, in recipe: Recipe) -> (waves: Double, medium: [Double]) {
        var numbers = RandomStream(seed: recipe.seed, index: index, purpose: "parameters", attempt: attempt)
        let waves = source.draw(from: &numbers)
        return (waves, equation.permeability?.draw(from: &numbers) ?? [])
    }

    /// What is drawn for a sample.
    public func drawnValues(index: Int, attempt: Int, in recipe: Recipe) -> [DrawnValue] {
        let (waves, medium) = numbers(index: index, attempt: attempt, in: recipe)
        var values: [DrawnValue] = []
        if case .random(let distribution) = source {
            values.append(DrawnValue(path: "source.waves", distribution: distribution, value: waves))
        }
        for (drawn, value) in zip(equation.permeability?.drawn ?? [], medium) {
            values.append(
                DrawnValue(path: "equation.permeability.\(drawn.name)", distribution: drawn.distribution, value: value))
        }
        return values + obstacles.drawnValues(seed: recipe.seed, index: index, attempt: attempt)
    }
}
