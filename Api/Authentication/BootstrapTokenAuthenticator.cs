using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Crescent.Definitions;
using Crescent.Identity;
using Crescent.Watching;

namespace Crescent.Api.Authentication;

/// <summary>
/// <see href="https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/">Bootstrap tokens</see>: <c>ID.SECRET</c>, kept in the
/// Secrets <c>kube-system/bootstrap-token-ID</c>.
/// </summary>
internal sealed partial class BootstrapTokenAuthenticator(IResourceCaches caches, TimeProvider time) : ITokenAuthenticator
{
    public async ValueTask<TokenVerdict?> AuthenticateAsync(string token, ImmutableArray<string> audiences, CancellationToken cancellationToken = default)
    {
        if (!Pattern().IsMatch(token))
        {
            return null;
        }

        var id = token[..6];
        var cache = caches.Get(KnownTypes.Secrets);
        await cache.WaitUntilLoadedAsync(cancellationToken);
        if (!cache.Current.TryGet(BootstrapToken.Namespace, BootstrapToken.NameOf(id), out var secret) || secret.DeletionTimestamp is not null)
        {
            return null;
        }

        return BootstrapToken.Read(secret) is { Authenticates: true } known && !known.IsExpired(time.GetUtcNow())
            && CryptographicOperations.FixedTimeEquals(System.Text.Encoding.UTF8.GetBytes(known.Key), System.Text.Encoding.UTF8.GetBytes(token[7..]))
            && TryGroups(known.ExtraGroups, out var extra)
            ? new(new() { Name = $"system:bootstrap:{id}", Groups = [WellKnownGroups.Bootstrappers, .. extra, WellKnownGroups.Authenticated] }, audiences)
            : null;
    }

    private static bool TryGroups(string text, out string[] groups)
    {
        groups = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return Array.TrueForAll(groups, static group => group.StartsWith("system:bootstrappers:", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"\A[a-z0-9]{6}\.[a-z0-9]{16}\z")]
    private static partial Regex Pattern();
}
