/// What is known about a trajectory before it is forecast: its number, its difficulty and its parameters.
public struct TrajectoryLabel: Codable, Equatable, Sendable {
    /// The sample's number in its dataset.
    public var index: Int
    /// The cell of difficulty that it is counted in, such as `Re 1000–2000, 3 obstacles`; tables have one row a cell.
    public var cell: String
    /// Its parameters by name, such as `viscosity`: what a forecast may be told.
    public var parameters: [String: Double]

    /// A label.
    public init(index: Int, cell: String = "all", parameters: [String: Double] = [:]) {
        self.index = index
        self.cell = cell
        self.parameters = parameters
    }

    /// The cells of labels in the order of the numbers in their names, `Re 100…200` before `Re 1000…2000`, text before numbers.
    package static func cells(of labels: some Sequence<TrajectoryLabel>) -> [String] {
        Set(labels.map(\.cell)).sorted { first, second in
            let (a, b) = (words(of: first), words(of: second))
            guard let (one, other) = zip(a, b).first(where: { $0 != $1 }) else { return first < second }
            return switch (Double(one), Double(other)) {
            case (let one?, let other?): one < other
            case (nil, nil): one < other
            case (let one, _): one == nil
            }
        }
    }

    private static func words(of cell: String) -> [Substring] { cell.split { " ,…–".contains($0) } }
}
