using System.Text.Json;
using Crescent.Schema;

namespace Crescent.Api.Encoding.Protobuf;

/// <summary>
/// Encodes JSON as <see href="https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding">application/vnd.kubernetes.protobuf</see>
/// for every built-in type, in one pass and without a tree: the counterpart of <see cref="ProtobufDecoder"/>.
/// </summary>
internal static class ProtobufEncoder
{
    public const string MediaType = "application/vnd.kubernetes.protobuf";

    /// <summary>Envelope and object; false, with nothing written, for a kind that has no protobuf form.</summary>
    public static bool TryEncode(ReadOnlySpan<byte> json, ProtobufWriter writer)
    {
        var (apiVersion, kind) = ReadType(json);
        if (!SchemaCatalog.BuiltIn.TryGetKind(apiVersion, kind, out var type))
        {
            return false;
        }

        var raw = BeginEnvelope(writer, apiVersion, kind);
        WriteMessage(json, type, writer);
        EndEnvelope(writer, raw);
        return true;
    }

    /// <summary>Begins <c>Unknown { TypeMeta typeMeta = 1; bytes raw = 2; … }</c>; what follows is the object.</summary>
    public static int BeginEnvelope(ProtobufWriter writer, string apiVersion, string kind)
    {
        writer.Write(ProtobufDecoder.Magic);
        var typeMeta = writer.Begin(1);
        writer.WriteBytes(1, System.Text.Encoding.UTF8.GetBytes(apiVersion));
        writer.WriteBytes(2, System.Text.Encoding.UTF8.GetBytes(kind));
        writer.End(typeMeta);
        return writer.Begin(2);
    }

    /// <param name="writer">As given to <see cref="BeginEnvelope"/>.</param>
    /// <param name="raw">What that answered.</param>
    public static void EndEnvelope(ProtobufWriter writer, int raw)
    {
        writer.End(raw);

        // contentEncoding and contentType are always there and always empty.
        writer.WriteBytes(3, []);
        writer.WriteBytes(4, []);
    }

    /// <summary>The members of a JSON object as fields, without envelope or length.</summary>
    public static void WriteMessage(ReadOnlySpan<byte> json, SchemaType type, ProtobufWriter writer)
    {
        var source = new ProtobufSource(json, writer);
        source.WriteRoot(ProtobufLayout.Of(type));
    }

    private static (string ApiVersion, string Kind) ReadType(ReadOnlySpan<byte> json)
    {
        var (apiVersion, kind) = ("", "");
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = BodyLimits.MaxDepth });
        reader.Read();
        while ((apiVersion.Length == 0 || kind.Length == 0) && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (isVersion, isKind) = (reader.ValueTextEquals("apiVersion"u8), reader.ValueTextEquals("kind"u8));
            reader.Read();
            if ((isVersion || isKind) && reader.TokenType == JsonTokenType.String)
            {
                (apiVersion, kind) = isVersion ? (reader.GetString()!, kind) : (apiVersion, reader.GetString()!);
            }
            else
            {
                reader.Skip();
            }
        }

        return (apiVersion, kind);
    }
}
