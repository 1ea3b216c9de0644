namespace Crescent.Api.Tests.Fuzzing;

/// <summary>Damages real bytes: a few changes at a time, at random places, with pieces that parsers stumble over.</summary>
internal sealed class Mutator(Random random)
{
    private const int MaxBytes = 64 * 1024;

    private static readonly byte[][] Pieces =
    [
        .. new[]
        {
            "{", "}", "[", "]", "\"", ",", ":", "null", "true", "false", "-1", "0", "1e999", "-0", "9223372036854775808", "99999999999999999999", "1.5",
            "\\u0000", "\\ud800", "\u00e9", "\0", "\r\n", "\n", "\t- ", " ", "&a", "*a", "<<: *a", "!!binary", "---\n", "...", "|", ">", "#", "%", "%00", "%2f", "..",
            "../", "//", "/", "?", "&", "=", "!", "!=", "in (", "notin (", ")", "==", "~0", "~1", "-", "$patch", "$retainKeys", "$setElementOrder/containers",
            "$deleteFromPrimitiveList/finalizers", "replace", "delete", "merge", "metadata", "name", "spec", "status", "kind", "List", "apiVersion", "v1", "managedFields", "fieldsV1",
            "f:", "k:{\"name\":\"a\"}", "creationTimestamp", "2026-99-99T99:99:99Z", "1Gi", "1.5.5", "100%", "true,", "{}", "[]", "\"\"", "k8s\0",
        }.Select(System.Text.Encoding.UTF8.GetBytes),
        [0xff], [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80], [0xff, 0xff, 0xff, 0xff, 0x0f], [0xc0, 0xaf], [0xed, 0xa0, 0x80],
        [0x80, 0x03, 0x00, 0x01], [0x00, 0x00, 0x00, 0x00], [0x7f, 0xff, 0xff, 0xff], [0x0a, 0x00], [0x81, 0xfe], [0x88, 0x80],
    ];

    /// <summary>A damaged copy; <paramref name="other"/> lends it parts.</summary>
    public byte[] Mutate(byte[] seed, byte[] other)
    {
        var bytes = new List<byte>(seed);
        for (var change = random.Next(1, 6); change > 0; change--)
        {
            Change(bytes, other);
        }

        return [.. bytes.Count > MaxBytes ? bytes[..MaxBytes] : bytes];
    }

    /// <summary>The same for text; what is no UTF-8 any more becomes the replacement character.</summary>
    public string Mutate(string seed, string other) => System.Text.Encoding.UTF8.GetString(Mutate(System.Text.Encoding.UTF8.GetBytes(seed), System.Text.Encoding.UTF8.GetBytes(other)));

    private void Change(List<byte> bytes, byte[] other)
    {
        var at = random.Next(bytes.Count + 1);
        var length = Math.Min(bytes.Count - at, 1 << random.Next(8));
        switch (random.Next(9))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                bytes.RemoveRange(at, length);
                break;
            case 3:
                bytes.InsertRange(random.Next(bytes.Count + 1), bytes.GetRange(at, length));
                break;
            case 4 when random.Next(4) == 0:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 5 when other.Length > 0:
                var from = random.Next(other.Length);
                bytes.InsertRange(at, other.AsSpan(from, Math.Min(other.Length - from, 1 << random.Next(9))).ToArray());
                break;
            case 6 when random.Next(20) == 0:
                var piece = Pieces[random.Next(Pieces.Length)];
                bytes.InsertRange(at, Enumerable.Repeat(piece, random.Next(2, 3000)).SelectMany(static part => part));
                break;
            case 7:
                bytes.RemoveRange(at, length);
                bytes.InsertRange(at, Pieces[random.Next(Pieces.Length)]);
                break;
            default:
                bytes.InsertRange(at, Pieces[random.Next(Pieces.Length)]);
                break;
        }
    }
}
