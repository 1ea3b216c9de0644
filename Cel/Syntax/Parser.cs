using System.Collections.Immutable;
using Crescent.Cel.Values;

namespace Crescent.Cel.Syntax;

/// <summary>
/// Parses <see href="https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax">CEL</see> by recursive descent in one pass, and
/// words its errors as the parser of Kubernetes does up to the first one it cannot step over.
/// </summary>
internal sealed partial class Parser
{
    public const int MostErrors = 100;
    private const int LongestSource = 100_000;
    private const int Deepest = 250;
    private readonly string _text;
    private readonly List<CelError> _errors = [];
    private readonly List<Token> _tokens;
    private readonly MacroSet _macros;
    private readonly Stack<TokenKind> _open = new();
    private int _at;
    private int _depth;

    private Parser(string text, MacroSet macros)
    {
        (_text, _macros) = (text, macros);
        _tokens = new Lexer(text, _errors).Read();
    }

    private Token Current => _tokens[_at];

    private TokenKind Ahead => _tokens[Math.Min(_at + 1, _tokens.Count - 1)].Kind;

    public static ParsedExpression Parse(string text, MacroSet macros = MacroSet.TwoVariables)
    {
        var length = text.Length > LongestSource ? text.EnumerateRunes().Count() : text.Length;
        if (length > LongestSource)
        {
            return new(null, [new(-1, $"expression code point size exceeds limit: size: {length}, limit {LongestSource}")]);
        }

        var parser = new Parser(text, macros);
        Expr? root = null;
        try
        {
            root = parser.Expression();
            parser.Match(TokenKind.End);
        }
        catch (SyntaxStop)
        {
            root = null;
        }

        return parser._errors.Count == 0 ? new(root, []) : new(null, [.. parser._errors]);
    }

    private Expr Expression()
    {
        Enter();
        Require(TokenSet.ExpressionStart, default);
        var condition = Logic(false);
        if (Current.Kind == TokenKind.Question)
        {
            var offset = Take().Start;
            var yes = Operand(static parser => parser.Logic(false));
            Match(TokenKind.Colon);
            var no = Expression();
            condition = Deep(new ConditionalExpr(offset, condition, yes, no), condition, yes, no);
        }

        _depth--;
        return condition;
    }

    private Expr Logic(bool isAnd)
    {
        var first = isAnd ? Relation() : Logic(true);
        var kind = isAnd ? TokenKind.And : TokenKind.Or;
        if (Current.Kind != kind)
        {
            return first;
        }

        var offset = Current.Start;
        var terms = ImmutableArray.CreateBuilder<Expr>();
        terms.Add(first);
        while (Current.Kind == kind)
        {
            Take();
            terms.Add(Operand(isAnd ? static parser => parser.Relation() : static parser => parser.Logic(true)));
        }

        return Deep(new LogicExpr(offset, isAnd, terms.ToImmutable()), [.. terms]);
    }

    private Expr Relation()
    {
        var left = Sum();
        while (RelationName(Current.Kind) is { } name)
        {
            var offset = Take().Start;
            left = Binary(offset, name, left, Operand(static parser => parser.Sum()));
        }

        return left;
    }

    private Expr Sum()
    {
        var left = Product();
        while (Current.Kind is TokenKind.Plus or TokenKind.Minus)
        {
            var token = Take();
            left = Binary(token.Start, token.Kind == TokenKind.Plus ? "_+_" : "_-_", left, Operand(static parser => parser.Product()));
        }

        return left;
    }

    private Expr Product()
    {
        var left = Unary();
        while (Current.Kind is TokenKind.Star or TokenKind.Slash or TokenKind.Percent)
        {
            var token = Take();
            var name = token.Kind switch { TokenKind.Star => "_*_", TokenKind.Slash => "_/_", _ => "_%_" };
            left = Binary(token.Start, name, left, Operand(static parser => parser.Unary()));
        }

        return left;
    }

    private Expr Unary()
    {
        var token = Current;
        if (token.Kind == TokenKind.Minus && Ahead is TokenKind.Int or TokenKind.Float && token.Kind == TokenKind.Minus)
        {
            return Members(Number(true));
        }

        if (token.Kind is not (TokenKind.Minus or TokenKind.Not))
        {
            return Members(Primary());
        }

        var count = 0;
        for (; Current.Kind == token.Kind; count++)
        {
            Take();
        }

        if (token.Kind == TokenKind.Minus && !TokenSet.ExpressionStart.Has(Current.Kind))
        {
            NoWayOn(_at - 1);
        }

        Require(TokenSet.ExpressionStart, default);
        if (Current.Kind is TokenKind.Minus or TokenKind.Not && !(Current.Kind == TokenKind.Minus && Ahead is TokenKind.Int or TokenKind.Float))
        {
            Mismatched(TokenSet.ExpressionStart);
        }

        var operand = Members(Current.Kind == TokenKind.Minus ? Number(true) : Primary());
        return count % 2 == 0 ? operand : Deep(new CallExpr(token.Start, token.Kind == TokenKind.Not ? "!_" : "-_", null, [operand]), operand);
    }

