using System.Collections.Immutable;

namespace Crescent.Authentication;

/// <summary>A key of this process alone, for hosts that bring none.</summary>
internal sealed class GeneratedServiceAccountKeys : IServiceAccountKeys
{
    public TokenKey Signing { get; } = TokenKey.Generate();

    public ImmutableArray<TokenKey> Verifying => [Signing];
}
