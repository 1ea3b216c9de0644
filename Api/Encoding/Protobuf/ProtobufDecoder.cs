using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Schema;

namespace Crescent.Api.Encoding.Protobuf;

/// <summary>
/// Decodes bodies of <see href="https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding">application/vnd.kubernetes.protobuf</see>
/// for every built-in type, driven by <see cref="SchemaCatalog"/>: no generated classes. Zero values that JSON would leave out are left out.
/// </summary>
internal static class ProtobufDecoder
{
    /// <summary>First bytes of every body: <c>k8s</c> and a zero.</summary>
    public static ReadOnlySpan<byte> Magic => "k8s\0"u8;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>False with a message when the body cannot be read or its kind is not known.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> body, [NotNullWhen(true)] out DecodedObject? decoded, [NotNullWhen(false)] out string? error)
    {
        decoded = null;
        try
        {
            if (!body.StartsWith(Magic))
            {
                error = "provided data does not appear to be a protobuf message, expected prefix 6b387300";
                return false;
            }

            ReadEnvelope(body[Magic.Length..], out var apiVersion, out var kind, out var raw);
            if (!SchemaCatalog.BuiltIn.TryGetKind(apiVersion, kind, out var type))
            {
                error = $"no kind \"{kind}\" is registered for version \"{apiVersion}\"";
                return false;
            }

            var item = new JsonObject { ["apiVersion"] = apiVersion, ["kind"] = kind };
            ProtobufMessage.Read(raw, type, item, depth: 0);
            decoded = new(apiVersion, kind, JsonSerializer.SerializeToUtf8Bytes(item));
            error = null;
            return true;
        }
        catch (Exception exception) when (exception is InvalidDataException or DecoderFallbackException or JsonException)
        {
            error = exception.Message;
            return false;
        }
    }

    /// <summary>The text of a string field.</summary>
    internal static string Text(ReadOnlySpan<byte> bytes) => Utf8.GetString(bytes);

    // Unknown { TypeMeta typeMeta = 1 { apiVersion = 1, kind = 2 }; bytes raw = 2; … }
    private static void ReadEnvelope(ReadOnlySpan<byte> data, out string apiVersion, out string kind, out ReadOnlySpan<byte> raw)
    {
        (apiVersion, kind) = ("", "");
        raw = default;
        var reader = new ProtobufReader(data);
        while (reader.TryReadTag(out var number, out var wireType))
        {
            switch (number, wireType)
            {
                case (1, ProtobufReader.Bytes):
                    var typeMeta = new ProtobufReader(reader.ReadBytes());
                    while (typeMeta.TryReadTag(out var part, out var partType))
                    {
                        if (part is 1 or 2 && partType == ProtobufReader.Bytes)
                        {
                            var text = Text(typeMeta.ReadBytes());
                            (apiVersion, kind) = part == 1 ? (text, kind) : (apiVersion, text);
                        }
                        else
                        {
                            typeMeta.Skip(partType);
                        }
                    }

                    break;
                case (2, ProtobufReader.Bytes):
                    raw = reader.ReadBytes();
                    break;
                default:
                    reader.Skip(wireType);
                    break;
            }
        }
    }
}
