/// An array of numbers in a file, read block by block.
package protocol StoredArray: Sendable {
    /// The file, and where it holds several arrays, which.
    var name: String { get }
    /// The file.
    var path: String { get }
    /// The extents in the order of the file: the last axis is the one whose values lie side by side.
    var extents: [Int] { get }
    /// Whether programs that wrote the file name the axes in the other order (NumPy's Fortran order).
    var isReversed: Bool { get }
    /// The type of its numbers in words.
    var type: String { get }
    /// A block of values in the order of the file.
    /// - Throws: `DataError.file`, `DataError.hdf5`, `DataError.corrupt` when it cannot be read.
    func read(start: [Int], count: [Int]) throws(DataError) -> [Float]
    /// All values in double precision, for coordinates, times and parameters.
    func numbers() throws(DataError) -> [Double]
}

extension StoredArray {
    package var isReversed: Bool { false }

    /// The shape as its writer sees it.
    package var shape: [Int] { isReversed ? extents.reversed() : extents }

    /// All values in double precision, the last axis of `shape` fastest whatever the order of the file.
    package func orderedNumbers() throws(DataError) -> [Double] {
        let values = try numbers()
        guard isReversed else { return values }
        var ordered: [Double] = []
        ordered.reserveCapacity(values.count)
        // In the file the first axis is the fastest.
        var strides = [1]
        for extent in shape.dropLast() { strides.append(strides[strides.count - 1] * extent) }
        var index = shape.map { _ in 0 }
        for _ in values.indices {
            ordered.append(values[zip(index, strides).reduce(0) { $0 + $1.0 * $1.1 }])
            var axis = shape.count - 1
            index[axis] += 1
            while axis > 0, index[axis] == shape[axis] {
                index[axis] = 0
                axis -= 1
                index[axis] += 1
            }
        }
        return ordered
    }
}

/// A dataset of an HDF5 file.
package struct HDF5Array: StoredArray {
    package let name: String
    package let extents: [Int]
    package let type: String
    private let dataset: HDF5Object

    /// - Throws: `DataError.corrupt` when the object is no array of real numbers, `DataError.hdf5`.
    init(_ dataset: HDF5Object) throws(DataError) {
        guard let type = try dataset.numberType() else {
            throw .corrupt(
                path: dataset.place.path, problem: "\(dataset.place.object) is no array of real numbers",
                remedy: "Name a dataset of whole or floating-point numbers.")
        }
        self.type = type
        self.dataset = dataset
        name = "\(dataset.place.path):\(dataset.place.object.dropFirst())"
        extents = try dataset.extents()
    }

    package var path: String { dataset.place.path }
    /// Its path in the file.
    var place: String { String(dataset.place.object.dropFirst()) }

    package func read(start: [Int], count: [Int]) throws(DataError) -> [Float] {
        let total = count.reduce(1, *)
        guard total > 0 else { return [] }
        var values = [Float](repeating: 0, count: total)
        try dataset.read(into: &values, .float, block: extents.isEmpty ? nil : (start, count))
        return values
    }

    package func numbers() throws(DataError) -> [Double] { try dataset.readNumbers() }
}

/// Datasets of one shape in an HDF5 file, side by side along a new first axis; each is opened when it is read.
struct StackedArray: StoredArray {
    let name: String
    let extents: [Int]
    let type: String
    private let places: [String]
    private let root: HDF5Object

    /// - Throws: As `HDF5Array.init` for the first.
    init(_ places: [String], in root: HDF5Object) throws(DataError) {
        let first = try HDF5Array(try root.dataset(at: places[0]))
        name = "\(root.place.path):\(places[0]) and the like"
        extents = [places.count] + first.extents
        type = first.type
        self.places = places
        self.root = root
    }

    var path: String { root.place.path }

    private func layer(_ number: Int) throws(DataError) -> HDF5Array {
        let layer = try HDF5Array(try root.dataset(at: places[number]))
        guard layer.extents == Array(extents.dropFirst()) else {
            throw .corrupt(
                path: path,
                problem: "\(places[number]) has shape \(layer.extents), and \(places[0]) \(extents.dropFirst())",
                remedy: "Samples of one dataset have one shape: keep the others in another file.")
        }
        return layer
    }

    func read(start: [Int], count: [Int]) throws(DataError) -> [Float] {
        var values: [Float] = []
        for number in start[0]..<start[0] + count[0] {
            values += try layer(number).read(start: Array(start.dropFirst()), count: Array(count.dropFirst()))
        }
        return values
    }

    func numbers() throws(DataError) -> [Double] {
        var values: [Double] = []
        for number in places.indices { values += try layer(number).numbers() }
        return values
    }
}
