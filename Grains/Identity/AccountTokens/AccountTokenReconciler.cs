using System.Text;
using System.Text.Json.Nodes;
using Crescent.Authentication;
using Crescent.Grains.Reconciling;
using Crescent.Grains.Workloads;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;
using Microsoft.Extensions.Options;

namespace Crescent.Grains.Identity.AccountTokens;

/// <summary>
/// Fills Secrets of type <c>kubernetes.io/service-account-token</c>, deletes them with their account, and gives each account one
/// (<see cref="ServiceAccountTokenOptions.SecretPerAccount"/>).
/// </summary>
internal sealed class AccountTokenReconciler(
    ServiceAccountTokens tokens, IOptionsMonitor<RootCertificateOptions> certificate, IOptions<ServiceAccountTokenOptions> options, NameSuffix suffix) : IReconciler
{
    public string Name => "tokens-controller";

    public async Task<ReconcileResult> ReconcileAsync(string key, ReconcileContext context, CancellationToken cancellationToken)
    {
        var accountKey = ResourceKey.FromGrainKey(key);
        var accounts = await context.ReadAsync(KnownTypes.ServiceAccounts, cancellationToken);
        var account = accounts.TryGet(accountKey.Namespace, accountKey.Name, out var found) && found.DeletionTimestamp is null ? found : null;
        var secrets = (await context.ReadAsync(KnownTypes.Secrets, cancellationToken)).Enumerate(accountKey.Namespace)
            .Where(AccountTokenSecret.Is).Select(AccountTokenSecret.Read).OfType<AccountTokenSecret>().Where(secret => secret.Account == accountKey.Name).ToList();
        var plan = AccountTokenPlanner.Plan(account?.View(), secrets, certificate.CurrentValue.CertificatePem(), options.Value.SecretPerAccount);

        foreach (var secret in plan.Superfluous)
        {
            if (await context.DeleteAsync(secret.Key, secret.Uid, cancellationToken) is { Error: { Reason: not "NotFound" } refusal })
            {
                return ReconcileResult.Retry(refusal.Message);
            }
        }

        return account is null ? ReconcileResult.Done : await ProvideAsync(account, plan, context, cancellationToken);
    }

    private async Task<ReconcileResult> ProvideAsync(
        ResourceSnapshot account, AccountTokenPlan plan, ReconcileContext context, CancellationToken cancellationToken)
    {
        foreach (var secret in plan.Incomplete)
        {
            if (await context.PatchAsync(secret.Key, secret.Uid, Filling(account, secret.Key.Name, secret.Token), cancellationToken) is { Error: { Reason: not "NotFound" } refusal })
            {
                return ReconcileResult.Retry(refusal.Message);
            }
        }

        var references = plan.References;
        if (plan.NeedsSecret)
        {
            var namespaces = await context.ReadAsync(KnownTypes.Namespaces, cancellationToken);
            if (!namespaces.TryGet("", account.Key.Namespace, out var ns) || ns.DeletionTimestamp is not null)
            {
                return ReconcileResult.Done;
            }

            var name = suffix.Append(AccountTokenPlanner.Prefix(account.Key.Name));
            var body = Filling(account, name, "");
            body["apiVersion"] = "v1";
            body["kind"] = "Secret";
            body["type"] = AccountTokenSecret.Type;
            body["metadata"]!["name"] = name;
            body["metadata"]!["namespace"] = account.Key.Namespace;
            if (await context.CreateAsync(new(KnownTypes.Secrets, account.Key.Namespace, name), body, cancellationToken) is { Error: { } refusal })
            {
                return ReconcileResult.Retry(refusal.Message);
            }

            references!.Add(new JsonObject { ["name"] = name });
        }

        return references is not null
            && await context.PatchAsync(account.Key, account.Uid, new() { ["secrets"] = references }, cancellationToken, version: account.Version) is { Error: { } conflict }
            ? ReconcileResult.Retry(conflict.Message)
            : ReconcileResult.Done;
    }

    /// <summary>A merge patch that makes a Secret complete. A token that is there stays.</summary>
    private JsonObject Filling(ResourceSnapshot account, string secret, string token)
    {
        var (ns, name) = (account.Key.Namespace, account.Key.Name);
        return new()
        {
            ["metadata"] = new JsonObject
            {
                ["annotations"] = new JsonObject { [AccountTokenSecret.AccountAnnotation] = name, [AccountTokenSecret.AccountUidAnnotation] = account.Uid },
            },
            ["data"] = new JsonObject
            {
                ["ca.crt"] = Encode(certificate.CurrentValue.CertificatePem()),
                ["namespace"] = Encode(ns),
                ["token"] = Encode(token.Length > 0 ? token : tokens.IssueFor(ns, name, account.Uid, secret)),
            },
        };
    }

    private static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
