import PDEConfig
import PDEGeometry

/// A body of a program's own in the recipes of flows and of equations around solids: keys, and the shape that they make.
///
/// In a recipe it stands among others, `{"bodies": [{"kind": "airfoil", "thickness": 0.12}]}`. What is stored with the dataset is its
/// shape, so that the recipe can be read without the kind.
public protocol BodyKind: Kind where Family == Bodies {
    /// The shape, in heights of the box.
    var shape: Shape { get }
}

/// The bodies that a recipe can name beside shapes: none but a program's own.
public enum Bodies: KindFamily {
    /// A value of any of them.
    public typealias Member = any BodyKind
    /// Shapes are written as such.
    public static let standard: [any Kind.Type] = []
}

/// A body as a recipe has it: a shape, or a kind of body.
struct RecipeBody: Decodable {
    let shape: Shape

    private enum Key: String, CodingKey { case kind }

    init(from decoder: any Decoder) throws {
        let isNamed = try decoder.container(keyedBy: Key.self).contains(.kind)
        shape = isNamed ? try OneOf<Bodies>(from: decoder).wrappedValue.shape : try Shape(from: decoder)
    }
}
