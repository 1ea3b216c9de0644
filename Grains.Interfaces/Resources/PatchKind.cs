namespace Crescent.Resources;

/// <summary>How a patch body is to be read.</summary>
[GenerateSerializer, Alias("resources.PatchKind")]
public enum PatchKind
{
    /// <summary>RFC 6902, <c>application/json-patch+json</c>.</summary>
    Json = 0,

    /// <summary>RFC 7386, <c>application/merge-patch+json</c>.</summary>
    Merge = 1,

    /// <summary><c>application/strategic-merge-patch+json</c>.</summary>
    Strategic = 2,

    /// <summary><c>application/apply-patch+yaml</c>: server-side apply.</summary>
    Apply = 3,
}
