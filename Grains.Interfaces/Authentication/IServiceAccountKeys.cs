using System.Collections.Immutable;

namespace Crescent.Authentication;

/// <summary>The cluster's keys of service account tokens. Several may verify while keys rotate.</summary>
public interface IServiceAccountKeys
{
    TokenKey Signing { get; }

    /// <summary><see cref="Signing"/> and the ones before it whose tokens may still be around.</summary>
    ImmutableArray<TokenKey> Verifying { get; }
}
