namespace Crescent.Cel.Syntax;

/// <summary>The tokens that may come next.</summary>
internal readonly record struct TokenSet(ulong Bits)
{
    public static readonly TokenSet ExpressionStart = Of(
        TokenKind.OpenBracket, TokenKind.OpenBrace, TokenKind.OpenParen, TokenKind.Dot, TokenKind.Minus, TokenKind.Not, TokenKind.True,
        TokenKind.False, TokenKind.Null, TokenKind.Float, TokenKind.Int, TokenKind.Uint, TokenKind.String, TokenKind.Bytes, TokenKind.Identifier);

    /// <summary>What may follow a complete operand.</summary>
    public static readonly TokenSet AfterOperand = Of(
        TokenKind.Equal, TokenKind.NotEqual, TokenKind.In, TokenKind.Less, TokenKind.LessOrEqual, TokenKind.GreaterOrEqual, TokenKind.Greater,
        TokenKind.And, TokenKind.Or, TokenKind.OpenBracket, TokenKind.Dot, TokenKind.Minus, TokenKind.Question, TokenKind.Plus, TokenKind.Star,
        TokenKind.Slash, TokenKind.Percent);

    public static TokenSet Of(params ReadOnlySpan<TokenKind> kinds)
    {
        var bits = 0ul;
        foreach (var kind in kinds)
        {
            bits |= 1ul << (int)kind;
        }

        return new(bits);
    }

    public bool Has(TokenKind kind) => (Bits & (1ul << (int)kind)) != 0;

    public TokenSet With(params ReadOnlySpan<TokenKind> kinds) => new(Bits | Of(kinds).Bits);

    public override string ToString()
    {
        var set = this;
        var names = Enum.GetValues<TokenKind>().Where(set.Has).Select(Token.NameOf).ToArray();
        return names.Length == 1 ? names[0] : $"{{{string.Join(", ", names)}}}";
    }
}
