using System.Globalization;
using System.Text;
using System.Text.Json;
using Crescent.Definitions;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Authentication;

/// <summary>
/// A <see href="https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/">bootstrap token</see> as its Secret
/// <c>kube-system/bootstrap-token-ID</c> describes it.
/// </summary>
/// <param name="Id">Six characters, public.</param>
/// <param name="Key">Sixteen characters.</param>
/// <param name="Expires">Null: never. A time that cannot be read counts as long past.</param>
/// <param name="Signs">Whether <c>cluster-info</c> is signed with it.</param>
/// <param name="Authenticates">Whether it opens the API.</param>
/// <param name="ExtraGroups">Further groups of who shows it, with commas between; unchecked.</param>
internal sealed record BootstrapToken(string Id, string Key, DateTimeOffset? Expires, bool Signs, bool Authenticates = false, string ExtraGroups = "")
{
    public const string Namespace = "kube-system";
    private const string Type = "bootstrap.kubernetes.io/token";
    private const string Prefix = "bootstrap-token-";

    /// <summary>Name of the Secret of a token.</summary>
    public static string NameOf(string id) => Prefix + id;

    public static bool IsNamedLikeOne(ResourceKey key) =>
        key.Type == KnownTypes.Secrets && key.Namespace == Namespace && key.Name.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Null when the Secret is no such token, or contradicts its name.</summary>
    public static BootstrapToken? Read(ResourceSnapshot secret)
    {
        if (!IsNamedLikeOne(secret.Key))
        {
            return null;
        }

        using var document = JsonDocument.Parse(secret.Body);
        var body = document.RootElement;
        var id = Text("token-id");
        var key = Text("token-secret");
        return body.Text("type") != Type || id.Length == 0 || key.Length == 0 || secret.Key.Name != NameOf(id)
            ? null
            : new(
                id, key, Time(Text("expiration")), Text("usage-bootstrap-signing") == "true", Text("usage-bootstrap-authentication") == "true",
                Text("auth-extra-groups"));

        string Text(string name) => body.At("data", name) is { ValueKind: JsonValueKind.String } value && value.TryGetBytesFromBase64(out var bytes)
            ? Encoding.UTF8.GetString(bytes) : "";
    }

    public bool IsExpired(DateTimeOffset now) => Expires <= now;

    private static DateTimeOffset? Time(string text) => text.Length == 0 ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : DateTimeOffset.MinValue;
}
