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

    /// The first frame that equals the one before it.
    package static func firstRepeated(_ values: [Float], frames: Int) -> Int? {
        let stride = values.count / max(frames, 1)
        guard frames > 1, stride > 0 else { return nil }
        return values.withUnsafeBufferPointer { buffer in
            (1..<frames).first { frame in
                let now = buffer.baseAddress! + frame * stride
                return memcmp(now, now - stride, stride * MemoryLayout<Float>.size) == 0
            }
        }
    }
}
