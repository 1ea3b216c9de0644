using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json.Nodes;
using Crescent.Resources;
using Crescent.Schema;

namespace Crescent.Grains.Mutation.Decoding;

/// <summary>Reads request bodies of a known type, with Kubernetes' answers to what cannot be read.</summary>
internal static class RequestDecoder
{
    /// <summary>A whole object of <paramref name="kind"/>; a body that names another kind is refused.</summary>
    public static bool TryDecode(
        byte[] body, string apiVersion, string kind, string typeName, FieldValidation validation,
        [NotNullWhen(true)] out JsonObject? decoded, out ImmutableArray<string> warnings, [NotNullWhen(false)] out ResourceError? error)
    {
        decoded = null;
        warnings = [];
        var version = apiVersion[(apiVersion.IndexOf('/', StringComparison.Ordinal) + 1)..];
        var duplicates = new List<string>();
        if (BodyDecoder.Decode(body, duplicates, out var syntax) is not JsonObject node)
        {
            error = CannotHandle(kind, version, syntax ?? $"json: cannot unmarshal value into Go value of type {version}.{kind}");
            return false;
        }

        var (givenVersion, givenKind) = (node.Text("apiVersion"), node.Text("kind"));
        if ((givenVersion.Length > 0 && givenVersion != apiVersion) || (givenKind.Length > 0 && givenKind != kind))
        {
            error = ResourceErrors.BadRequest(
                $"{kind} in version \"{version}\" cannot be handled as a {kind}: the object provided is {givenVersion}, Kind={givenKind}, not {apiVersion}, Kind={kind}");
            return false;
        }

        if (Conform(node, typeName, duplicates, validation, out warnings) is { } problem)
        {
            error = CannotHandle(kind, version, problem);
            return false;
        }

        node["apiVersion"] = apiVersion;
        node["kind"] = kind;
        (decoded, error) = (node, null);
        return true;
    }

    /// <summary>Brings a patched object into form; a problem is the patch's fault and answered with 422, as Kubernetes does.</summary>
    public static ResourceError? ConformPatched(
        JsonObject node, byte[] patch, string typeName, List<string> duplicates, FieldValidation validation, out ImmutableArray<string> warnings)
    {
        if (Conform(node, typeName, duplicates, validation, out warnings) is not { } problem)
        {
            return null;
        }

        var problems = new Validation.Problems();
        problems.Invalid("patch", Encoding.UTF8.GetString(patch), problem);
        return ResourceErrors.Invalid("", "", "", problems.Causes);
    }

    private static string? Conform(
        JsonObject node, string typeName, List<string> duplicates, FieldValidation validation, out ImmutableArray<string> warnings)
    {
        warnings = [];
        var conformer = new SchemaConformer(SchemaCatalog.BuiltIn);
        conformer.Conform(node, typeName);
        if (conformer.Error is not null)
        {
            return conformer.Error;
        }

        if (validation == FieldValidation.Ignore || (duplicates.Count == 0 && conformer.UnknownFields.Count == 0))
        {
            return null;
        }

        var texts = conformer.UnknownFields.Select(static field => $"unknown field \"{field}\"")
            .Concat(duplicates.Select(static field => $"duplicate field \"{field}\"")).ToImmutableArray();
        if (validation == FieldValidation.Strict)
        {
            return $"strict decoding error: {string.Join(", ", texts)}";
        }

        warnings = texts;
        return null;
    }

    private static ResourceError CannotHandle(string kind, string version, string why) =>
        ResourceErrors.BadRequest($"{kind} in version \"{version}\" cannot be handled as a {kind}: {why}");
}
