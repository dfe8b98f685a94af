import PDEData

/// Files as others write them.
enum ForeignFiles {
    /// Puts an HDF5 file at `path`, which `build` fills.
    static func write(_ path: String, _ build: (HDF5Object) throws -> Void) throws {
        let image = try HDF5Image(expectedSize: 1 << 16)
        try build(image.file)
        let bytes = try image.close().bytes.map { $0 }
        try AtomicFile.write(bytes, to: path)
    }

    /// A value that is the same wherever it is asked for.
    static func value(_ sample: Int, _ place: Int, _ kind: Int) -> Float {
        Float((sample * 7919 + kind * 104_729 + place * 31) % 1009) / 1009 - 0.25
    }

    /// A file in The Well's layout as it is published: float32 throughout, contiguous, a parameter for the whole file, a field
    /// without time, sample and y axis, and scalars of all kinds.
    struct Well {
        /// The first sample's number: values differ from file to file.
        var first = 0
        var samples = 2
        var times: [Float] = [0, 0.1, 0.2, 0.3, 0.4]
        var x: [Float] = (0..<8).map { Float($0) / 8 }
        var y: [Float] = (0..<6).map { (Float($0) + 0.5) / 6 }
        var viscosity = 0.01
        /// Changes pressure [sample][time][x][y] before it is written.
        var spoil: (inout [Float]) -> Void = { _ in }

        func pressure(_ sample: Int) -> [Float] {
            (0..<times.count * 48).map { ForeignFiles.value(sample, $0, 0) }
        }

        func velocity(_ sample: Int) -> [Float] {
            (0..<times.count * 96).map { ForeignFiles.value(sample, $0, 1) }
        }

        func write(to path: String) throws {
            try ForeignFiles.write(path) { root in
                try root.attach("published", as: "dataset_name")
                try root.attach("cartesian", as: "grid_type")
                try root.attach(2, as: "n_spatial_dims")
                try root.attach(samples, as: "n_trajectories")
                try root.attach(["viscosity"], as: "simulation_parameters")
                try root.attach(viscosity, as: "viscosity")
                let dimensions = try root.createGroup("dimensions")
                try dimensions.attach(["x", "y"], as: "spatial_dims")
                for (name, values) in [("time", times), ("x", x), ("y", y)] {
                    let dataset = try dimensions.createDataset(name, .float, [values.count])
                    try dataset.write(values, .float)
                    try flags(false, name == "time", dataset)
                }
                let conditions = try root.createGroup("boundary_conditions")
                for (axis, kind, count) in [("x", "PERIODIC", 8), ("y", "WALL", 6)] {
                    let condition = try conditions.createGroup("\(axis)_boundary")
                    try condition.attach(kind, as: "bc_type")
                    try condition.attach([axis], as: "associated_dims")
                    try condition.attach([String](), as: "associated_fields")
                    try flags(false, false, condition)
                    let mask = (0..<count).map { Int8($0 == 0 || $0 == count - 1 ? 1 : 0) }
                    try condition.createDataset("mask", .boolean, [count]).write(mask, .boolean)
                }
                let scalars = try root.createGroup("scalars")
                try scalars.attach(["viscosity", "forcing", "energy"], as: "field_names")
                let numbers: [(String, [Int], Bool, Bool)] = [
                    ("viscosity", [1], false, false), ("forcing", [samples], true, false),
                    ("energy", [times.count], false, true),
                ]
                for (name, extents, bySample, byTime) in numbers {
                    let dataset = try scalars.createDataset(name, .float, extents)
                    let values = (0..<extents[0]).map { Float($0 + first) + Float(viscosity) }
                    try dataset.write(values, .float)
                    try flags(bySample, byTime, dataset)
                }
                let range = first..<first + samples
                var pressures = range.flatMap(pressure)
                spoil(&pressures)
                let scalarsOfSpace = try root.createGroup("t0_fields")
                try scalarsOfSpace.attach(["pressure", "depth"], as: "field_names")
                try field(
                    "pressure", [samples, times.count, 8, 6], pressures, true, true, [true, true], scalarsOfSpace)
                try field(
                    "depth", [8], (0..<8).map { Float($0 * $0) + Float(first) }, false, false, [true, false],
                    scalarsOfSpace)
                let vectors = try root.createGroup("t1_fields")
                try vectors.attach(["velocity"], as: "field_names")
                try field(
                    "velocity", [samples, times.count, 8, 6, 2], range.flatMap(velocity), true, true, [true, true],
                    vectors
                )
                try root.createGroup("t2_fields").attach([String](), as: "field_names")
            }
        }

        private func flags(_ sample: Bool, _ time: Bool, _ object: HDF5Object) throws {
            try object.attach(sample, as: "sample_varying")
            try object.attach(time, as: "time_varying")
        }

        private func field(
            _ name: String, _ extents: [Int], _ values: [Float], _ bySample: Bool, _ byTime: Bool, _ byAxis: [Bool],
            _ group: HDF5Object
        ) throws {
            let dataset = try group.createDataset(name, .float, extents)
            try dataset.write(values, .float)
            try dataset.attach(byAxis, as: "dim_varying")
            try flags(bySample, byTime, dataset)
        }
    }

    /// A folder of such files: two for training, one for validation and one for testing.
    static func wellFolder(_ edit: (_ file: String, inout Well) -> Void = { _, _ in }) throws -> TemporaryFolder {
        let root = try TemporaryFolder()
        var first = 0
        for file in ["train/a", "train/b", "valid/a", "test/a"] {
            var well = Well(first: first, samples: file == "train/b" ? 3 : 2, viscosity: file == "train/b" ? 0.5 : 0.25)
            edit(file, &well)
            try FileSystem.createFolder(root.file("data/\(file.prefix { $0 != "/" })"))
            try well.write(to: root.file("data/\(file).hdf5"))
            first += well.samples
        }
        return root
    }
}
