using System.Globalization;
using System.Text;
using System.Text.Json;
using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Grains.Bootstrap.Tokens;

/// <summary>
/// A <see href="https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/">bootstrap token</see> as its Secret
/// <c>kube-system/bootstrap-token-ID</c> describes it.
/// </summary>
/// <param name="Id">Six characters, public.</param>
/// <param name="Key">Sixteen characters.</param>
/// <param name="Expires">Null: never. A time that cannot be read counts as long past.</param>
/// <param name="Signs">Whether <c>cluster-info</c> is signed with it.</param>
internal sealed record BootstrapToken(string Id, string Key, DateTimeOffset? Expires, bool Signs)
{
    public const string Namespace = "kube-system";
    private const string Type = "bootstrap.kubernetes.io/token";
    private const string Prefix = "bootstrap-token-";

    public static bool IsNamedLikeOne(ResourceKey key) =>
        key.Type == KnownTypes.Secrets && key.Namespace == Namespace && key.Name.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Null when the Secret is no such token, or contradicts its name.</summary>
    public static BootstrapToken? Read(ResourceSnapshot secret)
    {
        if (!IsNamedLikeOne(secret.Key) || secret.View() is var body && !body.At("type").ValueEqualsText(Type))
        {
            return null;
        }

        var id = Text("token-id");
        var key = Text("token-secret");
        return id.Length == 0 || key.Length == 0 || secret.Key.Name != Prefix + id
            ? null
            : new(id, key, Time(Text("expiration")), Text("usage-bootstrap-signing") == "true");

        string Text(string name) => body.At("data", name) is { ValueKind: JsonValueKind.String } value && value.TryGetBytesFromBase64(out var bytes)
            ? Encoding.UTF8.GetString(bytes) : "";
    }

    public bool IsExpired(DateTimeOffset now) => Expires <= now;

    private static DateTimeOffset? Time(string text) => text.Length == 0 ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : DateTimeOffset.MinValue;
}
