namespace Crescent.Api.Selectors;

/// <summary>One clause of a field selector.</summary>
internal sealed record FieldRequirement(string Path, string Value, bool IsNegated);