    private Expr Members(Expr target)
    {
        while (true)
        {
            switch (Current.Kind)
            {
                case TokenKind.Dot:
                    target = Member(target);
                    break;
                case TokenKind.OpenBracket:
                    target = Index(target);
                    break;
                default:
                    return target;
            }
        }
    }

    private Expr Member(Expr target)
    {
        var dot = _at;
        var offset = Take().Start;
        var isOptional = Current.Kind == TokenKind.Question;
        if (isOptional)
        {
            Take();
        }

        if (Current.Kind is not (TokenKind.Identifier or TokenKind.EscapedIdentifier))
        {
            NoWayOn(dot);
        }

        var name = FieldName(Take());
        if (Current.Kind != TokenKind.OpenParen || isOptional)
        {
            return Deep(new SelectExpr(offset, target, name, isOptional ? SelectKind.Optional : SelectKind.Value), target);
        }

        offset = Current.Start;
        var arguments = Arguments();
        return ReceiverMacro(offset, name, target, arguments) ?? Deep(new CallExpr(offset, name, target, arguments), [target, .. arguments]);
    }

    private Expr Index(Expr target)
    {
        var offset = Take().Start;
        _open.Push(TokenKind.CloseBracket);
        Require(TokenSet.ExpressionStart, TokenSet.Of(TokenKind.Question));
        var isOptional = SkipQuestion();
        var index = Expression();
        Close(TokenKind.CloseBracket);
        return Binary(offset, isOptional ? "_[?_]" : "_[_]", target, index);
    }

    private Expr Primary()
    {
        var token = Current;
        switch (token.Kind)
        {
            case TokenKind.OpenParen:
                Take();
                _open.Push(TokenKind.CloseParen);
                var inner = Expression();
                Close(TokenKind.CloseParen);
                return inner;
            case TokenKind.OpenBracket:
                return List();
            case TokenKind.OpenBrace:
                return Map();
            case TokenKind.Identifier or TokenKind.Dot:
                return Named();
            case TokenKind.Int or TokenKind.Float:
                return Number(false);
            default:
                return Literal(Take());
        }
    }

    private Expr Named()
    {
        var start = Current;
        var first = _at;
        if (start.Kind == TokenKind.Dot)
        {
            Take();
        }

        if (Current.Kind != TokenKind.Identifier)
        {
            NoWayOn(first);
        }

        if (MessageName() is { } message)
        {
            return Message(message);
        }

        var name = Text(Take());
        var isReserved = IsReserved(name);
        if (isReserved)
        {
            Report(start.Start, $"reserved identifier: {name}");
        }

        var full = start.Kind == TokenKind.Dot ? "." + name : name;
        if (Current.Kind != TokenKind.OpenParen)
        {
            return isReserved ? new ConstantExpr(start.Start, NullValue.Instance) : new IdentExpr(start.Start, full);
        }

        var offset = Current.Start;
        var arguments = Arguments();
        return GlobalMacro(offset, full, arguments) ?? Deep(new CallExpr(offset, full, null, arguments), [.. arguments]);
    }

    /// <summary>The dotted name here when an opening brace follows it; then it is passed.</summary>
    private string? MessageName()
    {
        var end = _at;
        while (_tokens[end + 1].Kind == TokenKind.Dot && _tokens[end + 2].Kind == TokenKind.Identifier)
        {
            end += 2;
        }

        if (_tokens[end + 1].Kind != TokenKind.OpenBrace)
        {
            return null;
        }

        var name = string.Concat(_tokens[_at..(end + 1)].Select(Text));
        _at = end + 1;
        return name;
    }

    private Expr Message(string name)
    {
        var offset = Take().Start;
        _open.Push(TokenKind.CloseBrace);
        var names = TokenSet.Of(TokenKind.Question, TokenKind.Identifier, TokenKind.EscapedIdentifier);
        var values = ImmutableArray.CreateBuilder<Expr>();
        Require(names, TokenSet.Of(TokenKind.CloseBrace, TokenKind.Comma));
        while (names.Has(Current.Kind))
        {
            if (Current.Kind == TokenKind.Question)
            {
                Take();
            }

            if (Current.Kind == TokenKind.EscapedIdentifier)
            {
                Take();
            }
            else
            {
                Match(TokenKind.Identifier);
            }

            Match(TokenKind.Colon);
            values.Add(Expression());
            Require(TokenSet.Of(TokenKind.CloseBrace, TokenKind.Comma), default);
            if (Current.Kind == TokenKind.Comma && names.Has(Ahead))
            {
                Take();
            }
        }

        CloseList(TokenKind.CloseBrace);
        return Deep(new MessageExpr(offset, name, values.ToImmutable()), [.. values]);
    }

