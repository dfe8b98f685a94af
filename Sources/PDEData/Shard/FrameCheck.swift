#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Frames that no training set should carry.
package enum FrameCheck {
    /// The first frame that holds NaN or infinity.
    package static func firstNonFinite(_ values: [Float], frames: Int) -> Int? {
        let stride = values.count / max(frames, 1)
        return values.withUnsafeBufferPointer { buffer in
            (0..<frames).first { frame in
                var found: UInt32 = 0
                for position in (frame &* stride)..<((frame &+ 1) &* stride) {
                    let magnitude = buffer[position].bitPattern & 0x7fff_ffff
                    found |= magnitude > 0x7f7f_ffff ? 1 : 0
                }
                return found != 0
            }
        }
    }

    /// Whether a frame of `stride` values equals the one before it.
    package static func repeats(_ values: [Float], frame: Int, stride: Int) -> Bool {
        guard frame > 0, stride > 0 else { return false }
        return values.withUnsafeBufferPointer { buffer in
            let now = buffer.baseAddress! + frame * stride
            return memcmp(now, now - stride, stride * MemoryLayout<Float>.size) == 0
        }
    }

    /// The first frame that equals the one before it.
    package static func firstRepeated(_ values: [Float], frames: Int) -> Int? {
        let stride = values.count / max(frames, 1)
        return (0..<frames).first { repeats(values, frame: $0, stride: stride) }
    }
}
