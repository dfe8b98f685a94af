import CHDF5
import PDEData
import Testing

/// Changes that make a shard into a file that asks its reader for more than it holds.
struct HostileShard: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// A part of the refusal.
    let refusal: String
    /// What is done to the open file.
    let change: @Sendable (hid_t) -> Void

    init(_ name: String, _ refusal: String, _ change: @escaping @Sendable (hid_t) -> Void) {
        (testDescription, self.refusal, self.change) = (name, refusal, change)
    }

    static let all: [HostileShard] = [
        HostileShard("a field of 2⁴⁰ samples", "bytes are stored") { file in
            replace(file, "t0_fields/u", extents: [1 << 40, 6, 32], chunk: [1, 6, 32])
        },
        HostileShard("a field of another rank", "has shape [5], expected [2, 6, 32]") { file in
            replace(file, "t0_fields/u", extents: [5], isWritten: true)
        },
        HostileShard("a field without values", "bytes are stored") { file in
            replace(file, "t0_fields/u", extents: [2, 6, 32], chunk: [1, 6, 32])
        },
        HostileShard("a field of text", "is of another type, expected float") { file in
            let text = H5Tcopy(CHDF5_c_string())
            H5Tset_size(text, 8)
            replace(file, "t0_fields/u", extents: [2, 6, 32], type: text, isWritten: true)
        },
        HostileShard("a field of pairs", "is of another type, expected float") { file in
            let pair = H5Tcreate(H5T_COMPOUND, 12)
            H5Tinsert(pair, "a", 0, CHDF5_native_double())
            H5Tinsert(pair, "b", 8, CHDF5_native_float())
            replace(file, "t0_fields/u", extents: [2, 6, 32], type: pair, isWritten: true)
        },
        HostileShard("a field behind a filter that nobody knows", "of which one is not known") { file in
            replace(file, "t0_fields/u", extents: [2, 6, 32], chunk: [1, 6, 32]) {
                H5Pset_filter($0, 31_000, UInt32(H5Z_FLAG_OPTIONAL), 0, nil)
            }
        },
        HostileShard("a field in another file", "has its values in other files") { file in
            replace(file, "t0_fields/u", extents: [2, 6, 32]) { H5Pset_external($0, "/dev/zero", 0, 1536) }
        },
        HostileShard("a field made of those of other files", "has its values in other files") { file in
            replace(file, "t0_fields/u", extents: [2, 6, 32]) {
                let space = H5Screate_simple(3, [2, 6, 32], nil)
                return H5Pset_virtual($0, space, "/dev/zero", "u", space)
            }
        },
        HostileShard("a link to another file", "is a link to something elsewhere") { file in
            H5Ldelete(file, "t0_fields/u", CHDF5_default())
            H5Lcreate_external("/dev/zero", "/u", file, "t0_fields/u", CHDF5_default(), CHDF5_default())
        },
        HostileShard("a link that leads to itself", "is a link to something elsewhere") { file in
            H5Ldelete(file, "t0_fields/u", CHDF5_default())
            H5Lcreate_soft("/t0_fields/u", file, "t0_fields/u", CHDF5_default(), CHDF5_default())
        },
        HostileShard("a group that is a field", "/scalars is no group") { file in
            H5Ldelete(file, "scalars", CHDF5_default())
            H5Lcreate_hard(file, "t0_fields/u", file, "scalars", CHDF5_default(), CHDF5_default())
        },
        HostileShard("a field that is the root group", "/t0_fields/u is no dataset") { file in
            H5Ldelete(file, "t0_fields/u", CHDF5_default())
            H5Lcreate_hard(file, "/", file, "t0_fields/u", CHDF5_default(), CHDF5_default())
        },
        HostileShard("a name that leads out of its group", "is no name of a member") { file in
            attach(file, "t0_fields", "field_names", texts: ["../scalars/index"])
        },
        HostileShard("names of fixed length", "is of another type, expected string") { file in
            let text = H5Tcopy(CHDF5_c_string())
            H5Tset_size(text, 300)
            attach(file, "t0_fields", "field_names", type: text, extents: [4])
        },
        HostileShard("names that are lists of numbers", "is of another type, expected string") { file in
            attach(file, "t0_fields", "field_names", type: H5Tvlen_create(CHDF5_native_int64()), extents: [4])
        },
        HostileShard("fewer than no samples", "has -4 samples") { file in
            attach(file, "/", "n_trajectories", type: CHDF5_native_int64(), extents: nil, value: -4)
        },
        HostileShard("a number of samples that is a list", "should be one number and has 1000 value(s)") { file in
            attach(file, "/", "n_trajectories", type: CHDF5_native_int64(), extents: [1000])
        },
        HostileShard("2⁴⁰ times", "bytes are stored") { file in
            replace(file, "dimensions/time", extents: [1 << 40], chunk: [1024])
        },
        HostileShard("times that were never written", "bytes are stored") { file in
            replace(file, "dimensions/time", extents: [1 << 34])
        },
        HostileShard("an axis without values", "has shape [2, 6, 32], expected [2, 6, 0, 32]") { file in
            attach(file, "dimensions", "spatial_dims", texts: ["none", "x"])
            H5Dclose(
                H5Dcreate2(
                    file, "dimensions/none", CHDF5_native_double(), H5Screate(H5S_NULL), CHDF5_default(),
                    CHDF5_default(),
                    CHDF5_default()))
        },
        HostileShard("a text of fixed length", "is of another type, expected string") { file in
            let text = H5Tcopy(CHDF5_c_string())
            H5Tset_size(text, 300)
            replace(file, "provenance/recipe", extents: [50], type: text, isWritten: true)
        },
        HostileShard("a text that is a list of numbers", "is of another type, expected string") { file in
            replace(
                file, "provenance/recipe", extents: [50], type: H5Tvlen_create(CHDF5_native_int64()), isWritten: true)
        },
        HostileShard("three hundred groups of texts", "has 301 members, expected at most 256") { file in
            for number in 0..<300 {
                H5Gclose(
                    H5Gcreate2(file, "provenance/g\(number)", CHDF5_default(), CHDF5_default(), CHDF5_default()))
            }
        },
        HostileShard("a scalar of another number of values", "has shape [7], expected [2]") { file in
            replace(file, "scalars/viscosity", extents: [7], isWritten: true)
        },
    ]

    /// Puts a dataset of the same attributes in the place of another.
    private static func replace(
        _ file: hid_t, _ path: String, extents: [hsize_t], type: hid_t = CHDF5_native_float(), chunk: [hsize_t]? = nil,
        isWritten: Bool = false, _ set: (hid_t) -> herr_t = { _ in 0 }
    ) {
        let creation = H5Pcreate(CHDF5_dataset_create())
        if let chunk { H5Pset_chunk(creation, Int32(chunk.count), chunk) }
        if isWritten { H5Pset_alloc_time(creation, H5D_ALLOC_TIME_EARLY) }
        _ = set(creation)
        let space = H5Screate_simple(Int32(extents.count), extents, nil)
        let new = H5Dcreate2(file, "new", type, space, CHDF5_default(), creation, CHDF5_default())
        let old = H5Dopen2(file, path, CHDF5_default())
        for name in ["sample_varying", "time_varying", "dim_varying", "description"] where H5Aexists(old, name) > 0 {
            let source = H5Aopen(old, name, CHDF5_default())
            let target = H5Acreate2(
                new, name, H5Aget_type(source), H5Aget_space(source), CHDF5_default(), CHDF5_default())
            // Flags, or the address of a text.
            var value: UInt64 = 0
            H5Aread(source, H5Aget_type(source), &value)
            H5Awrite(target, H5Aget_type(source), &value)
        }
        H5Ldelete(file, path, CHDF5_default())
        H5Lmove(file, "new", file, path, CHDF5_default(), CHDF5_default())
    }

    /// Puts an attribute in the place of another.
    private static func attach(
        _ file: hid_t, _ object: String, _ name: String, type: hid_t, extents: [hsize_t]?, value: Int64? = nil
    ) {
        H5Adelete_by_name(file, object, name, CHDF5_default())
        let space = extents.map { H5Screate_simple(Int32($0.count), $0, nil) } ?? H5Screate(H5S_SCALAR)
        let attribute = H5Acreate_by_name(
            file, object, name, type, space, CHDF5_default(), CHDF5_default(), CHDF5_default())
        if var value { H5Awrite(attribute, type, &value) }
    }

    private static func attach(_ file: hid_t, _ object: String, _ name: String, texts: [String]) {
        let type = H5Tcopy(CHDF5_c_string())
        H5Tset_size(type, CHDF5_variable_length())
        H5Adelete_by_name(file, object, name, CHDF5_default())
        let attribute = H5Acreate_by_name(
            file, object, name, type, H5Screate_simple(1, [hsize_t(texts.count)], nil), CHDF5_default(),
            CHDF5_default(), CHDF5_default())
        _ = withCStrings(texts) { H5Awrite(attribute, type, $0) }
    }
}
