import PDEPlot
import Testing

@Suite struct TerminalTests {
    @Test func sparklineSpansItsRange() {
        #expect(Sparkline.text([0, 1, 2, 3, 4, 5, 6, 7], width: 8) == "▁▂▃▄▅▆▇█")
        #expect(Sparkline.text([0, 1, 2, 3, 4, 5, 6, 7], width: 80) == "▁▂▃▄▅▆▇█")
        #expect(Sparkline.text([0, 0, 7, 7, 0, 0, 3.5, 3.5], width: 4) == "▁█▁▅")
        #expect(Sparkline.text([-1e308, 0, 1e308], width: 3) == "▁▅█")
    }

    @Test func sparklineTakesWhatItGets() {
        #expect(Sparkline.text([3, 3, 3], width: 3) == "▄▄▄")
        #expect(Sparkline.text([0, .nan, 1], width: 3) == "▁ █")
        #expect(Sparkline.text([0, .infinity, 1, 1], width: 4) == "▁ ██")
        #expect(Sparkline.text([.nan, .nan], width: 2) == "  ")
        #expect(Sparkline.text([], width: 9) == "")
        #expect(Sparkline.text([1, 2], width: 0) == "")
    }

    @Test func histogramCounts() {
        let expected = """
            1 … 2  █████ 1
            2 … 3  ██████████ 2
            3 … 4  ████████████████████ 4
            not finite  1
            """
        #expect(Histogram.text([1, 2, 2, 3, 3, 3, 4, .nan], bins: 3, width: 20) == expected)
        #expect(Histogram.text([5, 5], bins: 4, width: 4) == "5 … 5  ████ 2")
        #expect(Histogram.text([0, 0.1, 0.9, 1] + Array(repeating: 1, count: 300), bins: 2, width: 3).contains("▏ 2"))
        #expect(Histogram.text([], bins: 4, width: 4) == "")
    }

    @Test func shadesFollowTheValues() {
        let map = HeatMap([0, 1, 2, 3, 4, .nan], rows: 1, columns: 6, limits: .fixed(0, 4), sampling: .nearest)
        #expect(TerminalPicture(map, width: 6, height: 1).text(color: false) == " ░▒▓█?")
        let rows = HeatMap([0, 4], rows: 2, columns: 1, sampling: .nearest)
        #expect(TerminalPicture(rows, width: 1, height: 2).text(color: false) == "█\n ")
    }

    @Test func halfBlocksCarryTwoPixels() {
        let map = HeatMap([0, 1], rows: 2, columns: 1, sampling: .nearest, firstRowAtBottom: false)
        let (low, high) = (map.colormap(0), map.colormap(1))
        let escape = "\u{1B}[38;2;\(low.red);\(low.green);\(low.blue);48;2;\(high.red);\(high.green);\(high.blue)m"
        #expect(TerminalPicture(map, width: 2, height: 1).text(color: true) == escape + "▀▀\u{1B}[0m")
        #expect(TerminalPicture(HeatMap([Float](repeating: 0, count: 32), rows: 4, columns: 8), width: 40).height == 10)
    }
}
