/// A convolution on a grid of one to three axes, channels last.
///
/// y[o…][out] = Σ over k and in of x̂[`stride` o + `dilation` k…][in] w[k…][in][out], where x̂ is x with `before` and `after` more
/// points at the ends of every axis. In the field's usage this is called a convolution though the kernel is not reversed.
public struct ConvolutionForm: Hashable, Sendable {
    /// Points of the input along each axis.
    public let grid: [Int]
    /// Points of the kernel.
    public let kernel: [Int]
    /// Points of x̂ from one result to the next.
    public let stride: [Int]
    /// Points of x̂ from one weight to the next.
    public let dilation: [Int]
    /// Points put before and after each axis.
    public let before, after: [Int]
    /// What those points hold.
    public let padding: Padding

    /// A convolution, whose kernel must fit into the grid with its padding.
    public init(
        grid: [Int], kernel: [Int], stride: [Int], dilation: [Int], before: [Int], after: [Int], padding: Padding
    ) {
        let axes = grid.count
        precondition((1...3).contains(axes), "grid: expected one to three axes, got \(grid)")
        for (name, numbers) in [
            ("kernel", kernel), ("stride", stride), ("dilation", dilation), ("before", before), ("after", after),
        ] {
            precondition(numbers.count == axes, "\(name): expected one number for each of \(axes) axes, got \(numbers)")
        }
        for axis in 0..<axes {
            precondition(
                kernel[axis] >= 1 && stride[axis] >= 1 && dilation[axis] >= 1 && before[axis] >= 0 && after[axis] >= 0,
                "convolution: expected positive kernel, stride, dilation and no negative padding, got \(kernel[axis]), "
                    + "\(stride[axis]), \(dilation[axis]), \(before[axis]) and \(after[axis]) along axis \(axis)")
            precondition(
                grid[axis] + before[axis] + after[axis] >= dilation[axis] * (kernel[axis] - 1) + 1,
                "convolution: a kernel of \(kernel[axis]) with dilation \(dilation[axis]) does not fit into "
                    + "\(before[axis]) + \(grid[axis]) + \(after[axis]) points along axis \(axis)")
            precondition(
                padding != .periodic || (before[axis] <= grid[axis] && after[axis] <= grid[axis]),
                "convolution: a period has \(grid[axis]) points along axis \(axis), got a padding of \(before[axis]) "
                    + "and \(after[axis])")
        }
        self.grid = grid
        self.kernel = kernel
        self.stride = stride
        self.dilation = dilation
        self.before = before
        self.after = after
        self.padding = padding
    }

    /// Points of x̂ along each axis.
    public var padded: [Int] { grid.indices.map { before[$0] + grid[$0] + after[$0] } }

    /// Points of the result along each axis.
    public var outputs: [Int] {
        zip(padded, grid.indices).map { ($0 - dilation[$1] * (kernel[$1] - 1) - 1) / stride[$1] + 1 }
    }

    /// Points that a result sees beside its first.
    var reach: [Int] { grid.indices.map { dilation[$0] * (kernel[$0] - 1) } }

    /// The transpose, with the kernel reversed, where it is a convolution too: what was padded with zeros, or not at all, is cropped, and a
    /// period stays one. Nil where the derivatives of padded points must be added to those of others. Only with stride 1.
    var transposed: ConvolutionForm? {
        let before = zip(reach, before).map { $0 - $1 }
        let after = zip(reach, after).map { $0 - $1 }
        let isPeriod = padding == .periodic && outputs == grid
        guard (before + after).allSatisfy({ $0 >= 0 }), isPeriod || padding == .zero || padded == grid else {
            return nil
        }
        return transposed(isPeriod ? .periodic : .zero, before: before, after: after)
    }

    /// A convolution from the results' grid back, with what is put around that.
    func transposed(_ padding: Padding, before: [Int], after: [Int]) -> ConvolutionForm {
        ConvolutionForm(
            grid: outputs, kernel: kernel, stride: stride, dilation: dilation, before: before, after: after,
            padding: padding)
    }
}
