/// Text for HTML and SVG.
public enum Markup {
    /// The text with the characters that mean something in markup written as entities; safe in content and in attributes.
    public static func escaped(_ text: String) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count)
        for character in text.unicodeScalars {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }

    /// JSON text that may stand inside a `script` element: no `<` ends it early.
    public static func scriptSafe(_ json: String) -> String { json.replacing("<", with: "\\u003C") }
}
