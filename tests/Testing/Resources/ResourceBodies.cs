using System.Text;
using System.Text.Json;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Testing.Resources;

/// <summary>Requests and bodies for tests of the resource core.</summary>
public static class ResourceBodies
{
    public static MutationContext Context { get; } = MutationContext.ForController("test");

    public static CreateRequest Create(ResourceKey key, string value = "1", string extraMetadata = "") =>
        new() { Context = Context, Body = Of(key, value, extraMetadata) };

    public static PatchRequest Patch(string mergePatch) =>
        new() { Context = Context, Kind = PatchKind.Merge, Body = Encoding.UTF8.GetBytes(mergePatch) };

    public static PatchRequest SetValue(string value) => Patch($$$"""{"data":{"value":"{{{value}}}"}}""");

    public static DeleteRequest Delete() => new() { Context = Context };

    /// <summary>A ConfigMap-like object with one value.</summary>
    public static byte[] Of(ResourceKey key, string value = "1", string extraMetadata = "") => Encoding.UTF8.GetBytes(
        $$$"""
        {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{key.Name}}}","namespace":"{{{key.Namespace}}}"{{{extraMetadata}}}
        },"data":{"value":"{{{value}}}"}}
        """);

    /// <summary><c>data.value</c> of a snapshot.</summary>
    public static string? ValueOf(ResourceSnapshot snapshot)
    {
        using var document = JsonDocument.Parse(snapshot.Body);
        return document.RootElement.GetProperty("data").GetProperty("value").GetString();
    }

    /// <summary><c>metadata.resourceVersion</c> inside the body.</summary>
    public static string? VersionIn(ResourceSnapshot snapshot)
    {
        using var document = JsonDocument.Parse(snapshot.Body);
        return document.RootElement.GetProperty("metadata").GetProperty("resourceVersion").GetString();
    }
}
