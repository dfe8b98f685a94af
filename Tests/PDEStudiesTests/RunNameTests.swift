import PDEComparisons
import Testing

@Suite("What runs are called beside others")
struct RunNameTests {
    @Test("as many parts of their folders as tell them apart") func names() {
        func names(_ folders: String...) -> [String] { RunName.names(of: folders).map(\.text) }
        #expect(names("runs/a", "runs/b") == ["a", "b"])
        #expect(names("one/a", "two/a/") == ["one a", "two a"])
        #expect(
            names("x/narrow", "x/narrow/seed-0", "x/narrow/seed-1") == ["x narrow", "narrow seed-0", "narrow seed-1"])
        let groups = RunName.names(of: ["x/narrow", "x/narrow/seed-0", "x/wide/seed-0"]).map(\.group)
        #expect(groups == [nil, "narrow", "wide"])
    }
}
