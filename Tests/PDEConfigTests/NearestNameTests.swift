import PDEConfig
import Testing

@Suite struct NearestNameTests {
    private let names = ["resolution", "viscosity", "integrator", "re", "nu", "time-step", "seed", "shard"]

    @Test(arguments: [
        ("resolutoin", "resolution"), ("Viscosity", "viscosity"), ("timeStep", "time-step"), ("time_step", "time-step"),
        ("visc", "viscosity"), ("sed", "seed"), ("shrad", "shard"), ("integratr", "integrator"), ("seeds", "seed"),
        ("resolution2", "resolution"),
    ])
    func findsWhatWasMeant(word: String, name: String) {
        #expect(nearest(word, among: names) == name)
    }

    @Test(arguments: ["zebra", "x", "", "obstacles", "--"])
    func findsNothingFarAway(word: String) {
        #expect(nearest(word, among: names) == nil)
    }

    @Test func aWordOfMegabytesIsNearToNothingAtOnce() {
        #expect(nearest(String(repeating: "burgers", count: 1_000_000), among: ["burgers", "darcy"]) == nil)
        #expect(nearest("burgers" + String(repeating: "s", count: 20), among: ["burgers"]) == "burgers")
    }
}
