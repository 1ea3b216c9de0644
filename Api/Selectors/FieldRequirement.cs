namespace Crescent.Api.Selectors;

/// <summary>One clause of a field selector; an object without the field has the value <see cref="Absent"/>.</summary>
internal sealed record FieldRequirement(string Path, string Value, bool IsNegated, string Absent = "");
