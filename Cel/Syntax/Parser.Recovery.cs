namespace Crescent.Cel.Syntax;

internal sealed partial class Parser
{
    private Token Take()
    {
        var token = Current;
        if (token.Kind != TokenKind.End)
        {
            _at++;
        }

        return token;
    }

    private string Text(Token token) => token.Kind == TokenKind.End ? "<EOF>" : _text[token.Start..token.End];

    private string FieldName(Token token) => token.Kind == TokenKind.EscapedIdentifier ? Text(token)[1..^1] : Text(token);

    private Expr Operand(Func<Parser, Expr> read)
    {
        Require(TokenSet.ExpressionStart, default);
        return read(this);
    }

    private Expr Binary(int offset, string name, Expr left, Expr right) => Deep(new CallExpr(offset, name, null, [left, right]), left, right);

    private T Deep<T>(T node, params ReadOnlySpan<Expr> children)
        where T : Expr
    {
        var deepest = 0;
        foreach (var child in children)
        {
            deepest = Math.Max(deepest, child.Depth);
        }

        return deepest >= Deepest ? throw TooDeep() : node with { Depth = deepest + 1 };
    }

    private void Enter()
    {
        if (++_depth > Deepest)
        {
            throw TooDeep();
        }
    }

    private SyntaxStop TooDeep()
    {
        Report(-1, $"expression recursion limit exceeded: {Deepest}");
        return new();
    }

    private void Report(int offset, string message)
    {
        if (_errors.Count < MostErrors)
        {
            _errors.Add(new(offset, message));
        }
    }

    private ConstantExpr Bad(int offset, string message)
    {
        Report(offset, message);
        return new(offset, Values.NullValue.Instance);
    }

    /// <summary>The current token must be one of these; a single one too many is stepped over.</summary>
    private void Require(TokenSet set, TokenSet also)
    {
        var all = new TokenSet(set.Bits | also.Bits);
        if (all.Has(Current.Kind))
        {
            return;
        }

        if (!all.Has(Ahead) || Current.Kind == TokenKind.End)
        {
            Mismatched(all);
        }

        Report(Current.Start, $"Syntax error: extraneous input '{Text(Current)}' expecting {all}");
        Take();
    }

    private void Match(TokenKind kind)
    {
        if (Current.Kind == kind)
        {
            Take();
            return;
        }

        if (Ahead == kind && Current.Kind != TokenKind.End)
        {
            Report(Current.Start, $"Syntax error: extraneous input '{Text(Current)}' expecting {Token.NameOf(kind)}");
            Take();
            Take();
            return;
        }

        if (!MayFollow(kind))
        {
            Mismatched(TokenSet.Of(kind));
        }

        Report(Current.Start, $"Syntax error: missing {Token.NameOf(kind)} at '{Text(Current)}'");
    }

    private void Close(TokenKind kind)
    {
        _open.Pop();
        Match(kind);
    }

    private void CloseList(TokenKind kind)
    {
        if (Current.Kind == TokenKind.Comma)
        {
            Take();
        }

        Close(kind);
    }

    /// <summary>Whether the text would go on well if the token were there.</summary>
    private bool MayFollow(TokenKind missing) => missing switch
    {
        TokenKind.Colon => TokenSet.ExpressionStart.Has(Current.Kind),
        TokenKind.CloseParen or TokenKind.CloseBracket or TokenKind.CloseBrace => TokenSet.AfterOperand.Has(Current.Kind)
            || (_open.TryPeek(out var outer) ? Current.Kind == outer || Current.Kind == TokenKind.Comma : Current.Kind == TokenKind.End),
        _ => false,
    };

    private void Mismatched(TokenSet expected)
    {
        Report(Current.Start, $"Syntax error: mismatched input '{Text(Current)}' expecting {expected}");
        throw new SyntaxStop();
    }

    private void NoWayOn(int first)
    {
        var isWord = Current.Kind is TokenKind.True or TokenKind.False or TokenKind.Null && _tokens[first].Kind == TokenKind.Dot;
        var end = Current.Kind == TokenKind.End ? _tokens[_at - 1].End : Current.End;
        Report(
            Current.Start,
            isWord
                ? $"Syntax error: mismatched input '{Text(Current)}' expecting IDENTIFIER"
                : $"Syntax error: no viable alternative at input '{_text[_tokens[first].Start..end]}'");
        throw new SyntaxStop();
    }
}
