namespace Crescent.Api.Encoding;

/// <summary>Limits of request bodies.</summary>
internal static class BodyLimits
{
    /// <summary>3 MiB, as in Kubernetes.</summary>
    public const int MaxBytes = 3 * 1024 * 1024;

    /// <summary>Nesting of JSON and YAML.</summary>
    public const int MaxDepth = 64;
}
