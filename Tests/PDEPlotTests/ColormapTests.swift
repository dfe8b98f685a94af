import PDEPlot
import Testing

@Suite struct ColormapTests {
    @Test func sequentialLightnessRisesEvenly() {
        let lightness = (0...64).map { Colormap.sequential(Double($0) / 64).lightness }
        let steps = zip(lightness.dropFirst(), lightness).map { $0 - $1 }
        let mean = (lightness[64] - lightness[0]) / 64
        #expect(mean > 0.01)
        #expect(steps.allSatisfy { $0 > 0.6 * mean && $0 < 1.4 * mean })
    }

    @Test func divergingIsBlueNeutralRedWithMirroredLightness() {
        let map = Colormap.diverging
        let (low, middle, high) = (map(0), map(0.5), map(1))
        #expect(low.blue > low.red && high.red > high.blue)
        #expect(middle.lightness > 0.95)
        let channels = [middle.red, middle.green, middle.blue].map(Int.init)
        #expect(channels.max()! - channels.min()! <= 4)
        for i in 0...32 {
            let t = Double(i) / 64
            #expect(abs(map(t).lightness - map(1 - t).lightness) < 0.015)
        }
    }

    @Test(arguments: [Colormap.sequential, .diverging, .vorticity])
    func missingValuesStandOutAndOutliersTakeTheEnds(map: Colormap) {
        #expect(map(.nan) == map.missing)
        #expect(!(0...511).contains { map(Double($0) / 511) == map.missing })
        #expect(map(-.infinity) == map(0))
        #expect(map(7) == map(1))
        #expect(map(0) != map(1))
    }

    @Test func labRoundTripKeepsEveryChannel() {
        for hex: UInt32 in [0x000000, 0xFFFFFF, 0xFF0000, 0x00FF00, 0x0000FF, 0x123456, 0xFEDCBA, 0x808080] {
            let color = Color(hex: hex)
            #expect(OKLab(color).color == color)
        }
        #expect(abs(Color.white.lightness - 1) < 1e-3)
        #expect(Color.black.mixed(with: .white, amount: 0) == .black)
        #expect(Color.black.mixed(with: .white, amount: 1) == .white)
    }

    @Test func aMapPassesThroughItsControls() {
        let controls = [Color(hex: 0x102040), Color(hex: 0x308050), Color(hex: 0xF0E0A0)]
        let map = Colormap(name: "mine", controls: controls)
        #expect(map(0) == controls[0])
        #expect(map(1) == controls[2])
        #expect(abs(map(0.5).lightness - controls[1].lightness) < 0.01)
    }
}
