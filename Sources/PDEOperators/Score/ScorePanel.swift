import Glibc
import PDECore

/// The memory of a perceptron's jets for as many particles as stay in a core's cache, and the two sweeps over it.
///
/// A jet is a value and its derivatives along some directions. Jets are stored [channel][1 + directions][particle], so that a layer
/// takes all of them by one product of matrices, and so does each of the two products of the reverse sweep.
final class ScorePanel<Scalar: Real> {
    /// Columns of a product: their jets of three layers of width 100 fill half a megabyte in single precision.
    private static var most: Int { 192 }

    /// Particles of a panel.
    static func particles(_ layers: ScoreLayers, _ directions: ScoreDirections) -> Int {
        max(16, most / (1 + directions.count(layers)) / 16 * 16)
    }

    let layers: ScoreLayers
    let directions, particles: Int
    private var columns: Int { (1 + directions) * particles }
    /// The velocities with the conditions, and the directions, [input][1 + directions][particle].
    let input: AlignedBuffer<Scalar>
    /// The score and its derivatives, and before the reverse sweep what a change of them does, alike.
    let output: AlignedBuffer<Scalar>
    private let before, after, slopes, bends: [AlignedBuffer<Scalar>]
    private var change, other: AlignedBuffer<Scalar>

    /// A panel; random directions are drawn later.
    init(_ layers: ScoreLayers, _ along: ScoreDirections) {
        self.layers = layers
        directions = along.count(layers)
        particles = Self.particles(layers, along)
        let (columns, particles) = ((1 + directions) * particles, particles)
        func buffers(_ count: Int, _ columns: Int) -> [AlignedBuffer<Scalar>] {
            (0..<count).map { _ in AlignedBuffer(count: layers.width * columns) }
        }
        input = AlignedBuffer(count: layers.inputs * columns)
        output = AlignedBuffer(count: layers.channels * columns)
        before = buffers(layers.hidden, columns)
        after = buffers(layers.hidden, columns)
        slopes = buffers(layers.hidden, particles)
        bends = buffers(layers.hidden, particles)
        change = AlignedBuffer(count: layers.width * columns)
        other = AlignedBuffer(count: layers.width * columns)
        let first: Int
        switch along {
        case .none, .probes: return
        case .axes: first = 0
        case .condition: first = layers.channels
        }
        for direction in 0..<directions {
            let start = input.pointer + (first + direction) * columns + (1 + direction) * particles
            for particle in 0..<particles { start[particle] = 1 }
        }
    }

    /// Takes particles from [input][stride]; where there are no more, zeros.
    func take(_ velocities: UnsafePointer<Scalar>, stride: Int, _ range: Range<Int>) {
        // What lies before the conditions is taken as it is, or as one number.
        let skipped = layers.isEquivariant ? layers.dimensions - 1 : 0
        for row in (layers.isEquivariant ? 1 : 0)..<layers.inputs {
            let (from, to) = (velocities + (skipped + row) * stride + range.lowerBound, input.pointer + row * columns)
            for particle in 0..<particles { to[particle] = particle < range.count ? from[particle] : 0 }
        }
        guard layers.isEquivariant else { return }
        let d = layers.dimensions
        for particle in 0..<particles {
            let place = range.lowerBound + particle
            let square =
                particle < range.count
                ? (0..<d).reduce(0.0) { $0 + Double(velocities[$1 * stride + place] * velocities[$1 * stride + place]) }
                : 0
            input.pointer[particle] = Scalar(log(layers.middle + square / Double(d)))
        }
    }

    /// Draws directions whose components are 1 or −1: the mean of (ε·∇)(ε·s) is the divergence of s.
    func drawProbes(_ range: Range<Int>, from stream: RandomStream) {
        for particle in 0..<particles {
            for direction in 0..<directions {
                let place = (range.lowerBound + particle) * directions + direction
                let bits = stream.block(at: UInt32(truncatingIfNeeded: place))
                for axis in 0..<layers.dimensions {
                    let isPositive = bits[axis / 32 % 4] >> UInt32(axis % 32) & 1 == 1
                    input.pointer[axis * columns + (1 + direction) * particles + particle] = isPositive ? 1 : -1
                }
            }
        }
    }

    /// From the input to the output.
    func sweepForward(_ parameters: UnsafePointer<Scalar>) {
        var below = UnsafePointer(input.pointer)
        for layer in 0...layers.hidden {
            let (inputs, outputs) = layers.sizes(of: layer)
            let bias = parameters + layers.bias(of: layer)
            let z = layer == layers.hidden ? output.pointer : before[layer].pointer
            Scalar.gemm(
                .transposed, .plain, rows: outputs, columns: columns, inner: inputs, alpha: 1,
                a: parameters + layers.start(of: layer), aStride: outputs, b: below, bStride: columns, beta: 0, c: z,
                cStride: columns)
            guard layer < layers.hidden else {
                for axis in 0..<outputs {
                    for particle in 0..<particles { z[axis * columns + particle] += bias[axis] }
                }
                return
            }
            Scalar.activateJets(
                layers.activation, z, bias: bias, into: after[layer].pointer, slope: slopes[layer].pointer,
                bend: bends[layer].pointer, channels: outputs, directions: directions, particles: particles)
            below = UnsafePointer(after[layer].pointer)
        }
    }

    /// From what a change of the output does to what one of the parameters does, which is added to the gradient.
    func sweepBack(_ parameters: UnsafePointer<Scalar>, addingTo gradient: UnsafeMutablePointer<Scalar>) {
        for axis in 0..<layers.channels {
            var sum: Scalar = 0
            for particle in 0..<particles { sum += output.pointer[axis * columns + particle] }
            gradient[layers.bias(of: layers.hidden) + axis] += sum
        }
        var above = output
        for layer in (0...layers.hidden).reversed() {
            let (inputs, outputs) = layers.sizes(of: layer)
            if layer < layers.hidden {
                Scalar.activateJetsSlope(
                    before[layer].pointer, slope: slopes[layer].pointer, bend: bends[layer].pointer, above.pointer,
                    bias: gradient + layers.bias(of: layer), channels: outputs, directions: directions,
                    particles: particles)
            }
            Scalar.gemm(
                .plain, .transposed, rows: inputs, columns: outputs, inner: columns, alpha: 1,
                a: layer == 0 ? input.pointer : after[layer - 1].pointer, aStride: columns, b: above.pointer,
                bStride: columns, beta: 1, c: gradient + layers.start(of: layer), cStride: outputs)
            guard layer > 0 else { return }
            Scalar.gemm(
                .plain, .plain, rows: inputs, columns: columns, inner: outputs, alpha: 1,
                a: parameters + layers.start(of: layer), aStride: outputs, b: above.pointer, bStride: columns, beta: 0,
                c: change.pointer, cStride: columns)
            above = change
            swap(&change, &other)
        }
    }
}
