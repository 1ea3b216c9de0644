using System.Collections.Immutable;
using Crescent.Cel.Values;

namespace Crescent.Cel.Syntax;

/// <summary>A node of a parsed expression. The whole family is in this file: it is one closed union, read together.</summary>
internal abstract record Expr(int Offset)
{
    /// <summary>Levels below and with this one; the parser bounds it, so that nothing that walks the tree can run out of stack.</summary>
    public int Depth { get; init; } = 1;
}

internal sealed record ConstantExpr(int Offset, CelValue Value) : Expr(Offset);

/// <summary>A variable or a type; a leading dot asks for the global one.</summary>
internal sealed record IdentExpr(int Offset, string Name) : Expr(Offset);

/// <summary><c>a.b</c>, <c>has(a.b)</c> and <c>a.?b</c>.</summary>
internal sealed record SelectExpr(int Offset, Expr Operand, string Field, SelectKind Kind) : Expr(Offset);

internal enum SelectKind
{
    Value,
    Presence,
    Optional,
}

/// <summary>Operators are calls of functions named as in <see href="https://github.com/google/cel-spec/blob/master/doc/langdef.md">the
/// language definition</see>, e.g. <c>_+_</c>.</summary>
internal sealed record CallExpr(int Offset, string Function, Expr? Target, ImmutableArray<Expr> Arguments) : Expr(Offset);

/// <summary>A chain of <c>&amp;&amp;</c> or <c>||</c>, flat however long it is.</summary>
internal sealed record LogicExpr(int Offset, bool IsAnd, ImmutableArray<Expr> Terms) : Expr(Offset);

internal sealed record ConditionalExpr(int Offset, Expr Condition, Expr Yes, Expr No) : Expr(Offset);

internal sealed record ListExpr(int Offset, ImmutableArray<ElementExpr> Elements) : Expr(Offset);

internal readonly record struct ElementExpr(Expr Value, bool IsOptional);

internal sealed record MapExpr(int Offset, ImmutableArray<EntryExpr> Entries) : Expr(Offset);

internal readonly record struct EntryExpr(Expr Key, Expr Value, bool IsOptional);

/// <summary><c>Name{field: value}</c>; no message types are declared in Kubernetes' environments, so it never passes the checker.</summary>
internal sealed record MessageExpr(int Offset, string TypeName, ImmutableArray<Expr> Values) : Expr(Offset);

/// <summary>A macro that runs over a list or map, or binds a variable.</summary>
internal sealed record FoldExpr(int Offset, FoldKind Kind, Expr Range, string Variable, string? Second, Expr? Filter, Expr Body) : Expr(Offset);

internal enum FoldKind
{
    All,
    Exists,
    ExistsOne,
    Map,
    Filter,
    TransformMap,
    TransformMapEntry,
    Bind,
    OptionalMap,
    OptionalFlatMap,
}
