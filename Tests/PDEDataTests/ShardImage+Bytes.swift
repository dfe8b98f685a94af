import PDEData

extension ShardImage {
    /// A copy of the file's bytes.
    var bytes: [UInt8] { withUnsafeBytes { Array($0) } }
}
