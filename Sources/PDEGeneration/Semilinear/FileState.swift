import PDEConfig
import PDECore
import PDEData
import PDESolvers

/// A state from a file: an array of its values on a grid of the box, in NumPy's format or in an HDF5 file. No random numbers.
///
/// In a recipe: `{"kind": "file", "path": "start.npy"}` or `{"kind": "file", "path": "start.h5", "dataset": "omega"}`. The array has one
/// value for each point, x first, and where an equation has several components an axis of them before. With one more axis before all
/// of these it holds many states, one for each sample: those of test, of valid and of train in turn. On other grids than its own it
/// is the function of its Fourier series.
public struct FileState: InitialState {
    /// Its name.
    public static let kind = "file"
    /// What else it is called.
    public static let aliases = ["array", "npy", "hdf5"]
    /// Other names of keys.
    public static let keyAliases = ["file": "path", "name": "dataset"]

    /// The file.
    public let path: String
    /// The array of an HDF5 file; nil where it holds one.
    public let dataset: String?
    /// The checksum of the values, as it stands in the recipes of datasets: a file that has changed since is refused.
    public let checksum: String
    /// What the file holds.
    private let array: StateArray
    /// Which of its states this is.
    private var place = 0

    private enum CodingKeys: String, CodingKey { case path, dataset, checksum }

    /// Reads a file.
    /// - Throws: `DataError` when it cannot be read, `ConfigurationError` when it holds no state.
    public init(path: String, dataset: String? = nil) throws {
        (self.path, self.dataset) = (path, dataset)
        array = try StateArray(path, dataset)
        checksum = array.checksum
    }

    /// Decodes strictly: unknown keys, wrong types, files that cannot be read and such as have changed are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let path = try container.decode(String.self, forKey: .path)
        let expected = try container.decodeIfPresent(String.self, forKey: .checksum)
        do {
            try self.init(path: path, dataset: container.decodeIfPresent(String.self, forKey: .dataset))
        } catch let error as DataError {
            throw ConfigurationError.invalid(
                path: "path", found: "\"\(path)\"", allowed: "a file with an array of numbers",
                advice: "\(error)".split(separator: "\n").joined(separator: "\n  "))
        }
        guard expected == nil || expected == checksum else {
            throw ConfigurationError.invalid(
                path: "checksum", found: "\"\(expected!)\"", allowed: "\"\(checksum)\", that of the values in \(path)",
                advice: "the file has changed since the dataset was begun: bring it back, or make another dataset")
        }
    }

    /// Encodes with every default filled in.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(path, forKey: .path)
        try container.encodeIfPresent(dataset, forKey: .dataset)
        try container.encode(checksum, forKey: .checksum)
    }

    /// Whether both hold the same values under the same name.
    public static func == (left: FileState, right: FileState) -> Bool {
        left.path == right.path && left.dataset == right.dataset && left.checksum == right.checksum
    }

    /// See `InitialState`.
    public var isRandom: Bool { false }

    /// As many axes as the array has, or one or two less, which are those of states and components.
    public var dimensions: ClosedRange<Int> { max(1, array.shape.count - 2)...min(3, array.shape.count) }

    /// See `InitialState`.
    public func summary(_ number: (Double) -> String) -> String {
        let shape = array.shape.map { "\($0)" }.joined(separator: " × ")
        return "the \(shape) values of \(path)\(dataset.map { ":\($0)" } ?? "") (checksum \(checksum))"
    }

    /// See `InitialState`.
    public func objection(dimensions: Int, components: Int) -> String? {
        let shape = array.shape
        let before = shape.dropLast(dimensions)
        let isOne = components == 1 ? before.isEmpty : before == [components]
        let isMany = components == 1 ? before.count == 1 : before.count == 2 && before[1] == components
        if isOne || isMany {
            let isSound = shape.suffix(dimensions).allSatisfy { $0 >= 4 && $0 % 2 == 0 }
            return isSound
                ? nil
                : "its array has shape \(shape), and an even number of points, 4 or more, along every axis is needed"
        }
        let axes = ["x", "y", "z"].prefix(dimensions).joined(separator: ", ")
        return "its array has shape \(shape), and the equation asks for "
            + (components == 1 ? "(\(axes))" : "(\(formatCount(components, "component")), \(axes))")
            + ", with an axis of states before where each sample has its own"
    }

    /// As many as the array's first axis says, where it has one for them.
    public func stateCount(dimensions: Int, components: Int) -> Int? {
        let isMany = array.shape.count == dimensions + (components == 1 ? 1 : 2)
        return isMany && array.shape[0] > 1 ? array.shape[0] : nil
    }

    /// See `InitialState`.
    public func ofSample(at place: Int) -> any InitialState {
        var state = self
        state.place = place
        return state
    }

    /// See `InitialState`.
    public func jump(lengths: [Double]) -> Double? { array.range(of: lengths.count) }

    /// The waves along an axis beyond which less than a millionth of the variance lies.
    public func waves(along axis: Int, lengths: [Double]) -> WaveDemand? {
        WaveDemand(Double(array.waves(along: axis, of: lengths.count)), of: "path")
    }

    /// A component of the array, on the array's grid or by its Fourier series.
    public func field(on grid: Grid, component: Int, from stream: RandomStream) -> Field<Double> {
        array.field(on: grid, plane: component)
    }

    /// All components of its state, on the array's grid or by their Fourier series.
    public func field(
        on grid: Grid, components: Int, streams: (Int) -> RandomStream, while goesOn: () -> Bool
    ) -> Field<Double> {
        var result = Field<Double>(on: grid, components: components)
        let first = stateCount(dimensions: grid.dimensions, components: components) == nil ? 0 : place * components
        for component in 0..<components where goesOn() {
            let part = array.field(on: grid, plane: first + component)
            for point in 0..<grid.count { result[component, point] = part[0, point] }
        }
        return result
    }
}

