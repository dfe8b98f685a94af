import Foundation
import PDECore
import PDEGeometry
import PDESolvers
import Testing

/// Short flows, pinned: a refactor leaves them as they are to the last bit where the libraries and the processor are those
/// that the hashes were taken with, and to round-off elsewhere.
@Suite struct FlowGoldenTests {
    struct Case: Sendable, CustomStringConvertible {
        let description: String
        let hash: UInt64
        /// u and v of one face, and the drag on the first body.
        let values: [Double]
        let tolerance: Double
        let run: @Sendable () -> (UInt64, [Double])

        init<Scalar: Real>(
            _ description: String, _ family: FlowFamily, _ bodies: FlowCases.Bodies, _: Scalar.Type, hash: UInt64,
            values: [Double]
        ) {
            self.description = description
            self.hash = hash
            self.values = values
            tolerance = Scalar.self == Float.self ? 1e-5 : 1e-10
            run = {
                let stepper = FlowCases.stepper(family, bodies, cells: 40, reynolds: 700, Scalar.self)
                var state = FlowCases.start(stepper)
                _ = stepper.advance(&state, over: 0.2, control: .standard)
                let found = FlowCases.values(stepper, state)
                var hash: UInt64 = 0xcbf2_9ce4_8422_2325
                for value in found { hash = (hash ^ value.bitPattern) &* 0x100_0000_01b3 }
                let face = stepper.velocity(of: state, 25, 11)
                return (hash, [face.x, face.y, stepper.forces(on: state).first?.drag ?? 0])
            }
        }
    }

    static let cases = [
        Case(
            "channel, squares, double", .channel(), .squares, Double.self, hash: 0x6c8a_b998_9fcd_5a5a,
            values: [0.6988682188211022, 0.01357154587646995, 0.09839489895235683]),
        Case(
            "channel, joined bodies, convective, double", .channel(inlet: .uniform, outlet: .convective), .joined,
            Double.self, hash: 0x74ff_3a44_a855_eaae,
            values: [1.2186852729028887, 0.6510219725643702, 0.20986079633575244]),
        Case(
            "channel, circle, float", .channel(), .circle, Float.self, hash: 0x92fc_8ff6_2a6f_dd25,
            values: [0.808800220489502, 0.1351393163204193, 0.14004511699307617]),
        Case(
            "cavity, double", .cavity, .none, Double.self, hash: 0xa7e8_d453_87ec_a379,
            values: [-0.008378505191232712, -0.002491039481170082, 0.0]),
        Case(
            "periodic, turned square, double", .periodic, .turned, Double.self, hash: 0x2ba1_24c0_fbc7_d45c,
            values: [0.6566768958622013, -0.23841630260831922, 0.313533607004347]),
    ]

    @Test(arguments: cases)
    func trajectoriesAreUnchanged(_ golden: Case) {
        let (hash, values) = golden.run()
        #expect(zip(values, golden.values).allSatisfy { abs($0 - $1) <= golden.tolerance })
        let isSame =
            LibraryVersions.fftw == "fftw-3.3.10-sse2-avx" && LibraryVersions.openBLAS.hasPrefix("OpenBLAS 0.3.21")
            && LibraryVersions.openBLASKernel == "Haswell" && Processor.instructionLevel >= 3
        if isSame {
            #expect(hash == golden.hash)
        }
    }
}
