import PDEData
import PDEOperators
import PDETensor

extension Module {
    /// Writes all parameters into a safetensors file, which is replaced in one step.
    ///
    /// - Parameter metadata: texts that the file carries beside them.
    /// - Throws: `DataError.file`.
    public func save(to path: String, metadata: [String: String] = [:]) throws(DataError) {
        let entries = parameters.map { name, value in SafetensorsEntry(name, shape: value.shape, value.exported) }
        try SafetensorsFile(entries, metadata: metadata).write(to: path)
    }

    /// The same module with the parameters of a safetensors file, in whichever precision they stand there.
    ///
    /// - Throws: `DataError` when the file cannot be read, `TrainingError.checkpoint` when it has not the module's names and shapes.
    public func loading(from path: String) throws -> Self {
        let file = try SafetensorsFile(path: path)
        // Tensors share their memory: what is written into must not be the parameters of `self`.
        let fresh = mappingParameters { _, value in Tensor(repeating: 0, shape: value.shape, on: value.backend) }
        try Checkpoint.load(file, into: fresh.parameters, converting: true, path: path)
        return fresh
    }
}
