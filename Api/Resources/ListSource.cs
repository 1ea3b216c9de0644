using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Api.Resources;

/// <summary>The picture a list shows and where in it to begin, or why there is none.</summary>
internal readonly record struct ListSource
{
    public IResourceView? View { get; init; }

    /// <summary>Begin behind this key; null: at the start.</summary>
    public ResourceKey? After { get; init; }
    public ResourceError? Error { get; init; }

    /// <summary>With <see cref="Error"/> 410: a token that goes on with the current state.</summary>
    public string? ContinueToken { get; init; }

    public static ListSource Refused(ResourceError error, string? continueToken = null) => new() { Error = error, ContinueToken = continueToken };
}
