using System.Buffers;

namespace Crescent.Api.Proxying;

/// <summary>
/// Rewrites the links of a page on its way: bytes go in as they come, and out with the links replaced. Knows of HTML what is needed to find
/// attributes: tags with quoted and bare values, comments, and elements whose content is text (scripts, styles).
/// </summary>
/// <param name="rewrite">From a link, character references resolved, to the one to put in its place; the same text leaves it as written.</param>
internal sealed class HtmlLinks(Func<string, string> rewrite)
{
    /// <summary>A tag longer than this passes as it is.</summary>
    private const int LongestTag = 64 * 1024;

    private readonly ArrayBufferWriter<byte> _held = new();
    private State _state;
    private byte _quote;
    private string _rawElement = "";

    private enum State
    {
        /// <summary>Between tags.</summary>
        Text,

        /// <summary>From a less-than sign on; all of it is held.</summary>
        Tag,

        /// <summary>In a tag too long to hold.</summary>
        LongTag,

        /// <summary>Up to the two dashes and the greater-than sign.</summary>
        Comment,
    }

    public void Write(ReadOnlySpan<byte> page, IBufferWriter<byte> output)
    {
        while (!page.IsEmpty)
        {
            page = _state switch
            {
                State.Text => ReadText(page, output),
                State.Comment => ReadComment(page, output),
                _ => ReadTag(page, output),
            };
        }
    }

    /// <summary>What was held back when the page ended.</summary>
    public void End(IBufferWriter<byte> output)
    {
        output.Write(_held.WrittenSpan);
        _held.ResetWrittenCount();
        _state = State.Text;
    }

    private ReadOnlySpan<byte> ReadText(ReadOnlySpan<byte> page, IBufferWriter<byte> output)
    {
        var start = page.IndexOf((byte)'<');
        if (start < 0)
        {
            output.Write(page);
            return [];
        }

        output.Write(page[..start]);
        (_state, _quote) = (State.Tag, 0);
        return page[start..];
    }

    private ReadOnlySpan<byte> ReadComment(ReadOnlySpan<byte> page, IBufferWriter<byte> output)
    {
        var end = page.IndexOf((byte)'>');
        var piece = end < 0 ? page : page[..(end + 1)];
        output.Write(piece);

        // The two dashes may have come with the piece before.
        _held.Write(piece.Length > 3 ? piece[^3..] : piece);
        var isOver = end >= 0 && _held.WrittenSpan.EndsWith("-->"u8);
        if (isOver)
        {
            _state = State.Text;
        }

        var last = _held.WrittenSpan.Length > 3 ? _held.WrittenSpan[^3..].ToArray() : _held.WrittenSpan.ToArray();
        _held.ResetWrittenCount();
        if (!isOver)
        {
            _held.Write(last);
        }

        return page[piece.Length..];
    }

    private ReadOnlySpan<byte> ReadTag(ReadOnlySpan<byte> page, IBufferWriter<byte> output)
    {
        for (var index = 0; index < page.Length; index++)
        {
            var character = page[index];
            if (_quote != 0)
            {
                _quote = character == _quote ? (byte)0 : _quote;
            }
            else if (character is (byte)'"' or (byte)'\'' && _rawElement.Length == 0)
            {
                _quote = character;
            }
            else if (character == '>')
            {
                Hold(page[..(index + 1)], output);
                EndTag(output);
                return page[(index + 1)..];
            }
            else if (_state == State.Tag && _held.WrittenCount + index == 3 && Begin(page[..(index + 1)]) is var begin && begin.SequenceEqual("<!--"u8))
            {
                Hold(page[..(index + 1)], output);
                output.Write(_held.WrittenSpan);
                _held.ResetWrittenCount();
                _state = State.Comment;
                return page[(index + 1)..];
            }
            else if (_state == State.Tag && _held.WrittenCount + index == 1 && !IsTagStart(character))
            {
                // A lone less-than sign.
                Hold(page[..index], output);
                End(output);
                return page[index..];
            }
        }

        Hold(page, output);
        return [];
    }

    private static bool IsTagStart(byte character) => character is (byte)'/' or (byte)'!' or (byte)'?' || char.IsAsciiLetter((char)character);

    private ReadOnlySpan<byte> Begin(ReadOnlySpan<byte> page) => (byte[])[.. _held.WrittenSpan, .. page];

    private void Hold(ReadOnlySpan<byte> piece, IBufferWriter<byte> output)
    {
        if (_state == State.LongTag)
        {
            output.Write(piece);
            return;
        }

        _held.Write(piece);
        if (_held.WrittenCount > LongestTag)
        {
            output.Write(_held.WrittenSpan);
            _held.ResetWrittenCount();
            _state = State.LongTag;
        }
    }

    private void EndTag(IBufferWriter<byte> output)
    {
        if (_state == State.Tag)
        {
            // Bytes as characters: what is not ASCII passes through unseen.
            var tag = System.Text.Encoding.Latin1.GetString(_held.WrittenSpan);
            output.Write(System.Text.Encoding.Latin1.GetBytes(Rewritten(tag)));
        }

        _held.ResetWrittenCount();
        _state = State.Text;
    }

    private string Rewritten(string tag)
    {
        var name = HtmlTag.NameOf(tag);
        if (_rawElement.Length > 0)
        {
            if (name == $"/{_rawElement}")
            {
                _rawElement = "";
            }

            return tag;
        }

        if (name is "script" or "style" or "textarea" or "title" or "xmp" or "iframe" or "noembed" or "noframes" && !tag.EndsWith("/>", StringComparison.Ordinal))
        {
            _rawElement = name;
        }

        return HtmlTag.Rewrite(tag, name, rewrite);
    }
}
