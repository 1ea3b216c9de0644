using System.Collections.Immutable;

namespace Crescent.Cel.Syntax;

/// <summary>A parsed expression, or what is wrong with it.</summary>
internal readonly record struct ParsedExpression(Expr? Root, ImmutableArray<CelError> Errors);
