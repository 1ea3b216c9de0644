using System.Buffers;
using System.Text;

namespace Crescent.Benchmarks.Load.Http2;

/// <summary>
/// Headers of requests (RFC 7541): names from the static table, values as they are. What every request repeats is put into the server's
/// dynamic table once, where that has room, and named by its number from then on. Not thread-safe.
/// </summary>
internal sealed class HeaderEncoder
{
    public const int Authority = 1;
    public const int Path = 4;
    public const int Accept = 19;
    public const int AcceptEncoding = 16;
    public const int Authorization = 23;
    public const int ContentLength = 28;
    public const int ContentType = 31;
    public const int UserAgent = 58;

    private const int StaticEntries = 61;
    private const int EntryOverhead = 64;

    private readonly Dictionary<(int Name, string Value), int> _known = [];
    private int _room = 4096;

    /// <summary>What the server allows its table to hold; none is used when it allows less than the default.</summary>
    public void Limit(uint bytes) => _room = bytes < 4096 && _known.Count == 0 ? 0 : _room;

    public static void WriteMethod(IBufferWriter<byte> block, string method, bool isSecure)
    {
        switch (method)
        {
            case "GET":
                WriteByte(block, 0x82);
                break;
            case "POST":
                WriteByte(block, 0x83);
                break;
            default:
                WriteInteger(block, 0, 4, 2);
                WriteText(block, method);
                break;
        }

        // :scheme
        WriteByte(block, isSecure ? 0x87 : 0x86);
    }

    /// <summary>A header that changes from request to request.</summary>
    public static void Write(IBufferWriter<byte> block, int name, string value)
    {
        WriteInteger(block, 0, 4, name);
        WriteText(block, value);
    }

    /// <summary>A header that many requests have.</summary>
    public void WriteRepeated(IBufferWriter<byte> block, int name, string value)
    {
        if (_known.TryGetValue((name, value), out var number))
        {
            WriteInteger(block, 0x80, 7, StaticEntries + _known.Count - number);
            return;
        }

        var size = value.Length + EntryOverhead;
        if (size > _room)
        {
            Write(block, name, value);
            return;
        }

        _room -= size;
        _known.Add((name, value), _known.Count);
        WriteInteger(block, 0x40, 6, name);
        WriteText(block, value);
    }

    private static void WriteText(IBufferWriter<byte> block, string text)
    {
        WriteInteger(block, 0, 7, text.Length);
        block.Advance(Encoding.ASCII.GetBytes(text, block.GetSpan(text.Length)));
    }

    private static void WriteInteger(IBufferWriter<byte> block, int pattern, int bits, int value)
    {
        var most = (1 << bits) - 1;
        if (value < most)
        {
            WriteByte(block, pattern | value);
            return;
        }

        WriteByte(block, pattern | most);
        for (value -= most; value >= 128; value >>= 7)
        {
            WriteByte(block, (value & 127) | 128);
        }

        WriteByte(block, value);
    }

    private static void WriteByte(IBufferWriter<byte> block, int value)
    {
        block.GetSpan(1)[0] = (byte)value;
        block.Advance(1);
    }
}
