/// The types in a source that are kinds: structs with a static name `kind` of their own.
func kindTypes(in source: String) -> [String] {
    source.matches(of: /struct (\w+)[^{]*\{\s*(?:\/\/\/[^\n]*\s*)*(?:public )?static let kind = "/).map { String($0.1) }
}

/// Where a source asks whether a value is of one of these kinds, which only a switch over kinds needs.
func questions(about kinds: [String], in source: String) -> [String] {
    let casts = source.matches(of: /\b(?:is|as[?!]?) (\w+)\b/).filter { kinds.contains(String($0.1)) }.map(\.0)
    let names = source.matches(of: /kindName [=!]=|switch [\w.]*kindName/).map(\.0)
    return (casts + names).map(String.init)
}
