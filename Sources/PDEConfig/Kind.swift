/// One of the kinds of things that can stand at a place of a configuration: a Codable struct that *is* its configuration.
///
/// JSON tells kinds apart by the key `kind`, beside which the struct's own keys stand: `{ "kind": "cosine", "warmup": 0.1 }`. A name
/// alone, `"cosine"`, is the kind with all defaults. Decoded by `OneOf`, from the list of its family and of what the decoder's `Kinds`
/// add. A kind is written as usual for Codable types:
///
///     public struct CosineSchedule: Schedule {
///         public static let kind = "cosine"
///         public var warmup: Double
///         public init(warmup: Double = 0.02) { self.warmup = warmup }
///         public init(from decoder: any Decoder) throws {
///             self.init()
///             try decoder.container(keyedBy: CodingKeys.self).decode(.warmup, into: &warmup, in: 0..<1)
///         }
///     }
public protocol Kind: Codable, Equatable, Sendable, KeyAliases, CustomStringConvertible {
    /// What it is one of.
    associatedtype Family: KindFamily
    /// Its name in JSON.
    static var kind: String { get }
    /// What else it is called in the field: messages know it, files do not say it.
    static var aliases: [String] { get }
}

/// A type whose keys have other names in the field, which messages know.
public protocol KeyAliases {
    /// The other names, with the key that is meant: `["lr": "learningRate"]`.
    static var keyAliases: [String: String] { get }
}

extension Kind {
    /// No other names.
    public static var aliases: [String] { [] }
    /// No other names of keys.
    public static var keyAliases: [String: String] { [:] }
    /// The name of the value's kind in JSON.
    public var kindName: String { Self.kind }

    /// Its name and keys: `cosine(warmup: 0.02)`.
    public var description: String {
        let members = (try? StrictEncoder().encode(self).members) ?? []
        let keys = members.map { "\($0.name): \($0.value.serialized(pretty: false))" }
        return keys.isEmpty ? kindName : "\(kindName)(\(keys.joined(separator: ", ")))"
    }
}

/// All that can stand at one place of a configuration: the list to which a new kind adds its line.
public protocol KindFamily: Sendable {
    /// `any` and the protocol of its kinds, which inherits from `Kind`.
    associatedtype Member: Sendable
    /// The kinds that are always there.
    static var standard: [any Kind.Type] { get }
    /// The key that names the kind.
    static var key: String { get }
    /// The kind that is meant where `kind` is left out; nil where it must be there.
    static var implied: (any Kind.Type)? { get }
    /// Keys that were once written for every kind: where all of them stand, those that the kind does not have count for nothing.
    static var formerKeys: Set<String> { get }
    /// Whether kinds that a program adds to a family count here too.
    static func takes(_ family: any KindFamily.Type) -> Bool
}

extension KindFamily {
    /// Kinds are named by `kind`.
    public static var key: String { "kind" }
    /// The kind must be there.
    public static var implied: (any Kind.Type)? { nil }
    /// Every kind was always written with its own keys.
    public static var formerKeys: Set<String> { [] }
    /// Those of this family.
    public static func takes(_ family: any KindFamily.Type) -> Bool { family == Self.self }
}

/// Kinds of a program's own, of any families, beside those that are always there.
///
///     let kinds = Kinds([WaveletOperator.self, Lion.self])
///     let experiment = try StrictDecoder(kinds: kinds).decode(Experiment.self, from: json)
public struct Kinds: Sendable {
    static let userInfoKey = CodingUserInfoKey(rawValue: "PDEConfig.Kinds")!
    private let added: [any Kind.Type]

    /// The kinds that are always there, and these.
    public init(_ added: [any Kind.Type] = []) { self.added = added }

    /// The kinds of a family, those that are always there first.
    public func of<Family: KindFamily>(_ family: Family.Type) -> [any Kind.Type] {
        func isMember<K: Kind>(_ kind: K.Type) -> Bool { Family.takes(K.Family.self) }
        return Family.standard + added.filter { isMember($0) }
    }

    /// The names of a family's kinds.
    public func names<Family: KindFamily>(of family: Family.Type) -> [String] { of(family).map { $0.kind } }

    /// The kind of a family with a name; nil if there is none.
    public func kind<Family: KindFamily>(_ name: String, of family: Family.Type) -> (any Kind.Type)? {
        of(family).first { $0.kind == name }
    }

    /// The name of the kind that was probably meant by one that is none; nil if none is near.
    func nearest<Family: KindFamily>(_ word: String, of family: Family.Type) -> String? {
        let names = of(family).flatMap { kind in ([kind.kind] + kind.aliases).map { ($0, kind.kind) } }
        let found = PDEConfig.nearest(word, among: names.map(\.0))
        return names.first { $0.0 == found }?.1
    }
}

extension StrictDecoder {
    /// A decoder that knows kinds beside those that are always there.
    public init(kinds: Kinds) { userInfo[Kinds.userInfoKey] = kinds }
}

extension Decoder {
    /// The kinds that can be decoded.
    public var kinds: Kinds { userInfo[Kinds.userInfoKey] as? Kinds ?? Kinds() }
}
