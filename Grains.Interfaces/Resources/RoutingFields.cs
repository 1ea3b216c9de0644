using System.Buffers.Text;
using System.Collections.Immutable;
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
    private RoutingFields() { }

    /// <summary><c>metadata.uid</c>; empty when missing.</summary>
    public string Uid { get; private set; } = "";

    public ImmutableSortedDictionary<string, string> Labels { get; private set; } = ResourceSnapshot.EmptyMap;

    public ImmutableSortedDictionary<string, string> Fields { get; private set; } = ResourceSnapshot.EmptyMap;

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
        ImmutableSortedDictionary<string, string>.Builder? fields = null;
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = 512 });
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("The body is not a JSON object.");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("metadata"u8))
            {
                reader.Read();
                result.ReadMetadata(ref reader);
            }
            else
            {
                ReadField(ref reader, paths, ref fields);
            }
        }

        if (fields is not null)
        {
            result.Fields = fields.ToImmutable();
        }

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

    private static void ReadField(
        ref Utf8JsonReader reader, FieldPaths paths, ref ImmutableSortedDictionary<string, string>.Builder? fields)
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
            fields ??= ResourceSnapshot.EmptyMap.ToBuilder();
            foreach (var (label, place) in match.Ends)
            {
                if (place == 0 || !fields.ContainsKey(label))
                {
                    fields[label] = value;
                }
            }
        }

        if (reader.TokenType != JsonTokenType.StartObject || !match.HasChildren)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            ReadField(ref reader, match, ref fields);
        }
    }

    private static string? Scalar(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString(),
        JsonTokenType.Number => Encoding.UTF8.GetString(reader.ValueSpan),
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        _ => null,
    };

    private void ReadMetadata(ref Utf8JsonReader reader)
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
                Uid = reader.TokenType == JsonTokenType.String ? reader.GetString()! : "";
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
                Labels = ReadLabels(ref reader);
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

    private static ImmutableSortedDictionary<string, string> ReadLabels(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return ResourceSnapshot.EmptyMap;
        }

        var labels = ResourceSnapshot.EmptyMap.ToBuilder();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (Scalar(ref reader) is { } value)
            {
                labels[name] = value;
            }
            else
            {
                reader.Skip();
            }
        }

        return labels.ToImmutable();
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
                    uid = reader.GetString();
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
}
