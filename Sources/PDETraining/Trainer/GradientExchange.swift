import PDECore
import PDETensor

/// The part that one process of several has in every batch.
public struct Rank: Equatable, Sendable {
    /// Its number, from 0.
    public let index: Int
    /// How many there are.
    public let count: Int

    /// One of several; the only one if left out.
    public init(_ index: Int = 0, of count: Int = 1) {
        precondition(count >= 1 && (0..<count).contains(index), "Rank: expected 0..<\(count), got \(index)")
        (self.index, self.count) = (index, count)
    }

    /// How many of an epoch's windows are this rank's: as many for each.
    func share(of windows: Int) -> Int { windows / count }

    /// This rank's of an epoch's windows.
    func part<Window>(of windows: [Window]) -> [Window] {
        count == 1 ? windows : (0..<share(of: windows.count)).map { windows[$0 * count + index] }
    }

    /// How many windows of a batch are this rank's.
    func batchSize(_ size: Int) -> Int { max(1, size / count) }

    /// Batches of an epoch, of which each rank has its part.
    func batchCount(of windows: Int, size: Int) -> Int {
        (share(of: windows) + batchSize(size) - 1) / batchSize(size)
    }
}

/// Between gradient and step: what processes that train together tell each other.
///
/// All of them have the same parameters at first and take the same steps: who implements it adds in a fixed order.
public protocol GradientExchange: Sendable {
    /// The part of every batch that is this process's.
    var rank: Rank { get }

    /// Replaces gradients by their mean over all ranks, weighted with the samples of each.
    ///
    /// - Returns: the mean of the losses.
    func average<Scalar: Real>(_ gradients: [Tensor<Scalar>], loss: Double, samples: Int) -> Double
}
