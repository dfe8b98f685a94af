import PDEConfig
import PDEData

extension Recipe {
    /// The numbers of every split, in the order in which they are made. Of a recipe for one sample only, that one.
    public var splits: [(split: Split, indices: Range<Int>)] {
        let ranges = numbers
        return [Split.test, .valid, .train].compactMap { split in
            guard let range = ranges[split] else { return nil }
            guard let only = samples.only else { return (split, range) }
            let number = range.lowerBound + only.position
            return only.split == split ? (split, number..<number + 1) : nil
        }
    }

    /// Where the sample of a number stands.
    func address(of number: Int) -> SampleAddress {
        guard let address = SampleAddress(of: number, in: numbers) else {
            preconditionFailure("number: expected one of \(numbers), got \(number)")
        }
        return address
    }

    /// The place of the sample of a number among all: those of test, of valid and of train in turn.
    func place(of number: Int) -> Int {
        let address = address(of: number)
        let before: [Split: Int] = [.test: 0, .valid: samples.test, .train: samples.test + samples.valid]
        return before[address.split]! + address.position
    }

    private var numbers: [Split: Range<Int>] {
        Self.ranges(train: samples.train, valid: samples.valid, test: samples.test, samples.numbering)
    }

    /// The numbers of every split that has samples.
    static func ranges(train: Int, valid: Int, test: Int, _ numbering: Numbering?) -> [Split: Range<Int>] {
        var ranges: [Split: Range<Int>] = [:]
        var next = 0
        for (split, count) in [(Split.test, test), (.valid, valid), (.train, train)] where count > 0 {
            let first = numbering == .consecutive ? next : split.firstNumber
            ranges[split] = first..<first + count
            next += count
        }
        return ranges
    }
}

/// What a dataset's folder says of its samples' numbers.
///
/// Datasets from before every split had its own numbers do not say so in their recipe; they stay what they are.
extension Recipe {
    private static let numberingPath = "samples.numbering"

    /// A recipe that is stored with its dataset.
    /// - Parameter kinds: kinds of the program's own that it may name.
    /// - Throws: `ConfigurationError`.
    public init(stored json: JSON, kinds: Kinds = Kinds()) throws {
        var json = json
        if json.value(at: Self.numberingPath) == nil {
            try json.set(Self.numberingPath, to: .string(Numbering.consecutive.rawValue))
        }
        self = try StrictDecoder(kinds: kinds).decode(Recipe.self, from: json)
    }

    /// This recipe with the numbering of a folder in which `stored` is the recipe, unless it asks for one itself.
    public func numbered(as stored: JSON?) -> Recipe {
        guard samples.numbering == nil else { return self }
        var recipe = self
        let found = stored.map { $0.value(at: Self.numberingPath)?.string ?? Numbering.consecutive.rawValue }
        recipe.samples.numbering = found.map { Numbering(rawValue: $0) } ?? .bySplit
        return recipe
    }

    /// The recipe's JSON with every default filled in, in the form of `stored`.
    func resolved(as stored: JSON?) throws -> JSON {
        var json = try StrictEncoder().encode(self)
        if samples.numbering == .consecutive, let stored, stored.value(at: Self.numberingPath) == nil {
            let members = json["samples"]?.members ?? []
            try json.set("samples", to: .object(members.filter { $0.name != "numbering" }.map { ($0.name, $0.value) }))
        }
        return json
    }
}
