import CHDF5

extension HDF5Object {
    /// What the member of a name is; nil for what is neither group nor dataset, or leads elsewhere.
    package func kind(of name: String) throws(DataError) -> Kind? {
        guard try contains(name), try HDF5.call("H5Lget_info", place, { CHDF5_is_hard_link(id, name) }) > 0 else {
            return nil
        }
        let object = try HDF5Identifier("H5Oopen", place.appending(name), close: { H5Oclose($0) }) {
            H5Oopen(id, name, CHDF5_default())
        }
        return switch HDF5.exclusively({ H5Iget_type(object.id) }) {
        case H5I_GROUP: .group
        case H5I_DATASET: .dataset
        default: nil
        }
    }

    /// The dataset at a path such as `a/b`, in this group.
    package func dataset(at path: String) throws(DataError) -> HDF5Object {
        var parts = path.split(separator: "/").map(String.init)
        var group = self
        let name = parts.popLast() ?? ""
        for part in parts { group = try group.open(part, as: .group) }
        return try group.open(name, as: .dataset)
    }

    /// The type of a dataset's numbers in words; nil when it holds other things than real numbers.
    package func numberType() throws(DataError) -> String? {
        let type = try storedType()
        let kind = try HDF5.call("H5Tget_class", place) { H5Tget_class(type.id).rawValue }
        guard kind == H5T_FLOAT.rawValue || kind == H5T_INTEGER.rawValue else { return nil }
        let bits = 8 * HDF5.exclusively { H5Tget_size(type.id) }
        return "\(kind == H5T_FLOAT.rawValue ? "float" : "int")\(bits)"
    }

    /// The names of this object's attributes.
    package func attributeNames() throws(DataError) -> [String] {
        let names = NameList()
        var start = hsize_t(0)
        try HDF5.call("H5Aiterate2", place) {
            H5Aiterate2(
                id, H5_INDEX_NAME, H5_ITER_INC, &start, { _, name, _, context in NameList.add(name, to: context) },
                Unmanaged.passUnretained(names).toOpaque())
        }
        return names.names
    }
}
