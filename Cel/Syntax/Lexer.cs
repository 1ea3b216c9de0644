using System.Text;

namespace Crescent.Cel.Syntax;

/// <summary>Cuts an expression into tokens; what fits no token is reported and skipped.</summary>
internal sealed class Lexer(string text, List<CelError> errors)
{
    private int _at;

    public List<Token> Read()
    {
        var tokens = new List<Token>(text.Length / 3 + 2);
        while (true)
        {
            SkipBlank();
            if (_at >= text.Length)
            {
                tokens.Add(new(TokenKind.End, text.Length, text.Length));
                return tokens;
            }

            var start = _at;
            if (Next() is { } kind)
            {
                tokens.Add(new(kind, start, _at));
            }
        }
    }

    public static bool IsNameStart(char letter) => char.IsAsciiLetter(letter) || letter == '_';

    public static bool IsNamePart(char letter) => char.IsAsciiLetterOrDigit(letter) || letter == '_';

    private void SkipBlank()
    {
        while (_at < text.Length)
        {
            if (text[_at] is '\t' or ' ' or '\r' or '\n' or '\f')
            {
                _at++;
            }
            else if (text[_at] == '/' && Peek(1) == '/')
            {
                var end = text.IndexOf('\n', _at);
                _at = end < 0 ? text.Length : end;
            }
            else
            {
                return;
            }
        }
    }

    private char Peek(int ahead) => _at + ahead < text.Length ? text[_at + ahead] : '\0';

    private TokenKind? Next()
    {
        var first = text[_at];
        if (first is '"' or '\'')
        {
            return Quoted(_at, false, out var end) ? Take(TokenKind.String, end - _at) : Unknown(end);
        }

        if (IsNameStart(first))
        {
            return Prefixed() ?? Name();
        }

        if (char.IsAsciiDigit(first) || (first == '.' && char.IsAsciiDigit(Peek(1))))
        {
            return Number();
        }

        return first == '`' ? Escaped() : Operator(first, Peek(1));
    }

    private TokenKind? Operator(char first, char second) => (first, second) switch
    {
        ('=', '=') => Take(TokenKind.Equal, 2),
        ('!', '=') => Take(TokenKind.NotEqual, 2),
        ('<', '=') => Take(TokenKind.LessOrEqual, 2),
        ('>', '=') => Take(TokenKind.GreaterOrEqual, 2),
        ('&', '&') => Take(TokenKind.And, 2),
        ('|', '|') => Take(TokenKind.Or, 2),
        ('=' or '&' or '|', _) => Unknown(_at + 1),
        ('<', _) => Take(TokenKind.Less, 1),
        ('>', _) => Take(TokenKind.Greater, 1),
        ('[', _) => Take(TokenKind.OpenBracket, 1),
        (']', _) => Take(TokenKind.CloseBracket, 1),
        ('{', _) => Take(TokenKind.OpenBrace, 1),
        ('}', _) => Take(TokenKind.CloseBrace, 1),
        ('(', _) => Take(TokenKind.OpenParen, 1),
        (')', _) => Take(TokenKind.CloseParen, 1),
        ('.', _) => Take(TokenKind.Dot, 1),
        (',', _) => Take(TokenKind.Comma, 1),
        ('-', _) => Take(TokenKind.Minus, 1),
        ('!', _) => Take(TokenKind.Not, 1),
        ('?', _) => Take(TokenKind.Question, 1),
        (':', _) => Take(TokenKind.Colon, 1),
        ('+', _) => Take(TokenKind.Plus, 1),
        ('*', _) => Take(TokenKind.Star, 1),
        ('/', _) => Take(TokenKind.Slash, 1),
        ('%', _) => Take(TokenKind.Percent, 1),
        _ => Unknown(_at),
    };

    private TokenKind Take(TokenKind kind, int length)
    {
        _at += length;
        return kind;
    }

    /// <summary>Skips everything up to and with the character that made it no token.</summary>
    private TokenKind? Unknown(int failed)
    {
        var end = failed >= text.Length ? text.Length
            : Rune.TryGetRuneAt(text, failed, out var rune) ? failed + rune.Utf16SequenceLength
            : failed + 1;
        if (errors.Count < Parser.MostErrors)
        {
            errors.Add(new(_at, $"Syntax error: token recognition error at: '{Visible(text[_at..end])}'"));
        }

        _at = end;
        return null;
    }

