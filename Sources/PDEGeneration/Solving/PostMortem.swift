import PDEData

/// The last finite state of a trajectory that blew up.
struct PostMortem: Sendable {
    /// Which draw.
    let attempt: Int
    /// The time of the state.
    let time: Double
    /// The sample with this one frame; its numbers are the parameters alone.
    let sample: Sample
    /// What went wrong.
    let reason: String

    /// Where it goes in the dataset's folder: beside `data`, so that no loader takes it for a sample.
    private func path(of address: SampleAddress) -> String {
        let digits = "\(address.position)"
        let position = String(repeating: "0", count: max(0, 6 - digits.count)) + digits
        return "postmortem/\(address.split.rawValue)-\(position)-attempt-\(attempt).hdf5"
    }

    /// Writes the state as a file of one frame in The Well's layout, with the reason under `provenance`; returns its path.
    /// - Throws: `DataError`.
    func store(
        of address: SampleAddress, in folder: DatasetFolder, following description: DatasetDescription,
        provenance: [String: String]
    ) throws(DataError) -> String {
        var frame = description
        frame.title = "\(description.title): the last finite state of a trajectory that blew up"
        frame.times = [time]
        frame.scalars = []
        frame.diagnostics = frame.diagnostics.map { _ in [] }
        frame.particles = []
        frame.notes += ["reason"]
        var sample = sample
        sample.notes["reason"] = reason
        let writer = try ShardWriter(description: frame, provenance: provenance, capacity: 1)
        try writer.append(sample)
        let image = try writer.finish()
        let absolute = folder.absolute(path(of: address))
        try FileSystem.createFolder(folder.absolute("postmortem"))
        var result: Result<UInt32, DataError> = .success(0)
        image.withUnsafeBytes { bytes in
            result = Result { () throws(DataError) in try AtomicFile.write(bytes, to: absolute) }
        }
        _ = try result.get()
        return absolute
    }
}
