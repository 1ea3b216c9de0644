using System.Text.Json.Nodes;
using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Resources;
using Microsoft.Extensions.Options;

namespace Crescent.Grains.Identity;

/// <summary>Each living namespace has a ServiceAccount <c>default</c> and the ConfigMap <c>kube-root-ca.crt</c>.</summary>
internal sealed class NamespaceDefaultsReconciler(IOptionsMonitor<RootCertificateOptions> certificate) : IReconciler
{
    public const string AccountName = "default";
    public const string CertificateMapName = "kube-root-ca.crt";

    private const string Description =
        "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP "
        + "or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.";

    public string Name => "serviceaccount-controller";

    public async Task<ReconcileResult> ReconcileAsync(string key, ReconcileContext context, CancellationToken cancellationToken)
    {
        var ns = ResourceKey.FromGrainKey(key).Name;
        var namespaces = await context.ReadAsync(KnownTypes.Namespaces, cancellationToken);
        if (!namespaces.TryGet("", ns, out var present) || present.DeletionTimestamp is not null)
        {
            return ReconcileResult.Done;
        }

        var results = await Task.WhenAll(KeepAccountAsync(ns, context, cancellationToken), KeepCertificateAsync(ns, context, cancellationToken));
        return results.FirstOrDefault(static result => result?.Error is { Reason: not "AlreadyExists" })?.Error is { } error
            ? ReconcileResult.Retry(error.Message)
            : ReconcileResult.Done;
    }

    private static async Task<MutationResult?> KeepAccountAsync(string ns, ReconcileContext context, CancellationToken cancellationToken)
    {
        var accounts = await context.ReadAsync(KnownTypes.ServiceAccounts, cancellationToken);
        return accounts.TryGet(ns, AccountName, out _)
            ? null
            : await context.CreateAsync(
                new(KnownTypes.ServiceAccounts, ns, AccountName),
                new JsonObject
                {
                    ["apiVersion"] = "v1",
                    ["kind"] = "ServiceAccount",
                    ["metadata"] = new JsonObject { ["name"] = AccountName, ["namespace"] = ns },
                },
                cancellationToken);
    }

    private async Task<MutationResult?> KeepCertificateAsync(string ns, ReconcileContext context, CancellationToken cancellationToken)
    {
        var pem = certificate.CurrentValue.CertificatePem();
        if (pem.Length == 0)
        {
            return null;
        }

        var maps = await context.ReadAsync(KnownTypes.ConfigMaps, cancellationToken);
        var data = new JsonObject { ["ca.crt"] = pem };
        if (!maps.TryGet(ns, CertificateMapName, out var map))
        {
            return await context.CreateAsync(
                new(KnownTypes.ConfigMaps, ns, CertificateMapName),
                new JsonObject
                {
                    ["apiVersion"] = "v1",
                    ["kind"] = "ConfigMap",
                    ["metadata"] = new JsonObject
                    {
                        ["name"] = CertificateMapName,
                        ["namespace"] = ns,
                        ["annotations"] = new JsonObject { ["kubernetes.io/description"] = Description },
                    },
                    ["data"] = data,
                },
                cancellationToken);
        }

        return map.View().At("data", "ca.crt").ValueEqualsText(pem)
            ? null
            : await context.PatchAsync(map.Key, map.Uid, new() { ["data"] = data }, cancellationToken);
    }
}
