import PDEEvaluation
import Testing

/// The picture of moving particles, as text.
@Suite("Moving particles")
struct ParticleMotionTests {
    /// Two particles at three times; the farthest component is 2, and 1.05 · 2 is half the picture's side of 420.
    private var motion: ParticleMotion {
        var motion = ParticleMotion()
        motion.append(ParticleMotion.Frame(x: [0, 1], y: [0, -1], densities: [1, 0]))
        motion.append(ParticleMotion.Frame(x: [.nan, 1], y: [0, -1], densities: [1, 0]))
        motion.append(ParticleMotion.Frame(x: [1, 1.5], y: [0.5, -0.5], densities: [0.5, 0.25]))
        motion.append(ParticleMotion.Frame(x: [2, -1], y: [1, 0.5], densities: [0.2, 1]))
        return motion
    }

    @Test("every particle and the bar have the place of the last time without animation, as on paper")
    func standsStill() {
        let drawn = motion.svg(label: "particles")
        #expect(drawn.contains("<circle r=\"2.5\" cx=\"410.0\" cy=\"110.0\" fill-opacity=\"0.32\">"))
        #expect(drawn.contains("<circle r=\"2.5\" cx=\"110.0\" cy=\"160.0\" fill-opacity=\"1.0\">"))
        #expect(drawn.contains("<rect y=\"0\" height=\"4\" width=\"420.0\">"))
    }

    @Test("what moves takes on every time's value, and ends where it stands without animation")
    func moves() throws {
        let drawn = motion.svg(label: "particles")
        #expect(
            drawn.contains("attributeName=\"cx\" dur=\"6s\" repeatCount=\"indefinite\" values=\"210.0;310.0;410.0\"/>"))
        #expect(
            drawn.contains("attributeName=\"cy\" dur=\"6s\" repeatCount=\"indefinite\" values=\"310.0;260.0;160.0\"/>"))
        let elements = drawn.matches(of: /<(?:circle|rect) ([^>]*)>(<animate.*?)<\/(?:circle|rect)>/)
        #expect(elements.count == 3)
        var animated = 0
        for element in elements {
            for animation in element.2.matches(of: /attributeName="([a-z-]+)"[^>]* values="([^"]*)"/) {
                let last = try #require(animation.2.split(separator: ";").last)
                #expect(element.1.contains("\(animation.1)=\"\(last)\""), "\(element.1)")
                animated += 1
            }
        }
        #expect(animated == 2 * 3 + 1)
    }
}
