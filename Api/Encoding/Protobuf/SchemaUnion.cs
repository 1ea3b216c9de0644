using Crescent.Schema;

namespace Crescent.Api.Encoding.Protobuf;

/// <summary>
/// A union of schemas of custom resources: in JSON one of several shapes, in protobuf a message with a field per shape. Numbers are 0 for
/// shapes it has not.
/// </summary>
/// <param name="Allows">Field of a boolean; set as well when there is a schema.</param>
/// <param name="Schema">Field of a schema.</param>
/// <param name="Items">Field of the elements of a list.</param>
/// <param name="HoldsTexts">The elements are texts, not schemas.</param>
internal sealed record SchemaUnion(int Allows, int Schema, int Items, bool HoldsTexts)
{
    private const string Package = "k8s.io.apiextensions-apiserver.pkg.apis.apiextensions.v1.";

    private static readonly SchemaUnion OrBool = new(1, 2, 0, false);
    private static readonly SchemaUnion OrArray = new(0, 1, 2, false);
    private static readonly SchemaUnion OrStringArray = new(0, 1, 2, true);

    public static SchemaType SchemaType => SchemaCatalog.BuiltIn[Package + "JSONSchemaProps"];

    /// <summary>Null for types that are no union.</summary>
    public static SchemaUnion? Of(string? typeName) => typeName switch
    {
        Package + "JSONSchemaPropsOrBool" => OrBool,
        Package + "JSONSchemaPropsOrArray" => OrArray,
        Package + "JSONSchemaPropsOrStringArray" => OrStringArray,
        _ => null,
    };
}
