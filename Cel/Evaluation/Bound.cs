using Crescent.Cel.Typing;

namespace Crescent.Cel.Evaluation;

/// <summary>A checked part of an expression: its type and how it runs.</summary>
internal readonly record struct Bound(CelType Type, Node Node);
