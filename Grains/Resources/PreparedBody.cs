using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Grains.Resources;

/// <summary>
/// An object written to UTF-8 once, before its version is known. The version is put in by copying bytes when the commit has reserved it;
/// a retry under another epoch copies again, it does not serialize again.
/// </summary>
internal sealed class PreparedBody : IDisposable
{
    private const string Placeholder = "0";

    private static readonly JsonWriterOptions WriterOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true, MaxDepth = 512,
    };

    private readonly PooledBuffer _buffer;
    private readonly RoutingFields _routing;

    private PreparedBody(PooledBuffer buffer, RoutingFields routing)
    {
        _buffer = buffer;
        _routing = routing;
    }

    /// <summary>Length in bytes, give or take the digits of the version.</summary>
    public int Length => _buffer.Written.Length;

    /// <exception cref="ArgumentException">The object has no metadata.</exception>
    public static PreparedBody Of(JsonObject resource, FieldPaths paths, int sizeHint = 2048)
    {
        if (resource["metadata"] is not JsonObject metadata)
        {
            throw new ArgumentException("The object has no metadata.", nameof(resource));
        }

        SetPlaceholder(metadata);
        var buffer = new PooledBuffer(sizeHint);
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
        {
            resource.WriteTo(writer);
        }

        return new(buffer, RoutingFields.Read(buffer.Written, paths));
    }

    /// <summary>The object without any version, for an answer about something that is not stored.</summary>
    public static byte[] WithoutVersion(JsonObject resource)
    {
        (resource["metadata"] as JsonObject)?.Remove("resourceVersion");
        using var buffer = new PooledBuffer(2048);
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
        {
            resource.WriteTo(writer);
        }

        return buffer.Written.ToArray();
    }

    public ResourceSnapshot At(ResourceKey key, ResourceVersion version) =>
        _routing.ToSnapshot(key, version, _routing.PutVersion(_buffer.Written, version));

    public void Dispose() => _buffer.Dispose();

    /// <summary>Keeps the field where it is; a new one goes where Kubernetes shows it, after the uid.</summary>
    private static void SetPlaceholder(JsonObject metadata)
    {
        var present = metadata.IndexOf("resourceVersion");
        if (present >= 0)
        {
            metadata.SetAt(present, Placeholder);
            return;
        }

        metadata.Insert(metadata.IndexOf("uid") + 1 is > 0 and var place ? place : metadata.Count, "resourceVersion", Placeholder);
    }
}
