using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
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
    private const string Type = "bootstrap.kubernetes.io/token";

    public async ValueTask<TokenVerdict?> AuthenticateAsync(string token, ImmutableArray<string> audiences, CancellationToken cancellationToken = default)
    {
        if (!Pattern().IsMatch(token))
        {
            return null;
        }

        var id = token[..6];
        var cache = caches.Get(KnownTypes.Secrets);
        await cache.WaitUntilLoadedAsync(cancellationToken);
        if (!cache.Current.TryGet("kube-system", $"bootstrap-token-{id}", out var secret) || secret.DeletionTimestamp is not null)
        {
            return null;
        }

        using var document = JsonDocument.Parse(secret.Body);
        var body = document.RootElement;
        var isGood = body.Text("type") == Type && Text(body, "token-id") == id && Text(body, "usage-bootstrap-authentication") == "true"
            && CryptographicOperations.FixedTimeEquals(System.Text.Encoding.UTF8.GetBytes(Text(body, "token-secret")), System.Text.Encoding.UTF8.GetBytes(token[7..]))
            && !IsExpired(Text(body, "expiration"));
        return isGood && TryGroups(Text(body, "auth-extra-groups"), out var extra)
            ? new(new() { Name = $"system:bootstrap:{id}", Groups = [WellKnownGroups.Bootstrappers, .. extra, WellKnownGroups.Authenticated] }, audiences)
            : null;
    }

    // A time that cannot be read counts as past.
    private bool IsExpired(string text) => text.Length > 0
        && (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var end) || end <= time.GetUtcNow());

    private static bool TryGroups(string text, out string[] groups)
    {
        groups = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return Array.TrueForAll(groups, static group => group.StartsWith("system:bootstrappers:", StringComparison.Ordinal));
    }

    private static string Text(JsonElement secret, string name)
    {
        var element = secret.At("data", name);
        return element.ValueKind == JsonValueKind.String && element.TryGetBytesFromBase64(out var bytes) ? System.Text.Encoding.UTF8.GetString(bytes) : "";
    }

    [GeneratedRegex(@"\A[a-z0-9]{6}\.[a-z0-9]{16}\z")]
    private static partial Regex Pattern();
}
