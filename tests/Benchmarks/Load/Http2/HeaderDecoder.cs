namespace Crescent.Benchmarks.Load.Http2;

/// <summary>
/// Of an answer's headers, status, length and Retry-After; everything else is passed over. The connection allows the server no dynamic table, so that
/// each block stands for itself.
/// </summary>
internal static class HeaderDecoder
{
    private const int Status = 8;
    private const int ContentLength = 28;
    private const int RetryAfter = 53;

    /// <summary>Statuses of the static table, from entry 8 on.</summary>
    private static readonly int[] Statuses = [200, 204, 206, 304, 400, 404, 500];

    /// <exception cref="InvalidDataException">The block is not what RFC 7541 says.</exception>
    public static AnswerHead Read(ReadOnlySpan<byte> block)
    {
        var head = new AnswerHead(0, null, null);
        while (!block.IsEmpty)
        {
            var first = block[0];
            if ((first & 0x80) != 0)
            {
                var entry = ReadInteger(ref block, 7);
                head = entry >= Status && entry - Status < Statuses.Length ? head with { Status = Statuses[entry - Status] } : head;
                continue;
            }

            if ((first & 0xe0) == 0x20)
            {
                // A change of the table's size, which is none.
                _ = ReadInteger(ref block, 5);
                continue;
            }

            var name = ReadInteger(ref block, (first & 0x40) != 0 ? 6 : 4);
            if (name == 0)
            {
                _ = ReadText(ref block, out _);
            }

            var value = ReadText(ref block, out var isCompressed);
            head = name switch
            {
                >= Status and < Status + 7 => head with { Status = (int)ReadNumber(value, isCompressed) },
                ContentLength => head with { Length = ReadNumber(value, isCompressed) },
                RetryAfter => head with { RetryAfter = ReadNumber(value, isCompressed) },
                _ => head,
            };
        }

        return head;
    }

    private static ReadOnlySpan<byte> ReadText(ref ReadOnlySpan<byte> block, out bool isCompressed)
    {
        isCompressed = (At(block, 0) & 0x80) != 0;
        var length = ReadInteger(ref block, 7);
        if (length > block.Length)
        {
            throw new InvalidDataException("A header is longer than its block.");
        }

        var text = block[..length];
        block = block[length..];
        return text;
    }

    private static int ReadInteger(ref ReadOnlySpan<byte> block, int bits)
    {
        var most = (1 << bits) - 1;
        var value = At(block, 0) & most;
        var used = 1;
        if (value == most)
        {
            byte next;
            var shift = 0;
            do
            {
                next = At(block, used++);
                value += shift <= 21 ? (next & 127) << shift : throw new InvalidDataException("A number in a header block is too large.");
                shift += 7;
            }
            while ((next & 128) != 0);
        }

        block = block[used..];
        return value;
    }

    private static byte At(ReadOnlySpan<byte> block, int index) =>
        index < block.Length ? block[index] : throw new InvalidDataException("A header block ends too early.");

    /// <summary>Digits, as they are or in the code of Huffman: 0–2 have five bits (their value), 3–9 six (their value and 22).</summary>
    private static long ReadNumber(ReadOnlySpan<byte> value, bool isCompressed)
    {
        long number = 0;
        if (!isCompressed)
        {
            foreach (var digit in value)
            {
                number = digit is >= (byte)'0' and <= (byte)'9' ? (number * 10) + digit - '0' : throw NotANumber();
            }

            return number;
        }

        var left = value.Length * 8;
        var position = 0;
        while (left - position >= 5)
        {
            var code = Bits(value, position, 5);
            if (code <= 2)
            {
                number = (number * 10) + code;
                position += 5;
                continue;
            }

            if (left - position < 6)
            {
                break;
            }

            code = Bits(value, position, 6);
            if (code is < 25 or > 31)
            {
                // Padding is all ones.
                return left - position < 8 && code == 63 ? number : throw NotANumber();
            }

            number = (number * 10) + code - 22;
            position += 6;
        }

        return number;
    }

    private static int Bits(ReadOnlySpan<byte> value, int position, int count)
    {
        var bits = 0;
        for (var index = position; index < position + count; index++)
        {
            bits = (bits << 1) | ((value[index >> 3] >> (7 - (index & 7))) & 1);
        }

        return bits;
    }

    private static InvalidDataException NotANumber() => new("A status or a length is not a number.");
}
