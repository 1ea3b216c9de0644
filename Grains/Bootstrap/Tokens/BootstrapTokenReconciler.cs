using System.Globalization;
using Crescent.Authentication;
using Crescent.Grains.Identity;
using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Resources;
using Microsoft.Extensions.Options;

namespace Crescent.Grains.Bootstrap.Tokens;

/// <summary>Deletes tokens whose time has come and keeps <see cref="ClusterInfo"/> signed with those that may sign.</summary>
internal sealed class BootstrapTokenReconciler(
    ApiAddresses addresses, IOptionsMonitor<ApiEndpointsOptions> endpoints, IOptionsMonitor<RootCertificateOptions> certificate) : IReconciler
{
    public string Name => "bootstrap-signer";

    public async Task<ReconcileResult> ReconcileAsync(string key, ReconcileContext context, CancellationToken cancellationToken)
    {
        var secrets = await context.ReadAsync(KnownTypes.Secrets, cancellationToken);
        var live = new List<BootstrapToken>();
        foreach (var secret in secrets.Enumerate(BootstrapToken.Namespace).Where(static item => item.DeletionTimestamp is null))
        {
            if (BootstrapToken.Read(secret) is not { } token)
            {
                continue;
            }

            if (!token.IsExpired(context.Now))
            {
                live.Add(token);
            }
            else if (await context.DeleteAsync(secret.Key, secret.Uid, cancellationToken, version: secret.Version) is { Error: { Reason: not "NotFound" } error })
            {
                return ReconcileResult.Retry(error.Message);
            }
        }

        if (await KeepInfoAsync([.. live.Where(static token => token.Signs)], context, cancellationToken) is { Error: { Reason: not "AlreadyExists" } refusal })
        {
            return ReconcileResult.Retry(refusal.Message);
        }

        return live.Min(static token => token.Expires) is { } next ? ReconcileResult.LookAgain(next - context.Now) : ReconcileResult.Done;
    }

    private async Task<MutationResult?> KeepInfoAsync(IReadOnlyCollection<BootstrapToken> signers, ReconcileContext context, CancellationToken cancellationToken)
    {
        var pem = certificate.CurrentValue.CertificatePem();
        var namespaces = await context.ReadAsync(KnownTypes.Namespaces, cancellationToken);
        if (pem.Length == 0 || !namespaces.TryGet("", ClusterInfo.Key.Namespace, out var ns) || ns.DeletionTimestamp is not null)
        {
            return null;
        }

        var host = addresses.Find() is [var first, ..] ? first : "127.0.0.1";
        var port = endpoints.CurrentValue.Port.ToString(CultureInfo.InvariantCulture);
        var kubeconfig = ClusterInfo.Kubeconfig($"https://{host}:{port}", pem);
        var maps = await context.ReadAsync(KnownTypes.ConfigMaps, cancellationToken);
        if (!maps.TryGet(ClusterInfo.Key.Namespace, ClusterInfo.Key.Name, out var present))
        {
            return await context.CreateAsync(ClusterInfo.Key, ClusterInfo.Body(kubeconfig, signers), cancellationToken);
        }

        return ClusterInfo.Repair(present, kubeconfig, signers) is { } patch
            ? await context.PatchAsync(present.Key, present.Uid, patch, cancellationToken, version: present.Version)
            : null;
    }
}
