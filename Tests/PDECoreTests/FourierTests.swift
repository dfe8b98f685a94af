import CAllocationCounter
import Glibc
import PDECore
import Testing

@Suite struct FourierTests {
    /// Forward and back is the identity, in both precisions, one to three dimensions, all parities of half the length.
    @Test(arguments: [[8], [10], [14], [30], [1024], [6, 8], [7, 10], [12, 30], [4, 6, 8], [3, 5, 10]])
    func roundTripIsTheIdentity(_ shape: [Int]) {
        checkRoundTrip(shape, Double.self, tolerance: 1e-14)
        checkRoundTrip(shape, Float.self, tolerance: 1e-5)
    }

    private func checkRoundTrip<Scalar: Real>(_ shape: [Int], _: Scalar.Type, tolerance: Double) {
        let transform = RealFourierTransform<Scalar>(shape: shape)
        var stream = RandomStream(seed: 1, index: 0, purpose: "values")
        let values = AlignedBuffer<Scalar>(count: transform.pointCount)
        stream.fillNormal(values.values)
        let modes = AlignedBuffer<Scalar>(count: 2 * transform.modeCount)
        let back = AlignedBuffer<Scalar>(count: transform.pointCount)
        transform.forward(values.pointer, into: modes.pointer)
        transform.inverse(modes.pointer, into: back.pointer)
        for i in 0..<values.count { #expect(abs(Double(values.pointer[i] - back.pointer[i])) < tolerance) }
    }

    /// Against the sum that defines the transform, for every number of kept modes.
    @Test(arguments: [8, 10, 12, 14], [1, 2, 3, 4, 5])
    func matchesItsDefinition(_ n: Int, _ kept: Int) {
        let transform = RealFourierTransform<Double>(shape: [n], keptModes: kept)
        var stream = RandomStream(seed: 2, index: n, purpose: "values")
        let values = AlignedBuffer<Double>(count: n)
        stream.fillNormal(values.values)
        let modes = AlignedBuffer<Double>(count: 2 * kept)
        transform.forward(values.pointer, into: modes.pointer, scale: 3)
        for k in 0..<kept {
            let (re, im) = (0..<n).reduce((0.0, 0.0)) { sum, j in
                let angle = 2 * Double.pi * Double(j * k) / Double(n)
                return (sum.0 + values.pointer[j] * cos(angle), sum.1 - values.pointer[j] * sin(angle))
            }
            #expect(abs(modes.pointer[2 * k] - 3 * re / Double(n)) < 1e-14)
            #expect(abs(modes.pointer[2 * k + 1] - 3 * im / Double(n)) < 1e-14)
        }
        let back = AlignedBuffer<Double>(count: n)
        transform.inverse(modes.pointer, into: back.pointer)
        for j in 0..<n {
            let sum = (0..<kept).reduce(0.0) { sum, k in
                let angle = 2 * Double.pi * Double(j * k) / Double(n)
                let isAlone = k == 0 || 2 * k == n
                let wave = modes.pointer[2 * k] * cos(angle) - modes.pointer[2 * k + 1] * sin(angle)
                return sum + (isAlone ? 1 : 2) * wave
            }
            #expect(abs(back.pointer[j] - sum) < 1e-13)
        }
    }

    /// Σ u² / n = Σ |û|².
    @Test func parseval() {
        let transform = RealFourierTransform<Double>(shape: [12, 20])
        var stream = RandomStream(seed: 3, index: 0, purpose: "values")
        let values = AlignedBuffer<Double>(count: 240)
        stream.fillNormal(values.values)
        let modes = AlignedBuffer<Double>(count: 2 * transform.modeCount)
        transform.forward(values.pointer, into: modes.pointer)
        let power = (0..<transform.modeCount).reduce(0.0) { sum, mode in
            let column = mode % transform.keptModes
            let square =
                modes.pointer[2 * mode] * modes.pointer[2 * mode]
                + modes.pointer[2 * mode + 1] * modes.pointer[2 * mode + 1]
            return sum + (column == 0 || column == 10 ? 1 : 2) * square
        }
        let meanSquare = values.values.reduce(0) { $0 + $1 * $1 } / 240
        #expect(abs(power - meanSquare) < 1e-13)
    }

    /// The pairs of real transforms are inverse to one another up to FFTW's factor.
    @Test(arguments: [
        (FourierPlan.RealKind.cosineI, FourierPlan.RealKind.cosineI, 30.0), (.cosineII, .cosineIII, 32),
        (.sineI, .sineI, 34),
        (.sineII, .sineIII, 32),
    ])
    func realTransformsInvert(_ forward: FourierPlan.RealKind, _ inverse: FourierPlan.RealKind, _ factor: Double) {
        let values = AlignedBuffer<Double>(count: 16)
        for i in 0..<16 { values.pointer[i] = sin(Double(i * i)) }
        let (modes, back) = (AlignedBuffer<Double>(count: 16), AlignedBuffer<Double>(count: 16))
        FourierPlan(.realToReal([forward]), axes: [FourierAxis(16, stride: 1)], of: Double.self)
            .execute(values.pointer, modes.pointer)
        FourierPlan(.realToReal([inverse]), axes: [FourierAxis(16, stride: 1)], of: Double.self)
            .execute(modes.pointer, back.pointer)
        for i in 0..<16 { #expect(abs(back.pointer[i] / factor - values.pointer[i]) < 1e-14) }
    }

    /// FFTW's own real transforms agree with ours.
    @Test func realToComplexPlansAgree() {
        let n = 48
        let values = AlignedBuffer<Float>(count: n)
        for i in 0..<n { values.pointer[i] = Float(cos(Double(i * i) / 5)) }
        let transform = RealFourierTransform<Float>(shape: [n])
        let (ours, theirs) = (AlignedBuffer<Float>(count: n + 2), AlignedBuffer<Float>(count: n + 2))
        let back = AlignedBuffer<Float>(count: n)
        transform.forward(values.pointer, into: ours.pointer, scale: Float(n))
        FourierPlan(.realToComplex, axes: [FourierAxis(n, stride: 1)], of: Float.self)
            .execute(values.pointer, theirs.pointer)
        for i in 0..<n + 2 { #expect(abs(ours.pointer[i] - theirs.pointer[i]) < 1e-4) }
        FourierPlan(.complexToReal, axes: [FourierAxis(n, stride: 1)], of: Float.self)
            .execute(theirs.pointer, back.pointer)
        for i in 0..<n { #expect(abs(back.pointer[i] / Float(n) - values.pointer[i]) < 1e-5) }
    }

    @Test func warmTransformsDoNotAllocate() {
        for shape in [[1024], [64, 64], [16, 16, 16]] {
            let transform = RealFourierTransform<Float>(shape: shape)
            let values = AlignedBuffer<Float>(count: transform.pointCount)
            let modes = AlignedBuffer<Float>(count: 2 * transform.modeCount)
            transform.forward(values.pointer, into: modes.pointer)
            let before = allocation_count()
            transform.forward(values.pointer, into: modes.pointer)
            transform.inverse(modes.pointer, into: values.pointer)
            #expect(allocation_count() == before)
        }
    }
}
