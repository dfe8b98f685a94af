import Glibc

/// How much of each pixel of a box a set of strokes covers, 0…255.
///
/// Strokes join by the maximum, so that overlapping ends and joints show no seams; the whole is then laid on a raster once.
struct Coverage {
    let box: Box
    var values: [UInt8]

    init(box: Box) {
        self.box = box
        values = [UInt8](repeating: 0, count: box.width * box.height)
    }

    /// A straight stroke with round ends. Lines thinner than a pixel become fainter instead.
    mutating func stroke(from start: Point, to end: Point, width: Double) {
        guard start.isFinite, end.isFinite, width > 0, box.width > 0, box.height > 0 else { return }
        let radius = max(width, 1) / 2
        let strength = min(width, 1) * 255
        let reach = radius + 1
        guard let (p, q) = clipped(start, end, margin: reach) else { return }
        let dx = q.x - p.x
        let dy = q.y - p.y
        let length = (dx * dx + dy * dy).squareRoot()
        let inverse = length > 0 ? 1 / length : 0
        let (ux, uy) = (dx * inverse, dy * inverse)
        let top = max(box.y, Int((min(p.y, q.y) - reach).rounded(.down)))
        let bottom = min(box.bottom, Int((max(p.y, q.y) + reach).rounded(.up)))
        let left = max(Double(box.x), (min(p.x, q.x) - reach).rounded(.down))
        let right = min(Double(box.right), (max(p.x, q.x) + reach).rounded(.up))
        guard top < bottom, left < right else { return }
        let (originX, originY, rowLength) = (box.x, box.y, box.width)
        values.withUnsafeMutableBufferPointer { buffer in
            let base = buffer.baseAddress!
            for y in top..<bottom {
                let cy = Double(y) + 0.5 - p.y
                var first = left
                var last = right
                if abs(uy) > 1e-9 {
                    // The strip |perpendicular distance| ≤ reach meets this row around x = p.x + cy·ux/uy.
                    let middle = p.x + cy * ux / uy
                    let half = reach / abs(uy) + 1
                    first = max(first, (middle - half).rounded(.down))
                    last = min(last, (middle + half).rounded(.up))
                }
                guard first < last else { continue }
                let row = base + ((y &- originY) &* rowLength &- originX)
                for x in Int(first)..<Int(last) {
                    let cx = Double(x) + 0.5 - p.x
                    let along = min(max(cx * ux + cy * uy, 0), length)
                    let ex = cx - along * ux
                    let ey = cy - along * uy
                    let cover = radius + 0.5 - (ex * ex + ey * ey).squareRoot()
                    if cover > 0 {
                        let value = UInt8(min(cover, 1) * strength + 0.5)
                        if value > row[x] { row[x] = value }
                    }
                }
            }
        }
    }

    /// A filled circle.
    mutating func disc(center: Point, radius: Double) {
        stroke(from: center, to: center, width: 2 * radius)
    }

    /// The part of a segment within the box grown by `margin` (Liang and Barsky, 1984), so that far-away ends cost nothing.
    private func clipped(_ p: Point, _ q: Point, margin: Double) -> (Point, Point)? {
        var enter = 0.0
        var leave = 1.0
        let dx = q.x - p.x
        let dy = q.y - p.y
        guard dx.isFinite, dy.isFinite else { return nil }
        let edges = [
            (-dx, p.x - (Double(box.x) - margin)), (dx, Double(box.right) + margin - p.x),
            (-dy, p.y - (Double(box.y) - margin)), (dy, Double(box.bottom) + margin - p.y),
        ]
        for (direction, distance) in edges {
            if direction == 0 {
                if distance < 0 { return nil }
            } else if direction < 0 {
                enter = max(enter, distance / direction)
            } else {
                leave = min(leave, distance / direction)
            }
        }
        guard enter <= leave else { return nil }
        return (
            Point(p.x + enter * dx, p.y + enter * dy), Point(p.x + leave * dx, p.y + leave * dy)
        )
    }
}
