import PDECore

/// The memory of a tensor: `count` values from a backend's pool, given back with its last owner.
///
/// Unchecked: values are written once, by the operation that makes them, before anyone else sees the storage. The one
/// exception is an optimiser, which updates parameters in place between steps and owns them then.
package final class Storage<Scalar: Real>: @unchecked Sendable {
    /// Number of values.
    package let count: Int
    /// The first value.
    package let pointer: UnsafeMutablePointer<Scalar>
    /// What computes with it.
    package let backend: any Backend

    private var bytes: Int { count * MemoryLayout<Scalar>.stride }

    /// Room for `count` values of any content.
    package init(count: Int, on backend: any Backend) {
        self.count = count
        self.backend = backend
        pointer = backend.pool.take(bytes: count * MemoryLayout<Scalar>.stride)
            .bindMemory(to: Scalar.self, capacity: max(1, count))
    }

    deinit { backend.pool.giveBack(pointer, bytes: bytes) }
}
