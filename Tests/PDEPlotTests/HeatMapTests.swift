import PDEPlot
import Testing

@Suite struct HeatMapTests {
    @Test func orientationAndNearestCells() {
        let values: [Float] = [0, 1, 2, 3, 4, 5]
        for bottom in [true, false] {
            let map = HeatMap(values, rows: 2, columns: 3, sampling: .nearest, firstRowAtBottom: bottom)
            let raster = map.raster(width: 30, height: 20)
            for y in 0..<20 {
                for x in 0..<30 {
                    let row = (y < 10) == bottom ? 1 : 0
                    #expect(raster[x, y] == map.colormap(Double(values[3 * row + x / 10]) / 5))
                }
            }
        }
    }

    @Test func smoothEnlargementIsLinearBetweenCentres() {
        let map = HeatMap([0, 1], rows: 1, columns: 2)
        let raster = map.raster(width: 400, height: 3)
        #expect(raster[0, 0] == map.colormap(0) && raster[99, 2] == map.colormap(0))
        #expect(raster[399, 1] == map.colormap(1))
        for x in 100..<300 {
            let expected = map.colormap((Double(x) + 0.5 - 100) / 200).lightness
            #expect(abs(raster[x, 1].lightness - expected) < 0.01)
        }
    }

    @Test func reductionAveragesInsteadOfSkipping() {
        let checkers = (0..<64 * 64).map { Float(($0 / 64 + $0) % 2) }
        let map = HeatMap(checkers, rows: 64, columns: 64)
        let raster = map.raster(width: 16, height: 16)
        for x in 0..<16 { #expect(raster[x, x] == map.colormap(0.5)) }
    }

    @Test func holesKeepTheirShapeAndHarmNothingElse() {
        var values = [Float](repeating: 0.25, count: 16)
        values[0] = 0
        values[15] = 1
        values[5] = .nan
        let map = HeatMap(values, rows: 4, columns: 4, limits: .fixed(0, 1), firstRowAtBottom: false)
        let raster = map.raster(width: 40, height: 40)
        for y in 0..<40 {
            for x in 0..<40 {
                let inHole = (10..<20).contains(x) && (10..<20).contains(y)
                #expect((raster[x, y] == map.colormap.missing) == inHole)
            }
        }
    }

    @Test func limitsFollowTheirRule() {
        var values = (0...1000).map { Float($0) / 1000 }
        values.append(.nan)
        values.append(-500)
        #expect(ValueLimits.extent.resolved(for: values) == -500...1)
        #expect(ValueLimits.symmetric.resolved(for: values) == -500...500)
        let robust = ValueLimits.percentile(1).resolved(for: values)
        #expect(abs(robust.lowerBound - 0.01) < 0.003 && abs(robust.upperBound - 0.99) < 0.003)
        let mirrored = ValueLimits.symmetricPercentile(1).resolved(for: values)
        #expect(mirrored.lowerBound == -mirrored.upperBound && mirrored.upperBound < 1)
        #expect(ValueLimits.extent.resolved(for: [2, 2]) == 1...3)
        #expect(ValueLimits.symmetric.resolved(for: [0, .nan]) == -1...1)
        #expect(ValueLimits.extent.resolved(forAll: [[1, 2], [-3, 0]]) == -3...2)
    }

    @Test func infiniteAndHugeValuesTakeTheEnds() {
        let map = HeatMap(
            [-.infinity, .infinity, 1e38, -1e38], rows: 1, columns: 4, limits: .fixed(-1, 1), sampling: .nearest)
        let raster = map.raster(width: 4, height: 1)
        #expect((0..<4).map { raster[$0, 0] } == [map.colormap(0), map.colormap(1), map.colormap(1), map.colormap(0)])
    }
}
