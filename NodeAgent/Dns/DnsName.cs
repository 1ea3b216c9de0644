using System.Text;

namespace Crescent.NodeAgent.Dns;

/// <summary>Names in wire format: length-prefixed labels with a zero at the end.</summary>
internal static class DnsName
{
    public const int MaxLength = 255;
    private const int MaxLabel = 63;

    /// <summary>Lower-case wire format of a dotted name; null when it is no valid name.</summary>
    public static byte[]? TryEncode(string name)
    {
        var labels = name.TrimEnd('.').Split('.', StringSplitOptions.None);
        var wire = new List<byte>(name.Length + 2);
        if (name.TrimEnd('.').Length > 0)
        {
            foreach (var label in labels)
            {
                var bytes = Encoding.ASCII.GetBytes(label.ToLowerInvariant());
                if (bytes.Length is 0 or > MaxLabel)
                {
                    return null;
                }

                wire.Add((byte)bytes.Length);
                wire.AddRange(bytes);
            }
        }

        wire.Add(0);
        return wire.Count <= MaxLength ? [.. wire] : null;
    }

    /// <summary>Wire format of a name known to be valid.</summary>
    public static byte[] Encode(string name) =>
        TryEncode(name) ?? throw new ArgumentException($"'{name}' is not a domain name", nameof(name));

    /// <summary>
    /// Copies the name at <paramref name="offset"/> without compression. Returns its length, or 0 when it is malformed;
    /// <paramref name="next"/> is the place after the name in the message.
    /// </summary>
    public static int Read(ReadOnlySpan<byte> message, int offset, Span<byte> name, out int next)
    {
        next = 0;
        var length = 0;
        var jumps = 0;
        while (offset < message.Length)
        {
            int label = message[offset];
            switch (label & 0xC0)
            {
                case 0xC0 when offset + 1 < message.Length && ++jumps < 64:
                    next = next == 0 ? offset + 2 : next;
                    offset = ((label & 0x3F) << 8) | message[offset + 1];
                    continue;
                case 0 when offset + 1 + label <= message.Length && length + 1 + label <= name.Length:
                    message.Slice(offset, label + 1).CopyTo(name[length..]);
                    length += label + 1;
                    offset += label + 1;
                    if (label > 0)
                    {
                        continue;
                    }

                    next = next == 0 ? offset : next;
                    return length;
                default:
                    return 0;
            }
        }

        return 0;
    }

    /// <summary>Lower-cases ASCII letters in place. Length bytes are at most 63 and so never letters.</summary>
    public static void ToLower(Span<byte> name)
    {
        foreach (ref var value in name)
        {
            if (value is >= (byte)'A' and <= (byte)'Z')
            {
                value |= 0x20;
            }
        }
    }

    /// <summary>Whether the name is the zone or below it; both in lower-case wire format.</summary>
    public static bool IsWithin(ReadOnlySpan<byte> name, ReadOnlySpan<byte> zone)
    {
        while (name.Length > zone.Length)
        {
            name = name[(name[0] + 1)..];
        }

        return name.SequenceEqual(zone);
    }

    /// <summary>First label without its length, and the rest of the name.</summary>
    public static ReadOnlySpan<byte> SplitFirst(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> rest)
    {
        rest = name[(name[0] + 1)..];
        return name.Slice(1, name[0]);
    }
}
