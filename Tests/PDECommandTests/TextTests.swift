import PDECommand
import Testing

@Suite("Tables and widths")
struct TextTests {
    @Test("words stand left, numbers right, a rule is under the header")
    func table() {
        var table = TextTable(["split", "samples", "size", "note"])
        table.append(["train", "1,000", "12.3 GB", "größer"])
        table.append(["valid", "–", "800 MB", ""])
        table.append(["流体", "7", "-1", "5 of 9, rest lost"])
        let expected = """
            split  samples     size  note
            ─────  ───────  ───────  ─────────────────
            train    1,000  12.3 GB  größer
            valid        –   800 MB
            流体         7       -1  5 of 9, rest lost

            """
        #expect(table.rendered() == expected)
    }

    @Test("a bound is a number")
    func bounds() {
        var table = TextTable(["", "valid"])
        table.append(["net", "≥ 100"])
        table.append(["mean", "0.2"])
        #expect(table.rendered() == "      valid\n────  ─────\nnet   ≥ 100\nmean    0.2\n")
    }

    @Test("titles, rule and alignment can be left out or set")
    func options() {
        var plain = TextTable(["", ""], alignments: [.left, .left])
        plain.append(["FFTW", "3.3.10"])
        plain.append(["threads", "2"])
        #expect(plain.rendered() == "FFTW     3.3.10\nthreads  2\n")
        var bare = TextTable(["a", "b"], alignments: [.right, .automatic], rule: false)
        bare.append(["long", "1"])
        #expect(bare.rendered() == "   a  b\nlong  1\n")
    }

    @Test("widths count columns, not characters or bytes")
    func widths() {
        #expect(displayWidth("größer") == 6)
        #expect(displayWidth("gro\u{308}ßer") == 6)
        #expect(displayWidth("流体") == 4)
        #expect(displayWidth("👍🏽 ok") == 5)
        #expect(displayWidth("Δt ≤ 1") == 6)
        #expect(displayWidth("\u{1B}\u{200B}") == 0)
    }

    @Test("a text is cut to a width")
    func truncation() {
        #expect(truncated("abcdef", to: 6) == "abcdef")
        #expect(truncated("abcdef", to: 5) == "abcd…")
        #expect(truncated("流体力学", to: 6) == "流体…")
        #expect(truncated("abc", to: 0) == "")
    }

    @Test("a text is broken between words; its own breaks and indentation stay")
    func wrapping() {
        #expect(wrapped("one two three", columns: 7) == ["one two", "three"])
        #expect(wrapped("unbreakable word", columns: 5) == ["unbreakable", "word"])
        #expect(wrapped("a\n\n  b", columns: 5) == ["a", "", "  b"])
        #expect(wrapped("", columns: 5) == [""])
    }
}
