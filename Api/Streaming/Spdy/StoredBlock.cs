using System.Buffers.Binary;

namespace Crescent.Api.Streaming.Spdy;

/// <summary>A <see href="https://www.rfc-editor.org/rfc/rfc1951#section-3.2.4">deflate block</see> of plain bytes, not the last of its stream.</summary>
internal static class StoredBlock
{
    private const int HeadBytes = 5;

    public static byte[] Of(ReadOnlySpan<byte> content)
    {
        var length = checked((ushort)content.Length);
        var block = new byte[HeadBytes + length];
        BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(1), length);
        BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(3), (ushort)~length);
        content.CopyTo(block.AsSpan(HeadBytes));
        return block;
    }
}
