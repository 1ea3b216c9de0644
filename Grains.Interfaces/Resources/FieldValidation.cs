namespace Crescent.Resources;

/// <summary>The <c>fieldValidation</c> query parameter.</summary>
[GenerateSerializer, Alias("resources.FieldValidation")]
public enum FieldValidation
{
    /// <summary>Unknown fields are dropped silently.</summary>
    Ignore = 0,

    /// <summary>Unknown and duplicate fields are dropped with a Warning header; the server's default.</summary>
    Warn = 1,

    /// <summary>Unknown and duplicate fields are refused with 400.</summary>
    Strict = 2,
}
