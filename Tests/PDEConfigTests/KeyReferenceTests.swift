import PDEConfig
import Testing

private protocol Shape: Kind where Family == Shapes {}

private enum Shapes: KindFamily {
    typealias Member = any Shape
    static let standard: [any Kind.Type] = [Disc.self, Box.self]
}

private struct Disc: Shape {
    static let kind = "disc"
    static let aliases = ["circle"]
    static let keyAliases = ["r": "radius"]
    var radius: Double

    init(from decoder: any Decoder) throws {
        radius = try decoder.container(keyedBy: CodingKeys.self).decode(.radius, in: .moreThan(0, atMost: 2))
    }
}

private struct Box: Shape {
    static let kind = "box"
    var sides = [1.0, 1.0]

    init(from decoder: any Decoder) throws {
        try decoder.container(keyedBy: CodingKeys.self).decode(.sides, into: &sides)
        guard sides.count == 2 else { throw ConfigurationError.invalid(path: "sides", allowed: "two lengths") }
    }
}

private struct Scene: Codable, Equatable {
    enum Light: String, Codable, CaseIterable { case day, night }

    struct Camera: Codable, Equatable {
        var height = 2

        init() {}
        init(from decoder: any Decoder) throws {
            try decoder.container(keyedBy: CodingKeys.self).decode(.height, into: &height, in: 1...9)
        }
    }

    private enum CodingKeys: String, CodingKey { case title, caption, shape, light, camera, isLoud, seats, taken }

    var title: String
    /// What stands below; the title where nothing else is said.
    var caption = ""
    @OneOf<Shapes> var shape: any Shape
    var light = Light.day
    var camera = Camera()
    var isLoud = false
    var seats: Int?
    /// Of as many seats as the camera is high.
    var taken = 0

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        title = try container.decode(String.self, forKey: .title)
        _shape = try container.decode(OneOf.self, forKey: .shape)
        try container.decode(.light, into: &light)
        try container.decode(.camera, into: &camera)
        try container.decode(.isLoud, into: &isLoud)
        seats = try container.decodeIfPresent(.seats, in: Bounds.atLeast(1))
        caption = try container.decode(.caption, default: title)
        try container.decode(.taken, into: &taken, in: 0...camera.height)
    }

    /// As files had it before there was a choice: nothing is said of what is usual.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(title, forKey: .title)
        try container.encode(_shape, forKey: .shape)
        try container.encode(light, forKey: .light)
        try container.encode(camera, forKey: .camera)
        try container.encode(caption, forKey: .caption)
        try container.encode(taken, forKey: .taken)
        if isLoud { try container.encode(isLoud, forKey: .isLoud) }
        try container.encodeIfPresent(seats, forKey: .seats)
    }
}

@Suite("the keys that a type reads")
struct KeyReferenceTests {
    private let sections = KeyReference(of: Scene.self, from: [:]).sections

    private func entry(_ address: String, _ name: String) throws -> KeyEntry {
        try #require(sections.first { $0.address == address }?.entries.first { $0.name == name })
    }

    @Test("objects and kinds are found by what is asked for")
    func addresses() {
        #expect(sections.map(\.address) == ["", "shape.disc", "shape.box", "camera"])
        #expect(
            sections.map { $0.entries.map(\.name) } == [
                ["title", "shape", "light", "camera", "isLoud", "seats", "caption", "taken"], ["radius"], ["sides"],
                ["height"],
            ])
        #expect(sections[1].kindType == "Disc")
        #expect(sections[1].kindAliases == ["circle"])
        #expect(sections[1].aliases == ["r": "radius"])
    }

    @Test("what other keys decide is said by their names")
    func dependence() throws {
        let (caption, taken) = (try entry("", "caption"), try entry("", "taken"))
        #expect(caption.follows == "title" && caption.standard == nil)
        #expect(taken.ranges == ["between 0 and camera.height"] && taken.standard == 0)
        #expect(try entry("camera", "height").ranges == ["between 1 and 9"])
    }

    @Test("types, ranges and names are those of the refusals")
    func types() throws {
        let radius = try entry("shape.disc", "radius")
        #expect(radius.types == ["a number"])
        #expect(radius.ranges == ["more than 0 and at most 2"])
        #expect(radius.isRequired)
        #expect(radius.owners == ["Disc"])
        let sides = try entry("shape.box", "sides")
        #expect(sides.types == ["an array"])
        #expect(sides.elements == "a number")
        #expect(sides.ranges == ["two lengths"])
        #expect(try entry("", "light").choices == ["day", "night"])
        #expect(try entry("", "shape").choices == ["disc", "box"])
        #expect(try entry("", "title").types == ["a string"])
        #expect(try entry("", "isLoud").types == ["true or false"])
        #expect(try entry("camera", "height").ranges == ["between 1 and 9"])
    }

    @Test("defaults are what is meant where a key is left out, written or not")
    func standards() throws {
        #expect(try entry("camera", "height").standard == 2)
        #expect(try entry("", "light").standard == "day")
        #expect(try entry("", "isLoud").standard == false)
        #expect(try entry("", "seats").standard == nil)
        #expect(try entry("shape.disc", "radius").standard == nil)
    }

    @Test("examples are accepted and differ from what is meant anyway")
    func examples() throws {
        #expect(try entry("camera", "height").example == 4)
        #expect(try entry("", "light").example == "night")
        #expect(try entry("", "isLoud").example == true)
        #expect(try entry("", "seats").example == 1)
    }

    @Test("what is not looked into still has its place")
    func roots() {
        let sections = KeyReference(of: Scene.self, from: [:], roots: ["camera"]).sections
        #expect(sections.map(\.address) == ["", "camera"])
        #expect(sections[0].entries.count == 8)
    }
}
