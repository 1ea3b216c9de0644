using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Authentication;
using Crescent.Definitions;

namespace Crescent.Grains.Identity.AccountTokens;

/// <summary>Pure.</summary>
internal static class AccountTokenPlanner
{
    /// <param name="account">Body of the account; null: there is none, or it is being deleted.</param>
    /// <param name="secrets">The token Secrets that name it.</param>
    /// <param name="pem">The cluster's CA certificates.</param>
    /// <param name="isAutomatic">Whether each account has a Secret of its own.</param>
    public static AccountTokenPlan Plan(JsonElement? account, IReadOnlyCollection<AccountTokenSecret> secrets, string pem, bool isAutomatic)
    {
        if (account is not { } present)
        {
            return new([.. secrets], [], null, false);
        }

        var uid = present.Text("metadata", "uid");
        var (own, former) = (secrets.Where(IsOwn).ToList(), secrets.Where(secret => !IsOwn(secret)));
        var incomplete = own.Where(
            secret => secret.AccountUid.Length == 0 || secret.Token.Length == 0 || secret.CertificatePem != pem || secret.Namespace != secret.Key.Namespace);
        var (references, needsSecret) = isAutomatic ? Refer(present, own) : (null, false);
        return new([.. former], [.. incomplete], references, needsSecret);

        bool IsOwn(AccountTokenSecret secret) => secret.AccountUid.Length == 0 || secret.AccountUid == uid;
    }

    /// <summary>What the name of a Secret begins with that is made for an account.</summary>
    public static string Prefix(string account) => $"{(account.Length > 50 ? account[..50] : account)}-token";

    /// <summary>Drops references to Secrets that were made here and are gone, and adds one where none to a token is left.</summary>
    private static (JsonArray? References, bool NeedsSecret) Refer(JsonElement account, List<AccountTokenSecret> own)
    {
        var prefix = Prefix(account.Text("metadata", "name")) + "-";
        var names = account.Items("secrets").Select(static reference => reference.Text("name")).ToList();
        var kept = account.Items("secrets").Where(
            reference => !reference.Text("name").StartsWith(prefix, StringComparison.Ordinal) || own.Any(secret => secret.Key.Name == reference.Text("name"))).ToList();
        if (own.Any(secret => names.Contains(secret.Key.Name)))
        {
            return (kept.Count == names.Count ? null : ToArray(kept), false);
        }

        // Made here before, and the account could not be told.
        var spare = own.FirstOrDefault(secret => secret.Key.Name.StartsWith(prefix, StringComparison.Ordinal));
        var references = ToArray(kept);
        if (spare is not null)
        {
            references.Add(new JsonObject { ["name"] = spare.Key.Name });
        }

        return (references, spare is null);
    }

    private static JsonArray ToArray(IEnumerable<JsonElement> references) =>
        new([.. references.Select(static reference => (JsonNode)JsonObject.Create(reference)!)]);
}
