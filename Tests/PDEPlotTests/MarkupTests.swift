import CZlib
import PDEPlot
import Testing

@Suite("What pages are made of")
struct MarkupTests {
    @Test("text cannot become markup, in content, attributes and scripts")
    func escaping() {
        #expect(Markup.escaped(#"<a b="c" d='e'> & ü"#) == "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt; &amp; ü")
        #expect(Markup.scriptSafe(#"{"a":"</script>"}"#) == #"{"a":"\u003C/script>"}"#)
    }

    @Test(
        "base 64 as in RFC 4648, section 10, and both letters beyond the digits",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"), ("\u{3FF}~", "z79+"), ("\u{3F}\u{3F}\u{3F}", "Pz8/"),
        ])
    func base64(text: String, expected: String) {
        #expect(Base64.text(Array(text.utf8)) == expected)
    }

    @Test("packed bytes come back, and repetitions take little room", arguments: [1, 6, 9])
    func deflate(level: Int) {
        let bytes = (0..<10_000).map { UInt8($0 % 50) }
        let packed = Deflate.packed(bytes, level: level)
        #expect(packed.count < 500)
        var back = [UInt8](repeating: 0, count: bytes.count)
        var size = uLong(back.count)
        #expect(uncompress(&back, &size, packed, uLong(packed.count)) == Z_OK)
        #expect(back == bytes)
    }
}

@Suite("Charts as SVG")
struct SVGTests {
    private typealias Element = (name: String, attributes: [String: String])

    /// The elements in the order of their beginnings; checks that every one is closed and that attributes are quoted.
    private func elements(_ svg: String) -> [Element] {
        var (found, open): ([Element], [String]) = ([], [])
        for piece in svg.split(separator: "<", omittingEmptySubsequences: true) {
            let parts = piece.split(separator: ">", maxSplits: 1, omittingEmptySubsequences: false)
            #expect(parts.count == 2, "not closed: \(piece)")
            var tag = parts[0]
            if tag.hasPrefix("/") {
                #expect(open.popLast() == String(tag.dropFirst()))
                continue
            }
            let isEmpty = tag.hasSuffix("/")
            if isEmpty { tag = tag.dropLast() }
            let name = String(tag.prefix { $0 != " " })
            let quoted = tag.dropFirst(name.count).split(separator: "\"", omittingEmptySubsequences: false)
            #expect(quoted.count % 2 == 1, "quotes do not match: \(tag)")
            var attributes: [String: String] = [:]
            for place in stride(from: 0, to: quoted.count - 1, by: 2) {
                let key = String(quoted[place].drop { $0 == " " })
                #expect(key.hasSuffix("=") && key.count > 1, "\(tag)")
                attributes[String(key.dropLast())] = String(quoted[place + 1])
            }
            found.append((name, attributes))
            if !isEmpty { open.append(name) }
        }
        #expect(open.isEmpty, "left open: \(open)")
        return found
    }

    private func attributes(_ found: [Element], class name: String) -> [[String: String]] {
        found.map(\.attributes).filter { $0["class"]?.split(separator: " ").contains(Substring(name)) ?? false }
    }

    @Test("a straight line runs from corner to corner, and a script finds the x axis")
    func line() throws {
        let chart = LineChart(
            x: Axis("x", range: 0...10), y: Axis("y & z", range: 0...1),
            series: [.init("a < b", x: [0, 10], y: [0, 1])])
        let found = elements(chart.svg(width: 400, height: 300, label: "a \"line\""))
        let root = found[0].attributes
        #expect(root["aria-label"] == "a &quot;line&quot;")
        #expect(root["data-from"] == "0.0" && root["data-to"] == "10.0")
        let plot = try #require(found.dropFirst().first { $0.name == "svg" }).attributes
        let (left, top) = (Double(plot["x"]!)!, Double(plot["y"]!)!)
        let (width, height) = (Double(plot["width"]!)!, Double(plot["height"]!)!)
        #expect(root["data-left"] == plot["x"])
        #expect(Double(root["data-right"]!) == left + width)
        let path = try #require(attributes(found, class: "series").first?["d"])
        let numbers = path.split { "ML ".contains($0) }.compactMap { Double($0) }
        #expect(numbers == [left, top + height, left + width, top])
    }

    @Test("gaps break curves, values off a logarithmic axis too; bands and dots are where the values are")
    func parts() throws {
        let x = (1...5).map(Double.init)
        let chart = LineChart(
            x: Axis(), y: Axis(scale: .logarithmic),
            series: [
                .init("gap", x: x, y: [1, 10, .nan, 0, 100], dash: .dashed, hasMarkers: true),
                .init("band", x: x, y: x, band: (lower: x.map { $0 / 2 }, upper: x.map { $0 * 2 })),
            ])
        let found = elements(chart.svg(classes: ["s5", "own"], label: ""))
        let curves = attributes(found, class: "series")
        #expect(curves[0]["d"]?.filter { $0 == "M" }.count == 2)
        #expect(curves[0]["stroke-dasharray"] != nil)
        #expect(curves[0]["class"] == "series s5")
        #expect(attributes(found, class: "dot").count == 3)
        let band = attributes(found, class: "band")
        #expect(band.count == 1 && band[0]["class"] == "band own")
        #expect(band[0]["d"]?.filter { $0 == "L" }.count == 9)
    }
}
