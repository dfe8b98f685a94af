/// How many columns a text takes on a terminal.
///
/// Right for Latin, Greek, mathematics, East Asian scripts and single emoji; control characters count as nothing.
package func displayWidth(_ text: String) -> Int {
    text.reduce(0) { $0 + displayWidth($1) }
}

/// The text with blanks up to the given width, at its end or, for numbers, in front.
package func padded(_ text: String, to columns: Int, atStart: Bool = false) -> String {
    let blanks = String(repeating: " ", count: max(0, columns - displayWidth(text)))
    return atStart ? blanks + text : text + blanks
}

/// The text cut to the given width; what was cut shows as "…".
package func truncated(_ text: String, to columns: Int) -> String {
    guard displayWidth(text) > columns else { return text }
    guard columns > 0 else { return "" }
    var result = ""
    var width = 0
    for character in text {
        let next = displayWidth(character)
        if width + next > columns - 1 { break }
        result.append(character)
        width += next
    }
    return result + "…"
}

/// The text broken between words into lines of at most the given width; its own line breaks stay.
///
/// A line's indentation is kept. A word wider than a line gets a line of its own.
package func wrapped(_ text: String, columns: Int) -> [String] {
    var lines: [String] = []
    for paragraph in text.split(separator: "\n", omittingEmptySubsequences: false) {
        var line = String(paragraph.prefix { $0 == " " })
        var isEmpty = true
        for word in paragraph.split(separator: " ") {
            if !isEmpty, displayWidth(line) + 1 + displayWidth(String(word)) > columns {
                lines.append(line)
                line = String(word)
            } else {
                line += (isEmpty ? "" : " ") + word
            }
            isEmpty = false
        }
        lines.append(line)
    }
    return lines
}

private func displayWidth(_ character: Character) -> Int {
    guard let first = character.unicodeScalars.first else { return 0 }
    let properties = first.properties
    if properties.isEmojiPresentation || character.unicodeScalars.contains("\u{FE0F}") { return 2 }
    switch properties.generalCategory {
    case .control, .nonspacingMark, .enclosingMark, .format: return 0
    default: return isWide(first.value) ? 2 : 1
    }
}

/// The blocks whose characters take two columns (Unicode Standard Annex 11, East Asian Width W and F).
private func isWide(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
        0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
        0x1F900...0x1F9FF, 0x20000...0x3FFFD:
        true
    default: false
    }
}
