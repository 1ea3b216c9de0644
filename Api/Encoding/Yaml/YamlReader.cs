using System.Buffers;
using System.Text.Json;
using Crescent.Api.Responses;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Crescent.Api.Encoding.Yaml;

/// <summary>
/// One YAML document to JSON, by the rules of YAML 1.1 that Kubernetes' YAML library follows: plain <c>yes</c>/<c>on</c> are booleans,
/// <c>0x10</c> and <c>0o17</c> numbers, keys become strings, anchors are resolved.
/// </summary>
internal sealed class YamlReader
{
    private readonly Parser _parser;
    private readonly Dictionary<string, byte[]> _anchors = new(StringComparer.Ordinal);
    private int _depth;
    private long _written;

    private YamlReader(TextReader text) => _parser = new Parser(text);

    /// <param name="yaml">UTF-8 text.</param>
    /// <param name="kind">Expected kind, for error texts.</param>
    public static Decoded ToJson(byte[] yaml, string kind)
    {
        try
        {
            using var text = new StringReader(System.Text.Encoding.UTF8.GetString(yaml));
            var buffer = new ArrayBufferWriter<byte>(yaml.Length + 256);
            if (!new YamlReader(text).TryRead(buffer))
            {
                return Decoded.Refused(DecodeErrors.Unrecognized(kind, "couldn't get version/kind; json parse error: unexpected end of JSON input", yaml));
            }

            return buffer.WrittenCount > BodyLimits.MaxBytes
                ? Decoded.Refused(ApiErrors.TooLarge(BodyLimits.MaxBytes))
                : Decoded.Of(buffer.WrittenSpan.ToArray());
        }
        catch (YamlException exception)
        {
            var problem = $"error converting YAML to JSON: yaml: line {exception.Start.Line}: {exception.Message}";
            return Decoded.Refused(DecodeErrors.Unrecognized(kind, problem, yaml));
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or JsonException)
        {
            // The scanner gives up on some malformed texts without saying where, and so does the writer on halves of characters.
            return Decoded.Refused(DecodeErrors.Unrecognized(kind, "error converting YAML to JSON: yaml: the document is malformed", yaml));
        }
    }

    private bool TryRead(ArrayBufferWriter<byte> buffer)
    {
        _parser.Consume<StreamStart>();
        if (!_parser.TryConsume<DocumentStart>(out _))
        {
            return false;
        }

        using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { MaxDepth = BodyLimits.MaxDepth });
        WriteNode(writer);
        return true;
    }

    private void WriteNode(Utf8JsonWriter writer)
    {
        var node = _parser.Current as NodeEvent;
        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            WriteAlias(writer, alias);
            return;
        }

        if (node is null || ++_depth > BodyLimits.MaxDepth)
        {
            throw new YamlException(_parser.Current?.Start ?? Mark.Empty, _parser.Current?.End ?? Mark.Empty, "exceeded max depth");
        }

        if (node.Anchor.IsEmpty)
        {
            WriteContent(writer, node);
        }
        else
        {
            var buffer = new ArrayBufferWriter<byte>();
            using (var anchored = new Utf8JsonWriter(buffer))
            {
                WriteContent(anchored, node);
            }

            _anchors[node.Anchor.Value] = buffer.WrittenSpan.ToArray();
            writer.WriteRawValue(buffer.WrittenSpan);
        }

        _depth--;
    }

    /// <summary>Expansion is bounded: nested aliases can otherwise grow without end.</summary>
    private void WriteAlias(Utf8JsonWriter writer, AnchorAlias alias)
    {
        if (!_anchors.TryGetValue(alias.Value.Value, out var value))
        {
            throw new YamlException(alias.Start, alias.End, $"unknown anchor '{alias.Value.Value}' referenced");
        }

        _written += value.Length;
        if (_written > BodyLimits.MaxBytes)
        {
            throw new YamlException(alias.Start, alias.End, "document contains excessive aliasing");
        }

        writer.WriteRawValue(value);
    }

    private void WriteContent(Utf8JsonWriter writer, NodeEvent node)
    {
        switch (node)
        {
            case MappingStart:
                WriteMapping(writer);
                break;
            case SequenceStart:
                _parser.MoveNext();
                writer.WriteStartArray();
                while (!_parser.TryConsume<SequenceEnd>(out _))
                {
                    WriteNode(writer);
                }

                writer.WriteEndArray();
                break;
            default:
                YamlScalar.Write(writer, _parser.Consume<Scalar>());
                break;
        }
    }

    private void WriteMapping(Utf8JsonWriter writer)
    {
        _parser.MoveNext();
        writer.WriteStartObject();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = _parser.Consume<Scalar>();
            if (key is { Value: "<<", Style: ScalarStyle.Plain } && _parser.Current is AnchorAlias)
            {
                var alias = _parser.Consume<AnchorAlias>();
                if (!_anchors.TryGetValue(alias.Value.Value, out var merged))
                {
                    throw new YamlException(alias.Start, alias.End, $"unknown anchor '{alias.Value.Value}' referenced");
                }

                using var document = JsonDocument.Parse(merged);
                foreach (var property in document.RootElement.EnumerateObject())
                {
                    property.WriteTo(writer);
                }

                continue;
            }

            writer.WritePropertyName(key.Value);
            WriteNode(writer);
        }

        writer.WriteEndObject();
    }
}
