using System.Buffers.Text;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Crescent.Identity;

namespace Crescent.Resources;

/// <summary>
/// What lists, selectors and ownership need to know about a body, read in one forward pass without materialising it, and where the digits
/// of <c>metadata.resourceVersion</c> stand so that a version can be put in by copying bytes.
/// </summary>
public sealed class RoutingFields
{
    private const int MaxDepth = 512;

    /// <summary>One pass at a time on each thread.</summary>
    [ThreadStatic]
    private static FieldValues? _fields;

    private RoutingFields() { }

    /// <summary><c>metadata.uid</c>; empty when missing.</summary>
    public string Uid { get; private set; } = "";

    public TextMap Labels { get; private set; } = TextMap.Empty;

    public TextMap Fields { get; private set; } = TextMap.Empty;

    public ImmutableArray<string> OwnerUids { get; private set; } = [];

    public string? ControllerUid { get; private set; }

    public DateTimeOffset? DeletionTimestamp { get; private set; }

    /// <summary>Offset of the first digit of <c>metadata.resourceVersion</c>; -1 when the body has none.</summary>
    public int VersionStart { get; private set; } = -1;

    /// <summary>Number of digits there.</summary>
    public int VersionLength { get; private set; }

    /// <summary>Reads <paramref name="body"/>, a complete JSON object.</summary>
    /// <exception cref="JsonException">The body is not valid JSON.</exception>
    public static RoutingFields Read(ReadOnlySpan<byte> body, FieldPaths paths)
    {
        var result = new RoutingFields();
        var fields = _fields ??= new();
        fields.Clear();
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = MaxDepth });
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("The body is not a JSON object.");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("metadata"u8))
            {
                reader.Read();
                result.ReadMetadata(ref reader, body);
            }
            else
            {
                ReadField(ref reader, paths, fields);
            }
        }

        result.Fields = fields.ToMap();
        return result;
    }

    /// <summary>The snapshot of a body whose version is already inside.</summary>
    public ResourceSnapshot ToSnapshot(ResourceKey key, ResourceVersion version, byte[] body) => new()
    {
        Key = key, Uid = Uid, Version = version, Body = body, Labels = Labels, Fields = Fields, OwnerUids = OwnerUids,
        ControllerUid = ControllerUid, DeletionTimestamp = DeletionTimestamp,
    };

    /// <summary>A copy of <paramref name="body"/> with <paramref name="version"/> in the place of the version it carries.</summary>
    /// <exception cref="InvalidOperationException">The body has no <c>metadata.resourceVersion</c>.</exception>
    public byte[] PutVersion(ReadOnlySpan<byte> body, ResourceVersion version)
    {
        if (VersionStart < 0)
        {
            throw new InvalidOperationException("The body has no metadata.resourceVersion to replace.");
        }

        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(version.Value, digits, out var length);
        var copy = GC.AllocateUninitializedArray<byte>(body.Length - VersionLength + length);
        body[..VersionStart].CopyTo(copy);
        digits[..length].CopyTo(copy.AsSpan(VersionStart));
        body[(VersionStart + VersionLength)..].CopyTo(copy.AsSpan(VersionStart + length));
        return copy;
    }

    private static void ReadField(ref Utf8JsonReader reader, FieldPaths paths, FieldValues fields)
    {
        var match = paths.HasChildren ? paths.Find(ref reader) : null;
        reader.Read();
        if (match is null)
        {
            reader.Skip();
            return;
        }

        if (match.Ends.Count > 0 && Scalar(ref reader) is { Length: > 0 } value)
        {
            foreach (var (label, place) in match.Ends)
            {
                fields.Put(label, value, isPreferred: place == 0);
            }
        }

        if (reader.TokenType != JsonTokenType.StartObject || !match.HasChildren)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            ReadField(ref reader, match, fields);
        }
    }

    private static string? Scalar(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => SharedTexts.Of(ref reader),
        JsonTokenType.Number => Encoding.UTF8.GetString(reader.ValueSpan),
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        _ => null,
    };

    private void ReadMetadata(ref Utf8JsonReader reader, ReadOnlySpan<byte> body)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("uid"u8))
            {
                reader.Read();
                Uid = reader.TokenType == JsonTokenType.String ? SharedTexts.Of(ref reader) : "";
            }
            else if (reader.ValueTextEquals("resourceVersion"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.String)
                {
                    VersionStart = checked((int)reader.TokenStartIndex) + 1;
                    VersionLength = reader.ValueSpan.Length;
                }
            }
            else if (reader.ValueTextEquals("labels"u8))
            {
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                Labels = SharedTexts.LabelsOf(body[start..(int)reader.BytesConsumed], ReadLabels);
            }
            else if (reader.ValueTextEquals("ownerReferences"u8))
            {
                reader.Read();
                ReadOwners(ref reader);
            }
            else if (reader.ValueTextEquals("deletionTimestamp"u8))
            {
                reader.Read();
                DeletionTimestamp = reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out var time) ? time : null;
            }
            else
            {
                reader.Read();
            }

            reader.Skip();
        }
    }

    private static TextMap ReadLabels(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return TextMap.Empty;
        }

        var labels = new List<KeyValuePair<string, string>>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = SharedTexts.Of(ref reader);
            reader.Read();
            if (Scalar(ref reader) is { } value)
            {
                labels.Add(new(name, value));
            }
            else
            {
                reader.Skip();
            }
        }

        return TextMap.Of(CollectionsMarshal.AsSpan(labels));
    }

    private void ReadOwners(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }

        var uids = ImmutableArray.CreateBuilder<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                continue;
            }

            string? uid = null;
            var isController = false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isUid = reader.ValueTextEquals("uid"u8);
                var isFlag = reader.ValueTextEquals("controller"u8);
                reader.Read();
                if (isUid && reader.TokenType == JsonTokenType.String)
                {
                    uid = SharedTexts.Of(ref reader);
                }
                else if (isFlag)
                {
                    isController = reader.TokenType == JsonTokenType.True;
                }

                reader.Skip();
            }

            if (!string.IsNullOrEmpty(uid))
            {
                uids.Add(uid);
                ControllerUid = isController ? uid : ControllerUid;
            }
        }

        OwnerUids = uids.ToImmutable();
    }

    /// <summary>What a pass found, in the order in which it stands.</summary>
    private sealed class FieldValues
    {
        private readonly List<KeyValuePair<string, string>> _pairs = [];

        public void Clear() => _pairs.Clear();

        /// <param name="isPreferred">Takes the place of what another path gave.</param>
        public void Put(string name, string value, bool isPreferred)
        {
            for (var index = 0; index < _pairs.Count; index++)
            {
                if (_pairs[index].Key == name)
                {
                    _pairs[index] = isPreferred ? new(name, value) : _pairs[index];
                    return;
                }
            }

            _pairs.Add(new(name, value));
        }

        public TextMap ToMap() => SharedTexts.MapOf(CollectionsMarshal.AsSpan(_pairs));
    }
}
