/// A convolution seen with three axes, the first of them of length 1 where there are fewer, and where its padded points lie.
struct ConvolutionGeometry {
    /// Points of the input, of the padded input, of the result and of the kernel.
    let grid, padded, outputs, kernel: [Int]
    let stride, dilation: [Int]
    /// For every padded point along an axis, the input point that it shows, or −1 for a zero.
    let sources: [[Int]]
    /// The first of the convolution's own axes: work is cut along it.
    let firstAxis: Int
    /// Whether nothing is padded.
    let isBare: Bool

    init(_ form: ConvolutionForm) {
        let missing = 3 - form.grid.count
        func three(_ numbers: [Int], _ filler: Int) -> [Int] { Array(repeating: filler, count: missing) + numbers }
        grid = three(form.grid, 1)
        padded = three(form.padded, 1)
        outputs = three(form.outputs, 1)
        kernel = three(form.kernel, 1)
        stride = three(form.stride, 1)
        dilation = three(form.dilation, 1)
        firstAxis = missing
        isBare = form.padded == form.grid
        let before = three(form.before, 0)
        sources = zip(zip(grid, padded), before).map { lengths, before in
            (0..<lengths.1).map { point in
                let (n, index) = (lengths.0, point - before)
                if (0..<n).contains(index) { return index }
                switch form.padding {
                case .zero: return -1
                case .periodic: return (index + n) % n
                case .replicate: return index < 0 ? 0 : n - 1
                }
            }
        }
    }

    var points: Int { grid.product }
    var results: Int { outputs.product }
    var taps: Int { kernel.product }

    /// Padded points along an axis that results `range` see.
    func seen(by range: Range<Int>, along axis: Int) -> Range<Int> {
        let start = range.lowerBound * stride[axis]
        return start..<(range.upperBound - 1) * stride[axis] + dilation[axis] * (kernel[axis] - 1) + 1
    }

    /// A stretch of a padded line that runs along the input `step` points at a time, or holds zeros.
    struct Run {
        let destination, source, count: Int
    }

    /// The stretches of every `step`-th padded point of an axis.
    func runs(_ points: StrideTo<Int>, step: Int, along axis: Int) -> [Run] {
        var runs: [Run] = []
        for (place, point) in points.enumerated() {
            let source = sources[axis][point]
            if let last = runs.last,
                last.source < 0 ? source < 0 : source == last.source + last.count * step
            {
                runs[runs.count - 1] = Run(destination: last.destination, source: last.source, count: last.count + 1)
            } else {
                runs.append(Run(destination: place, source: source, count: 1))
            }
        }
        return runs
    }
}
