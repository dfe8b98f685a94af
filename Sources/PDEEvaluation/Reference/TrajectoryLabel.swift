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
}
