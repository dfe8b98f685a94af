import Glibc
import PDECore
import Testing

@Suite struct GaussianRandomFieldTests {
    private let field = GaussianRandomField(variance: 625, shift: 25, exponent: 2)

    private func stream(_ index: Int) -> RandomStream {
        RandomStream(seed: 7, index: index, purpose: "field")
    }

    /// ⟨u(x)²⟩ over many samples against the sum of the modes' variances.
    @Test func pointVarianceIsTheSumOfTheModes() {
        let grid = Grid.periodic(dimensions: 1, count: 64, length: 1)
        let expected = (-31...31).reduce(0.0) { $0 + 625 * pow(pow(2 * .pi * Double($1), 2) + 25, -2) }
        let samples = (0..<4000).map { field.periodic(on: grid, from: stream($0)).values.values }
        for point in [0, 17, 40] {
            let variance = samples.reduce(0) { $0 + $1[point] * $1[point] } / 4000
            #expect(abs(variance / expected - 1) < 0.1)
        }
    }

    /// The coefficient of a single mode has the variance of its eigenvalue, split evenly over cosine and sine.
    @Test(arguments: [1, 2, 3])
    func modesHaveTheirVariance(_ dimensions: Int) {
        let grid = Grid.periodic(dimensions: dimensions, count: 8, length: 2)
        let transform = RealFourierTransform<Double>(shape: grid.shape)
        let modes = AlignedBuffer<Double>(count: 2 * transform.modeCount)
        var (cosine, sine) = (0.0, 0.0)
        for index in 0..<3000 {
            var sample = field.periodic(on: grid, from: stream(index))
            sample.values.withUnsafeMutablePointer { transform.forward($0, into: modes.pointer) }
            cosine += modes.pointer[4] * modes.pointer[4] / 3000
            sine += modes.pointer[5] * modes.pointer[5] / 3000
        }
        let expected = field.variance(ofEigenvalue: pow(2 * .pi, 2)) / pow(2, Double(dimensions)) / 2
        #expect(abs(cosine / expected - 1) < 0.12)
        #expect(abs(sine / expected - 1) < 0.12)
    }

    /// A finer grid has the same function at its shared points, but for the modes that it adds.
    @Test(arguments: [1, 2])
    func doesNotDependOnTheResolution(_ dimensions: Int) {
        let smooth = GaussianRandomField(variance: 1e8, shift: 25, exponent: 8)
        let coarse = smooth.periodic(on: .periodic(dimensions: dimensions, count: 32, length: 1), from: stream(3))
        let fine = smooth.periodic(on: .periodic(dimensions: dimensions, count: 64, length: 1), from: stream(3))
        let largest = coarse.values.values.map(abs).max()!
        for point in 0..<coarse.grid.count {
            let other = dimensions == 1 ? 2 * point : 128 * (point / 32) + 2 * (point % 32)
            #expect(abs(coarse[0, point] - fine[0, other]) < 1e-6 * largest)
        }
    }

    @Test func zeroMeanHasNoMean() {
        let random = GaussianRandomField(variance: 625, shift: 25, exponent: 2, hasZeroMean: true)
        let sample = random.periodic(on: .periodic(dimensions: 2, count: 16, length: 1), from: stream(1))
        let sum = sample.values.values.reduce(0, +)
        #expect(abs(sum) < 1e-12)
    }

    /// Each cosine mode of a Neumann field has the variance of its eigenvalue.
    @Test(arguments: [0, 1, 5])
    func neumannModesHaveTheirVariance(_ k: Int) {
        let grid = Grid([Grid.Axis(count: 32, from: 0, to: 2, placement: .cells)])
        let random = GaussianRandomField(variance: 1, shift: 9, exponent: 2)
        var sum = 0.0
        for index in 0..<3000 {
            let sample = random.neumann(on: grid, from: stream(index))
            // Projection on the orthonormal eigenfunction, by the midpoint rule, which is exact here.
            let weight = k == 0 ? (1 / 2.0).squareRoot() : 1.0
            let coefficient = (0..<32).reduce(0.0) { total, j in
                total + sample[0, j] * weight * cos(.pi * Double(k) * (Double(j) + 0.5) / 32) * 2 / 32
            }
            sum += coefficient * coefficient / 3000
        }
        #expect(abs(sum / random.variance(ofEigenvalue: pow(.pi * Double(k) / 2, 2)) - 1) < 0.12)
    }

    @Test func neumannWorksInTwoDimensions() {
        let axis = Grid.Axis(count: 16, placement: .cells)
        let sample = GaussianRandomField(variance: 1, shift: 9, exponent: 2).neumann(
            on: Grid([axis, axis]), from: stream(2))
        let isFinite = sample.values.values.allSatisfy(\.isFinite)
        #expect(isFinite)
        #expect(Set(sample.values.values).count == 256)
    }
}
