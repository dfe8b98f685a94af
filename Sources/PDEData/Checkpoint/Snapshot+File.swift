import PDECore

extension Snapshot {
    /// Writes a safetensors file, which is replaced in one step.
    ///
    /// - Throws: `DataError.file`.
    public func write(to path: String) throws(DataError) {
        try SafetensorsFile(
            arrays.map { SafetensorsEntry($0.key, shape: [$0.value.count], .double($0.value)) }
        ).write(to: path)
    }

    /// Reads what `write` has written.
    ///
    /// - Throws: `DataError` when the file cannot be read or holds other numbers than doubles.
    public init(path: String) throws(DataError) {
        self.init()
        for entry in try SafetensorsFile(path: path).entries {
            guard case .double(let values) = entry.values else {
                throw .corrupt(
                    path: path, problem: "'\(entry.name)' is not of doubles",
                    remedy: "Name a file that write(to:) wrote.")
            }
            arrays[entry.name] = values
        }
    }
}
