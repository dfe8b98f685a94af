import PDECore

/// How values between points are found.
public enum Interpolation: String, Codable, CaseIterable, Sendable {
    /// The value of the cell that the point lies in.
    case nearest
    /// On the straight line between the two nearest cell centres.
    case linear
}

extension SparseMatrix {
    /// Means of `window` points, every `stride` points.
    public static func averages(of length: Int, window: Int, stride: Int) -> SparseMatrix {
        checkWindow(length, window, stride)
        let weight = 1 / Double(window)
        return SparseMatrix(
            rows: (0...(length - window) / stride).map { row in
                (0..<window).map { (row * stride + $0, weight) }
            }, columns: length)
    }

    /// Values at `factor` times as many cells, all as wide as each other; beyond the outermost centres linear interpolation
    /// goes on as `ends` says.
    public static func upsampling(
        of length: Int, by factor: Int, _ interpolation: Interpolation, ends: Padding
    ) -> SparseMatrix {
        precondition(factor >= 1, "factor: expected 1 or more, got \(factor)")
        let rows = (0..<length * factor).map { row -> [(column: Int, weight: Double)] in
            if interpolation == .nearest { return [(row / factor, 1)] }
            // The centre of the fine cell in units of coarse cells, 0 at the centre of the first.
            let place = (Double(row) + 0.5) / Double(factor) - 0.5
            let left = Int(place.rounded(.down))
            let part = place - Double(left)
            return [(left, 1 - part), (left + 1, part)].compactMap { column, weight in
                if weight == 0 { return nil }
                if (0..<length).contains(column) { return (column, weight) }
                switch ends {
                case .zero: return nil
                case .periodic: return ((column + length) % length, weight)
                case .replicate: return (column < 0 ? 0 : length - 1, weight)
                }
            }
        }
        return SparseMatrix(rows: rows, columns: length)
    }

    fileprivate static func checkWindow(_ length: Int, _ window: Int, _ stride: Int) {
        precondition(
            (1...length).contains(window) && stride >= 1,
            "pooling: expected a window within 1...\(length) and a positive stride, got \(window) and \(stride)")
    }
}

extension Tensor {
    /// Means over windows of `window` points along every axis of fields [samples][grid…][channels], every `stride` points; points at
    /// the end that fill no window are left out.
    public func averagePooled(_ window: Int, stride: Int? = nil) -> Tensor {
        mappingGrid { x, axis in
            x.mapped(.averages(of: x.shape[axis], window: window, stride: stride ?? window), along: axis)
        }
    }

    /// Largest values over windows, as `averagePooled` takes means. At a tie the derivative is shared.
    public func maximumPooled(_ window: Int, stride: Int? = nil) -> Tensor {
        let step = stride ?? window
        return mappingGrid { x, axis in
            let length = x.shape[axis]
            SparseMatrix.checkWindow(length, window, step)
            let count = (length - window) / step + 1
            var windows = x
            if step != window {
                let indices = (0..<count).flatMap { row in (0..<window).map { row * step + $0 } }
                windows = x.gathered(indices, along: axis)
            } else if count * window != length {
                windows = x.sliced(0..<count * window, along: axis)
            }
            var shape = x.shape
            shape.replaceSubrange(axis...axis, with: [count, window])
            return windows.reshaped(shape).maximum(along: axis + 1)
        }
    }

    /// Fields [samples][grid…][channels] with `factor` times as many points along every axis.
    ///
    /// - Parameters:
    ///   - interpolation: how values between points are found.
    ///   - ends: how linear interpolation goes on beyond the outermost cell centres.
    public func upsampled(
        by factor: Int, _ interpolation: Interpolation = .nearest, ends: Padding = .replicate
    ) -> Tensor {
        mappingGrid { x, axis in
            x.mapped(.upsampling(of: x.shape[axis], by: factor, interpolation, ends: ends), along: axis)
        }
    }

    /// Something done along every axis of a grid, first axis first.
    private func mappingGrid(_ step: (Tensor, Int) -> Tensor) -> Tensor {
        precondition(rank >= 3, "expected fields [samples][grid…][channels], got shape \(shape)")
        return (1..<rank - 1).reduce(self) { step($0, $1) }
    }
}
