import PDECommand
import PDEConfig
import PDEGeneration
import PDEGeometry

/// The flags of flows past obstacles: they override a flow's recipe, or stand for one.
struct FlowFlags {
    private static let levels = DifficultyLevel.allCases.map(\.rawValue)
    private static let anyLevel = "easy, medium or hard"
    private static let names = ["level", "re", "obstacles", "shape", "family"]

    /// The options.
    static let options: [CommandLineOption] = [
        .value("re", "R", help: "Reynolds number: 1000, 8000:10000, \(anyLevel)"),
        .value("obstacles", "N", help: "how many: 3, 2:10, \(anyLevel)"),
        .value("level", "L", help: "\(anyLevel), for both of these"),
        .value("shape", "S,S", help: ObstacleKind.allCases.map(\.rawValue).joined(separator: ", ")),
        .value("family", "F", help: FlowEquation.FamilyName.allCases.map(\.rawValue).joined(separator: " or ")),
    ]

    private let arguments: Arguments

    init(_ arguments: Arguments) { self.arguments = arguments }

    /// The flags on the command line.
    private var given: [String] { Self.names.filter { arguments.isGiven($0) } }

    /// Whether one of them is on the command line.
    var areGiven: Bool { !given.isEmpty }

    /// The recipe that the flags stand for where no file is named: a handful of samples of a channel with three obstacles, or of
    /// a cavity.
    /// - Throws: `CommandError` for an unknown family.
    func standardRecipe() throws(CommandError) -> JSON {
        let family =
            try arguments.choice("family", among: FlowEquation.FamilyName.allCases.map(\.rawValue)) ?? "channel"
        let isChannel = family == "channel"
        return [
            "name": .string(isChannel ? "flow" : "flow-cavity"),
            "equation": [
                "name": "navier-stokes", "family": .string(family),
                "reynolds": isChannel ? 1000 : .string(DifficultyLevel.easy.rawValue),
            ],
            "resolution": 128, "obstacles": ["count": isChannel ? 3 : 0], "frames": ["count": 20, "interval": 0.25],
            "samples": ["train": 8, "valid": 2, "test": 2],
        ]
    }

    /// The name's part that tells the flags apart: `-re1000-obstacles3`.
    var nameSuffix: String {
        let texts = ["level", "re", "obstacles", "shape"].compactMap { flag in
            arguments.string(flag).map { flag == "shape" ? $0 : flag + ($0.first?.isNumber ?? false ? "" : "-") + $0 }
        }
        return texts.map { "-" + Self.sanitized($0) }.joined()
    }

    /// A text with letters, digits, dots and dashes only.
    static func sanitized(_ text: String) -> String {
        String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") ? $0 : "-" })
    }

    /// Sets the flags' keys in a flow's recipe.
    /// - Throws: `CommandError` for a flag that cannot be read, and for a recipe of another equation.
    func apply(to json: inout JSON, recipe: String) throws {
        guard let first = given.first else { return }
        let equation = json.value(at: "equation.name")?.string
        guard equation == FlowEquation.kind else {
            throw CommandError(
                "--\(first) is for flows, and \(recipe) solves \(equation ?? "no equation")",
                advice: [
                    "without a recipe the flags stand for one: pdegen --re 1000 --obstacles 3",
                    "recipes of flows have \"equation\": { \"name\": \"navier-stokes\", … }",
                ])
        }
        dropTitle(&json)
        try applyFamily(&json)
        if let level = try arguments.choice("level", among: Self.levels) {
            let value = JSON.string(level).with(origin: .flag("--level"))
            try json.set("equation.reynolds", to: value)
            try json.set("obstacles", to: value)
        }
        if let text = arguments.string("re") {
            let origin = JSON.Origin.flag("--re")
            let value: JSON? =
                Self.levels.contains(text)
                ? .string(text) : Distribution.json(fromFlag: text, isLogarithmic: false, origin: origin)
            guard let value else {
                throw arguments.wrongValue(
                    "re", expected: "a number, a range A:B, a list A,B,C, \(Self.anyLevel)", found: text)
            }
            try json.set("equation.reynolds", to: value.with(origin: origin))
        }
        try applyObstacles(&json)
        try applyShapes(&json)
    }

    /// A file's title tells of the flow that the file asks for; without one the title tells of the flow that is made.
    private func dropTitle(_ json: inout JSON) {
        guard json["title"] != nil, let members = json.members else { return }
        json = .object(members.filter { $0.name != "title" }.map { ($0.name, $0.value) })
    }

    /// A cavity has neither inlet nor outlet.
    private func applyFamily(_ json: inout JSON) throws {
        guard let family = try arguments.choice("family", among: FlowEquation.FamilyName.allCases.map(\.rawValue))
        else { return }
        try json.set("equation.family", to: .string(family).with(origin: .flag("--family")))
        guard family == "cavity", let members = json["equation"]?.members else { return }
        let kept = members.filter { $0.name != "inlet" && $0.name != "outlet" }
        try json.set("equation", to: .object(kept.map { ($0.name, $0.value) }))
    }

    /// A number or a range changes only the number where the recipe says more of its obstacles.
    private func applyObstacles(_ json: inout JSON) throws {
        guard let text = arguments.string("obstacles") else { return }
        let numbers = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        let count: JSON
        if Self.levels.contains(text) {
            return try json.set("obstacles", to: .string(text).with(origin: .flag("--obstacles")))
        } else if numbers.count == 1, let number = numbers[0] {
            count = .number(number)
        } else if numbers.count == 2, let low = numbers[0], let high = numbers[1] {
            count = [.number(low), .number(high)]
        } else {
            throw arguments.wrongValue(
                "obstacles", expected: "a whole number, a range A:B, \(Self.anyLevel)", found: text)
        }
        let isDrawn = json["obstacles"]?.members != nil && json.value(at: "obstacles.bodies") == nil
        if !isDrawn { try json.set("obstacles", to: .object([])) }
        try json.set("obstacles.count", to: count.with(origin: .flag("--obstacles")))
    }

    private func applyShapes(_ json: inout JSON) throws {
        guard let text = arguments.string("shape") else { return }
        let origin = JSON.Origin.flag("--shape")
        let kinds = ObstacleKind.allCases.map(\.rawValue)
        let words = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        for word in words where !kinds.contains(word) {
            throw CommandError("--shape: no shape", name: word, among: kinds)
        }
        if let count = json["obstacles"], count.number != nil, count.int != 0 {
            try json.set("obstacles", to: ["count": count])
        }
        let isDrawn = json["obstacles"]?.members != nil && json.value(at: "obstacles.bodies") == nil
        guard isDrawn, json.value(at: "obstacles.count")?.int != 0 else {
            let isLevel = json["obstacles"]?.string != nil
            throw CommandError(
                isLevel
                    ? "--shape: the obstacles of a level are squares of fixed sizes"
                    : "--shape needs obstacles that are drawn at random",
                advice: ["say how many: --obstacles 3 --shape \(text)"])
        }
        try json.set("obstacles.shapes", to: .array(words.map { .string($0) }).with(origin: origin))
    }
}