    private Expr List()
    {
        var offset = Take().Start;
        _open.Push(TokenKind.CloseBracket);
        var starts = TokenSet.ExpressionStart.With(TokenKind.Question);
        var elements = ImmutableArray.CreateBuilder<ElementExpr>();
        Require(starts, TokenSet.Of(TokenKind.CloseBracket, TokenKind.Comma));
        while (starts.Has(Current.Kind))
        {
            var isOptional = SkipQuestion();
            elements.Add(new(Expression(), isOptional));
            Require(TokenSet.Of(TokenKind.CloseBracket, TokenKind.Comma), default);
            if (Current.Kind == TokenKind.Comma && starts.Has(Ahead))
            {
                Take();
            }
        }

        CloseList(TokenKind.CloseBracket);
        return Deep(new ListExpr(offset, elements.ToImmutable()), [.. elements.Select(static element => element.Value)]);
    }

    private Expr Map()
    {
        var offset = Take().Start;
        _open.Push(TokenKind.CloseBrace);
        var starts = TokenSet.ExpressionStart.With(TokenKind.Question);
        var entries = ImmutableArray.CreateBuilder<EntryExpr>();
        Require(starts, TokenSet.Of(TokenKind.CloseBrace, TokenKind.Comma));
        while (starts.Has(Current.Kind))
        {
            var isOptional = SkipQuestion();
            var key = Expression();
            Match(TokenKind.Colon);
            entries.Add(new(key, Expression(), isOptional));
            Require(TokenSet.Of(TokenKind.CloseBrace, TokenKind.Comma), default);
            if (Current.Kind == TokenKind.Comma && starts.Has(Ahead))
            {
                Take();
            }
        }

        CloseList(TokenKind.CloseBrace);
        return Deep(new MapExpr(offset, entries.ToImmutable()), [.. entries.Select(static entry => entry.Key), .. entries.Select(static entry => entry.Value)]);
    }

    private bool SkipQuestion()
    {
        if (Current.Kind != TokenKind.Question)
        {
            return false;
        }

        Take();
        return true;
    }

    private ImmutableArray<Expr> Arguments()
    {
        Take();
        _open.Push(TokenKind.CloseParen);
        var arguments = ImmutableArray.CreateBuilder<Expr>();
        if (Current.Kind != TokenKind.CloseParen)
        {
            Require(TokenSet.ExpressionStart, TokenSet.Of(TokenKind.CloseParen));
        }

        if (Current.Kind != TokenKind.CloseParen)
        {
            arguments.Add(Expression());
            while (Current.Kind == TokenKind.Comma)
            {
                Take();
                arguments.Add(Expression());
            }
        }

        Close(TokenKind.CloseParen);
        return arguments.ToImmutable();
    }

    private Expr Number(bool isNegative)
    {
        var offset = Current.Start;
        if (isNegative)
        {
            Take();
        }

        var token = Take();
        var text = Text(token);
        if (token.Kind == TokenKind.Int)
        {
            return Literals.TryInt(text, isNegative, out var whole) ? new ConstantExpr(offset, new IntValue(whole)) : Bad(offset, "invalid int literal");
        }

        return Literals.TryDouble(isNegative ? "-" + text : text, out var number)
            ? new ConstantExpr(offset, new DoubleValue(number))
            : Bad(offset, "invalid double literal");
    }

    private Expr Literal(Token token)
    {
        var text = Text(token);
        switch (token.Kind)
        {
            case TokenKind.True or TokenKind.False:
                return new ConstantExpr(token.Start, BoolValue.Of(token.Kind == TokenKind.True));
            case TokenKind.Null:
                return new ConstantExpr(token.Start, NullValue.Instance);
            case TokenKind.Uint:
                return Literals.TryUint(text, out var whole) ? new ConstantExpr(token.Start, new UintValue(whole)) : Bad(token.Start, "invalid uint literal");
            case TokenKind.String:
                return Literals.TryString(text, out var value) ? new ConstantExpr(token.Start, new StringValue(value)) : Bad(token.Start, "unable to unescape string");
            default:
                return Literals.TryBytes(text, out var bytes) ? new ConstantExpr(token.Start, new BytesValue(bytes)) : Bad(token.Start, "unable to unescape string");
        }
    }

    private static string? RelationName(TokenKind kind) => kind switch
    {
        TokenKind.Equal => "_==_",
        TokenKind.NotEqual => "_!=_",
        TokenKind.In => "@in",
        TokenKind.Less => "_<_",
        TokenKind.LessOrEqual => "_<=_",
        TokenKind.GreaterOrEqual => "_>=_",
        TokenKind.Greater => "_>_",
        _ => null,
    };

    private static bool IsReserved(string name) => name is "as" or "break" or "const" or "continue" or "else" or "for" or "function" or "if" or "import"
        or "let" or "loop" or "package" or "namespace" or "return" or "var" or "void" or "while";
}
