using System.Text;
using System.Text.Json;
using Crescent.Definitions;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Authentication;

/// <summary>
/// A Secret of type <c>kubernetes.io/service-account-token</c>: it names an account and holds a token for it that does not expire. See
/// <see href="https://kubernetes.io/docs/concepts/configuration/secret/#serviceaccount-token-secrets">ServiceAccount token Secrets</see>.
/// </summary>
/// <param name="Key">The Secret.</param>
/// <param name="Uid">The Secret's own.</param>
/// <param name="Account">Name of the account, in the Secret's namespace.</param>
/// <param name="AccountUid">Empty until the Secret was filled for the first time.</param>
/// <param name="Token">Empty when there is none.</param>
/// <param name="CertificatePem"><c>ca.crt</c>.</param>
/// <param name="Namespace"><c>namespace</c> of the data.</param>
internal sealed record AccountTokenSecret(
    ResourceKey Key, string Uid, string Account, string AccountUid, string Token, string CertificatePem, string Namespace)
{
    public const string Type = "kubernetes.io/service-account-token";
    public const string AccountAnnotation = "kubernetes.io/service-account.name";
    public const string AccountUidAnnotation = "kubernetes.io/service-account.uid";

    /// <summary>Decided on the selectable field, without reading the body.</summary>
    public static bool Is(ResourceSnapshot item) => item.Key.Type == KnownTypes.Secrets && item.Fields.GetValueOrDefault("type") == Type;

    /// <summary>Null when the Secret is none of these, names no account, or is being deleted.</summary>
    public static AccountTokenSecret? Read(ResourceSnapshot secret)
    {
        if (!Is(secret) || secret.DeletionTimestamp is not null)
        {
            return null;
        }

        using var document = JsonDocument.Parse(secret.Body);
        var body = document.RootElement;
        var annotations = body.At("metadata", "annotations");
        var account = annotations.Text(AccountAnnotation);
        return account.Length == 0
            ? null
            : new(
                secret.Key, secret.Uid, account, annotations.Text(AccountUidAnnotation), Text("token"), Text("ca.crt"), Text("namespace"));

        string Text(string name) => body.At("data", name) is { ValueKind: JsonValueKind.String } value && value.TryGetBytesFromBase64(out var bytes)
            ? Encoding.UTF8.GetString(bytes) : "";
    }
}