/// The values of a file, and their Fourier series.
private struct StateArray: Sendable {
    let shape: [Int]
    let values: [Double]
    let checksum: String

    init(_ path: String, _ dataset: String?) throws {
        let stored: any StoredArray
        if let dataset {
            stored = try ForeignData.array(dataset, in: path)
        } else {
            guard case .arrays(let arrays) = try ForeignData.open(path), arrays.count == 1 else {
                throw ConfigurationError.invalid(
                    path: "dataset", allowed: "the name of an array of \(path), which does not hold one alone")
            }
            stored = arrays[0]
        }
        shape = stored.shape
        guard (1...5).contains(shape.count), shape.allSatisfy({ $0 > 0 }), shape[shape.count - 1] >= 4,
            shape[shape.count - 1] % 2 == 0, shape.reduce(1, *) <= 1 << 28
        else {
            throw ConfigurationError.invalid(
                path: "path", found: "an array of shape \(stored.shape)",
                allowed:
                    "values on a periodic grid, with an even number of points along every axis, and at most 2²⁸"
            )
        }
        values = try stored.orderedNumbers()
        if let place = values.firstIndex(where: { !(abs($0) <= 1e12) }) {
            throw ConfigurationError.invalid(
                path: "path", found: "\(values[place]) at place \(place) of the array",
                allowed: "numbers of at most 1e12")
        }
        let digits = String(fingerprint(of: values.flatMap(\.floatPatterns)), radix: 16)
        checksum = String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// The grid's part of the shape.
    private func points(_ dimensions: Int) -> [Int] { Array(shape.suffix(dimensions)) }
    /// How many fields there are: components of states.
    private func planes(_ dimensions: Int) -> Int { shape.dropLast(dimensions).reduce(1, *) }

    /// The largest difference of two values of a plane.
    func range(of dimensions: Int) -> Double {
        let count = points(dimensions).reduce(1, *)
        return (0..<planes(dimensions)).map { plane in
            let own = values[plane * count..<(plane + 1) * count]
            return own.max()! - own.min()!
        }.max()!
    }

    /// Calls `body` with the wavevector of every mode of a component, its place and its coefficient's square, conjugates counted.
    private func forEachMode(
        _ shape: [Int], keptModes: Int, _ body: (_ mode: Int, _ wave: [Int]) -> Void
    ) {
        for mode in 0..<shape.dropLast().reduce(keptModes, *) {
            var rest = mode / keptModes
            var wave = [mode % keptModes]
            for count in shape.dropLast().reversed() {
                let index = rest % count
                wave.insert(index <= count / 2 ? index : index - count, at: 0)
                rest /= count
            }
            body(mode, wave)
        }
    }

    private func coefficients(_ plane: Int, _ dimensions: Int) -> (
        RealFourierTransform<Double>, AlignedBuffer<Double>
    ) {
        let shape = points(dimensions)
        let transform = RealFourierTransform<Double>(shape: shape)
        let (from, to) = (
            AlignedBuffer<Double>(count: transform.pointCount), AlignedBuffer<Double>(count: 2 * transform.modeCount)
        )
        for point in 0..<transform.pointCount { from.pointer[point] = values[plane * transform.pointCount + point] }
        transform.forward(from.pointer, into: to.pointer)
        return (transform, to)
    }

    /// The waves along an axis beyond which less than a millionth of the variance lies.
    func waves(along axis: Int, of dimensions: Int) -> Int {
        let shape = points(dimensions)
        var spectrum = [Double](repeating: 0, count: shape[axis] / 2 + 1)
        for plane in 0..<planes(dimensions) {
            let (transform, modes) = coefficients(plane, dimensions)
            forEachMode(shape, keptModes: transform.keptModes) { mode, wave in
                guard wave.contains(where: { $0 != 0 }) else { return }
                let (re, im) = (modes.pointer[2 * mode], modes.pointer[2 * mode + 1])
                spectrum[abs(wave[axis])] += (wave.last == 0 ? 1 : 2) * (re * re + im * im)
            }
        }
        let total = spectrum.reduce(0, +)
        var (beyond, waves) = (0.0, shape[axis] / 2)
        while waves > 0, beyond + spectrum[waves] <= 1e-6 * total {
            beyond += spectrum[waves]
            waves -= 1
        }
        return waves
    }

    func field(on grid: Grid, plane: Int) -> Field<Double> {
        let own = points(grid.dimensions)
        var field = Field<Double>(on: grid)
        guard own != grid.shape else {
            for point in 0..<grid.count { field[0, point] = values[plane * grid.count + point] }
            return field
        }
        let (transform, modes) = coefficients(plane, grid.dimensions)
        let target = RealFourierTransform<Double>(shape: grid.shape)
        let result = AlignedBuffer<Double>(count: 2 * target.modeCount)
        forEachMode(grid.shape, keptModes: target.keptModes) { mode, wave in
            // The shortest waves of either grid have no partner of the opposite sign and are left out.
            guard zip(wave, zip(own, grid.shape)).allSatisfy({ 2 * abs($0) < min($1.0, $1.1) }) else { return }
            let row = zip(wave, own).dropLast().reduce(0) { $0 * $1.1 + ($1.0 >= 0 ? $1.0 : $1.0 + $1.1) }
            let place = row * transform.keptModes + wave[wave.count - 1]
            result.pointer[2 * mode] = modes.pointer[2 * place]
            result.pointer[2 * mode + 1] = modes.pointer[2 * place + 1]
        }
        field.values.withUnsafeMutablePointer { target.inverse(result.pointer, into: $0) }
        return field
    }
}
