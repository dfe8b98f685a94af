import Foundation
import PDEConfig
import PDEData
import PDEGeneration

/// A folder that is removed with its last user.
final class TemporaryFolder {
    let path: String

    init() {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("pdekit-\(UUID().uuidString)").path
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }
}

/// A small recipe; `changes` are key paths with JSON texts.
func recipe(_ changes: [String: String] = [:]) throws -> Recipe {
    try changed(
        """
        {
          "name": "small",
          "equation": { "name": "burgers", "viscosity": { "logUniform": [0.02, 0.1] } },
          "resolution": 128,
          "initial": { "kind": "fourier", "modes": 3, "amplitude": { "uniform": [0.5, 1] } },
          "frames": { "count": 11, "interval": 0.02, "resolution": 64 },
          "samples": { "train": 6, "valid": 2, "test": 3, "perShard": 2 }
        }
        """, changes)
}

/// A small recipe of a flow past two squares; `changes` are key paths with JSON texts.
func flowRecipe(_ changes: [String: String] = [:]) throws -> Recipe {
    try changed(
        """
        {
          "name": "flow",
          "equation": { "name": "navier-stokes", "family": "channel", "reynolds": { "uniform": [100, 400] } },
          "resolution": 32,
          "obstacles": { "count": 2 },
          "frames": { "count": 4, "interval": 0.125 },
          "samples": { "train": 4, "valid": 1, "test": 2, "perShard": 2 }
        }
        """, changes)
}

/// A small recipe of Poisson's equation around up to two solids; `changes` are key paths with JSON texts.
func poissonRecipe(_ changes: [String: String] = [:]) throws -> Recipe {
    try changed(
        """
        {
          "name": "poisson",
          "equation": { "name": "poisson", "sides": "random" },
          "resolution": 32,
          "source": { "waves": { "logUniform": [1, 4] } },
          "obstacles": { "count": [0, 2], "size": [0.1, 0.2] },
          "samples": { "train": 4, "valid": 2, "test": 3, "perShard": 2 }
        }
        """, changes)
}

/// A small recipe of Darcy's equation; `changes` are key paths with JSON texts.
func darcyRecipe(_ changes: [String: String] = [:]) throws -> Recipe {
    try changed(
        """
        {
          "name": "darcy",
          "equation": { "name": "darcy", "permeability": { "kind": "binary" } },
          "resolution": 33,
          "samples": { "train": 4, "valid": 1, "test": 2, "perShard": 2 }
        }
        """, changes)
}

/// A small recipe of multiscale problems; `changes` are key paths with JSON texts.
func multiscaleRecipe(_ changes: [String: String] = [:]) throws -> Recipe {
    try changed(
        """
        {
          "name": "multiscale",
          "equation": {
            "name": "multiscale", "solutions": ["mixed-sines", "modulated-sine"], "frequency": { "uniform": [0.5, 0.9] }
          },
          "resolution": 440,
          "frames": { "resolution": 301 },
          "samples": { "train": 3, "valid": 1, "test": 4, "perShard": 2 }
        }
        """, changes)
}

/// A small recipe of Landau's equation with particles; `changes` are key paths with JSON texts.
func landauRecipe(_ changes: [String: String] = [:]) throws -> Recipe {
    try changed(
        """
        {
          "name": "landau",
          "equation": { "name": "landau", "gamma": { "choice": [0, -3] } },
          "resolution": 32,
          "initial": {
            "kind": "mix",
            "states": [
              { "kind": "bkw", "width": { "uniform": [0.6, 0.8] } },
              { "kind": "two-beam", "distance": { "uniform": [1, 1.5] } },
              { "kind": "gaussian", "anisotropy": { "uniform": [1.5, 2] } }
            ]
          },
          "frames": { "count": 4, "interval": 0.25 },
          "solver": { "particles": { "count": 200 } },
          "samples": { "train": 6, "valid": 1, "test": 2, "perShard": 2 }
        }
        """, changes)
}

/// The message of a recipe of Landau's equation that cannot run; nil if it can.
func landauComplaint(_ changes: [String: String]) -> String? { complaint(of: { try landauRecipe(changes) }) }

/// The recipe of a text with values set.
func changed(_ text: String, _ changes: [String: String]) throws -> Recipe {
    var json = try JSON.parse(text, file: "small.json")
    for (path, text) in changes.sorted(by: { $0.key < $1.key }) {
        try json.set(path, to: JSON.parse(text, file: "change"))
    }
    return try StrictDecoder().decode(Recipe.self, from: json)
}

/// The message of a recipe that cannot run; nil if it can.
func complaint(_ changes: [String: String]) -> String? {
    do {
        _ = try recipe(changes)
        return nil
    } catch { return "\(error)" }
}

/// The message of a flow's recipe that cannot run; nil if it can.
func flowComplaint(_ changes: [String: String]) -> String? { complaint(of: { try flowRecipe(changes) }) }

/// The message of a recipe that cannot run; nil if it can.
func complaint(of recipe: () throws -> Recipe) -> String? {
    do {
        _ = try recipe()
        return nil
    } catch { return "\(error)" }
}

/// The bytes of all shards and side files whose bytes are promised, by path.
func promisedBytes(in folder: String) throws -> [String: Data] {
    var result: [String: Data] = [:]
    let files = FileManager.default.enumerator(atPath: folder)!
    for case let file as String in files {
        let isPromised =
            file.hasSuffix(".hdf5") || file.hasSuffix(".xdmf") || file.hasSuffix(".yaml") || file.hasSuffix(".png")
        if isPromised { result[file] = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(file)")) }
    }
    return result
}
