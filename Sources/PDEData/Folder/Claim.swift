import PDEConfig

/// What a recipe finds in the folder that it claims.
public enum Claim: Equatable, Sendable {
    /// The folder was empty or did not exist.
    case new
    /// The same recipe was here and has not finished.
    case unfinished
    /// The same recipe has finished; its shards may be checked and repaired.
    case finished
}

extension DatasetFolder {
    /// The recipe of the dataset that is here, finished or not; nil if there is none.
    /// - Throws: `DataError.corrupt` when its manifest cannot be read, `DataError.occupied` when its claim cannot,
    ///   `DataError.file`.
    public func storedRecipe() throws(DataError) -> JSON? {
        if let manifest = try manifest() { return manifest.recipe }
        guard FileSystem.exists(claimPath) else { return nil }
        let text = String(decoding: try FileSystem.read(claimPath), as: UTF8.self)
        do throws(ConfigurationError) {
            return try JSON.parse(text, file: claimPath)
        } catch {
            throw .occupied(path: path, reason: "its recipe cannot be read: \(error)")
        }
    }

    /// How a dataset is made again, by the recipe that it keeps: the beginning of a sentence.
    package static func again(_ recipe: JSON?) -> String {
        recipe?["import"] == nil ? "Run its recipe again" : "Run the same `pdegen import` again"
    }

    /// Claims the folder for a resolved recipe. Several processes may claim it at once with the same recipe.
    /// - Returns: What was there.
    /// - Throws: `DataError.occupied`, without touching anything, when the folder belongs to another recipe (with the
    ///   first key that differs) or holds anything else; `DataError.corrupt` when its manifest cannot be read;
    ///   `DataError.file`.
    public func claim(recipe: JSON) throws(DataError) -> Claim {
        if let claim = try existingClaim(recipe) { return claim }
        // Another process may be between its look and its claim.
        guard let lock = try FileLock.take(folderLockPath, waits: true) else {
            throw FileSystem.error(folderLockPath, doing: "this lock cannot be taken")
        }
        return try withExtendedLifetime(lock) { () throws(DataError) in
            if let claim = try existingClaim(recipe) { return claim }
            try AtomicFile.write(recipe.serialized() + "\n", to: claimPath)
            return .new
        }
    }

    private func existingClaim(_ recipe: JSON) throws(DataError) -> Claim? {
        switch FileSystem.kind(path) {
        case nil: return nil
        case .folder: break
        default: throw .occupied(path: path, reason: "this is a file, and a dataset needs a folder")
        }
        if let manifest = try manifest() {
            try compare(manifest.recipe, recipe)
            return .finished
        }
        if let found = try storedRecipe() {
            try compare(found, recipe)
            return .unfinished
        }
        let strangers = try FileSystem.list(path).filter { $0 != ".shards" }
        guard strangers.isEmpty else {
            let shown = strangers.prefix(3).joined(separator: ", ") + (strangers.count > 3 ? ", …" : "")
            throw .occupied(path: path, reason: "the folder is not empty and not a dataset's (it holds \(shown))")
        }
        return nil
    }

    private func compare(_ found: JSON, _ wanted: JSON) throws(DataError) {
        // Titles follow from the rest, and long ones look alike when they are cut.
        let difference = firstDifference(untitled(found), untitled(wanted)) ?? firstDifference(found, wanted)
        guard let (key, there, here) = difference else { return }
        throw .occupied(
            path: path,
            reason: "the folder belongs to another recipe: \(key.isEmpty ? "the root" : key) is "
                + "\(brief(there)) there and \(brief(here)) here")
    }

    private func untitled(_ recipe: JSON) -> JSON {
        guard let members = recipe.members else { return recipe }
        return .object(members.filter { $0.name != "title" }.map { ($0.name, $0.value) })
    }
}

/// A value as a sentence has it, cut where it is long; nil is a key that is not set.
package func brief(_ json: JSON?) -> String {
    guard let text = json?.serialized(pretty: false) else { return "not set" }
    return text.count > 60 ? "\(text.prefix(57))…" : text
}

/// The dotted path of the first key whose values differ, and the values.
package func firstDifference(
    _ left: JSON, _ right: JSON, at path: String = ""
) -> (path: String, left: JSON?, right: JSON?)? {
    if left == right { return nil }
    if let members = left.members, let others = right.members {
        let prefix = path.isEmpty ? "" : path + "."
        for member in members {
            guard let other = right[member.name] else { return (prefix + member.name, member.value, nil) }
            if let difference = firstDifference(member.value, other, at: prefix + member.name) { return difference }
        }
        for other in others where left[other.name] == nil { return (prefix + other.name, nil, other.value) }
    }
    if let elements = left.array, let others = right.array, elements.count == others.count {
        for (index, (element, other)) in zip(elements, others).enumerated() {
            let place = path.isEmpty ? "\(index)" : "\(path).\(index)"
            if let difference = firstDifference(element, other, at: place) { return difference }
        }
    }
    return (path, left, right)
}
