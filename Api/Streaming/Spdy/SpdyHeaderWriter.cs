using System.Buffers;
using System.Buffers.Binary;

namespace Crescent.Api.Streaming.Spdy;

/// <summary>
/// Writes header blocks of one direction of a connection. They are a few bytes each, so they go out as stored blocks: valid zlib, no
/// compression.
/// </summary>
internal sealed class SpdyHeaderWriter
{
    // Deflate with a 32 KiB window; a dictionary is named though nothing refers to it.
    private static readonly byte[] ZlibHead = [0x78, 0xBB, 0xE3, 0xC6, 0xA7, 0xC2];

    private bool _hasBegun;

    public byte[] Write(params ReadOnlySpan<(string Name, string Value)> headers)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        WriteNumber(buffer, headers.Length);
        foreach (var (name, value) in headers)
        {
            WriteText(buffer, name);
            WriteText(buffer, value);
        }

        // The empty block at the end is what a flush writes: Go's inflater gives out nothing before it.
        byte[] block = [.. StoredBlock.Of(buffer.WrittenSpan), .. StoredBlock.Of([])];
        if (_hasBegun)
        {
            return block;
        }

        _hasBegun = true;
        return [.. ZlibHead, .. block];
    }

    private static void WriteText(ArrayBufferWriter<byte> buffer, string text)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        WriteNumber(buffer, bytes.Length);
        buffer.Write(bytes);
    }

    private static void WriteNumber(ArrayBufferWriter<byte> buffer, int number)
    {
        BinaryPrimitives.WriteInt32BigEndian(buffer.GetSpan(sizeof(int)), number);
        buffer.Advance(sizeof(int));
    }
}
