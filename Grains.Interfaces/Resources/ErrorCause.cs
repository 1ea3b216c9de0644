namespace Crescent.Resources;

/// <summary>One field-level problem of a <see cref="ResourceError"/>.</summary>
[GenerateSerializer, Immutable, Alias("resources.ErrorCause")]
public sealed class ErrorCause
{
    /// <summary>FieldValueRequired, FieldValueInvalid, FieldValueNotSupported, FieldValueDuplicate, FieldValueForbidden, FieldManagerConflict …</summary>
    [Id(0)] public required string Reason { get; init; }

    /// <summary>Text without the field path, e.g. <c>Required value</c>.</summary>
    [Id(1)] public required string Message { get; init; }

    /// <summary>Field path, e.g. <c>spec.containers[0].image</c>.</summary>
    [Id(2)] public string Field { get; init; } = "";
}
