/// A case with a known answer, solved on finer and finer grids or with shorter and shorter steps.
public struct ConvergenceStudy: Sendable {
    /// A number that a run gives.
    public struct Measure: Sendable {
        /// What it is, in a few words.
        public let name: String
        /// The value that it should have; nil if the number is an error itself.
        public let target: Double?

        init(_ name: String, target: Double? = nil) {
            self.name = name
            self.target = target
        }
    }

    /// What it is called.
    public let name: String
    /// The case and where its answer comes from, in one line.
    public let summary: String
    /// What the sizes count, such as cells a side.
    public let unit: String
    /// The sizes that are solved unless others are asked for.
    public let sizes: [Int]
    /// What every size gives.
    public let measures: [Measure]
    /// Whether the largest size is the answer of the others, and has no errors itself.
    public let isRelativeToFinest: Bool
    /// Every size must be a multiple of this.
    public let multiple: Int
    private let body: @Sendable ([Int], (Int, [Double]) -> Void) -> Void

    /// A study whose sizes do not depend on each other.
    init(
        _ name: String, _ summary: String, unit: String, sizes: [Int], multiple: Int = 1, measures: [Measure],
        _ solve: @escaping @Sendable (Int) -> [Double]
    ) {
        self.name = name
        self.summary = summary
        self.unit = unit
        self.sizes = sizes
        self.measures = measures
        self.multiple = multiple
        isRelativeToFinest = false
        body = { sizes, show in for size in sizes { show(size, solve(size)) } }
    }

    /// A study whose largest size is the reference: `solve` gives a solution, `compare` its measures against the finest.
    init<Solution>(
        _ name: String, _ summary: String, unit: String, sizes: [Int], multiple: Int = 1, measures: [Measure],
        solve: @escaping @Sendable (Int) -> Solution,
        compare: @escaping @Sendable (_ solution: Solution, _ finest: Solution) -> [Double]
    ) {
        self.name = name
        self.summary = summary
        self.unit = unit
        self.sizes = sizes
        self.measures = measures
        self.multiple = multiple
        isRelativeToFinest = true
        body = { sizes, show in
            let solutions = sizes.map(solve)
            for (size, solution) in zip(sizes, solutions).dropLast() { show(size, compare(solution, solutions.last!)) }
        }
    }

    /// Solves the case at ascending sizes and shows each size's measures.
    public func run(sizes: [Int]? = nil, show: (_ size: Int, _ values: [Double]) -> Void) {
        body((sizes ?? self.sizes).sorted(), show)
    }

    /// What sizes must be, if these are not; nil if they can be solved.
    public func problem(with sizes: [Int]) -> String? {
        let (least, most) = (max(multiple, self.sizes[0] / 4), 16 * self.sizes.last!)
        if sizes.contains(where: { !(least...most).contains($0) }) { return "numbers from \(least) to \(most)" }
        if sizes.contains(where: { $0 % multiple != 0 }) { return "multiples of \(multiple)" }
        let finest = sizes.max()!
        if isRelativeToFinest, multiple > 1, sizes.contains(where: { finest % $0 != 0 }) {
            return "numbers that divide the largest one"
        }
        return nil
    }

    /// The error of each measure: the value itself, or how far it is from its target, relative to that.
    public func errors(_ values: [Double]) -> [Double] {
        zip(measures, values).map { measure, value in measure.target.map { abs(value / $0 - 1) } ?? abs(value) }
    }

    /// All studies.
    public static let all: [ConvergenceStudy] = semilinear + flows + poisson + landau
}