    private static string Visible(string piece) =>
        piece.Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal);

    private TokenKind Name()
    {
        var start = _at;
        while (_at < text.Length && IsNamePart(text[_at]))
        {
            _at++;
        }

        return text.AsSpan(start, _at - start) switch
        {
            "in" => TokenKind.In,
            "true" => TokenKind.True,
            "false" => TokenKind.False,
            "null" => TokenKind.Null,
            _ => TokenKind.Identifier,
        };
    }

    private TokenKind? Escaped()
    {
        var end = _at + 1;
        while (end < text.Length && (IsNamePart(text[end]) || text[end] is '.' or '-' or '/' or ' '))
        {
            end++;
        }

        return end < text.Length && text[end] == '`' && end > _at + 1 ? Take(TokenKind.EscapedIdentifier, end + 1 - _at) : Unknown(end);
    }

    /// <summary>Strings that begin with b, r, br in either case.</summary>
    private TokenKind? Prefixed()
    {
        var isBytes = text[_at] is 'b' or 'B';
        var isRaw = (isBytes ? Peek(1) : text[_at]) is 'r' or 'R';
        var quote = _at + (isBytes ? 1 : 0) + (isRaw ? 1 : 0);
        if ((!isBytes && !isRaw) || quote >= text.Length || text[quote] is not ('"' or '\'') || !Quoted(quote, isRaw, out var end))
        {
            return null;
        }

        _at = end;
        return isBytes ? TokenKind.Bytes : TokenKind.String;
    }

    /// <summary>Finds a string's end, or the place where it stops being one.</summary>
    private bool Quoted(int quote, bool isRaw, out int end)
    {
        var mark = text[quote];
        if (quote + 2 < text.Length && text[quote + 1] == mark && text[quote + 2] == mark && Long(quote + 3, mark, isRaw, out end))
        {
            return true;
        }

        for (end = quote + 1; end < text.Length; end++)
        {
            var letter = text[end];
            if (letter == mark)
            {
                end++;
                return true;
            }

            if (letter is '\n' or '\r' || (letter == '\\' && !isRaw && !SkipEscape(ref end)))
            {
                return false;
            }
        }

        return false;
    }

    private bool Long(int from, char mark, bool isRaw, out int end)
    {
        for (end = from; end < text.Length; end++)
        {
            if (text[end] == mark && end + 2 < text.Length && text[end + 1] == mark && text[end + 2] == mark)
            {
                end += 3;
                return true;
            }

            if (text[end] == '\\' && !isRaw && !SkipEscape(ref end))
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>From the backslash to the last character of its escape, or to the one that does not fit.</summary>
    private bool SkipEscape(ref int at)
    {
        var kind = at + 1 < text.Length ? text[at + 1] : '\0';
        at++;
        return kind switch
        {
            'a' or 'b' or 'f' or 'n' or 'r' or 't' or 'v' or '"' or '\'' or '\\' or '?' or '`' => true,
            'x' or 'X' => Digits(ref at, 2, char.IsAsciiHexDigit),
            'u' => Digits(ref at, 4, char.IsAsciiHexDigit),
            'U' => Digits(ref at, 8, char.IsAsciiHexDigit),
            >= '0' and <= '3' => Digits(ref at, 2, static digit => digit is >= '0' and <= '7'),
            _ => false,
        };
    }

    private bool Digits(ref int at, int count, Func<char, bool> fits)
    {
        for (; count > 0; count--)
        {
            at++;
            if (at >= text.Length || !fits(text[at]))
            {
                return false;
            }
        }

        return true;
    }

    private TokenKind Number()
    {
        if (text[_at] == '0' && Peek(1) == 'x' && char.IsAsciiHexDigit(Peek(2)))
        {
            _at += 2;
            SkipWhile(char.IsAsciiHexDigit);
            return Suffixed(TokenKind.Int);
        }

        SkipWhile(char.IsAsciiDigit);
        var kind = TokenKind.Int;
        if (Peek(0) == '.' && char.IsAsciiDigit(Peek(1)))
        {
            _at++;
            SkipWhile(char.IsAsciiDigit);
            kind = TokenKind.Float;
        }

        if (Peek(0) is 'e' or 'E' && char.IsAsciiDigit(Peek(Peek(1) is '+' or '-' ? 2 : 1)))
        {
            _at += 2;
            SkipWhile(char.IsAsciiDigit);
            kind = TokenKind.Float;
        }

        return kind == TokenKind.Int ? Suffixed(kind) : kind;
    }

    private TokenKind Suffixed(TokenKind kind) => Peek(0) is 'u' or 'U' ? Take(TokenKind.Uint, 1) : kind;

    private void SkipWhile(Func<char, bool> fits)
    {
        while (_at < text.Length && fits(text[_at]))
        {
            _at++;
        }
    }
}
