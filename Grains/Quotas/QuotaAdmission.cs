using System.Text.Json;
using Crescent.Definitions;
using Crescent.Grains.Mutation.Admission;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Grains.Quotas;

/// <summary>New objects, and services and claims that grow, fit into the <see href="https://kubernetes.io/docs/concepts/policy/resource-quotas/">quotas</see> of their namespace.</summary>
internal sealed class QuotaAdmission(IResourceCaches caches, IQuotaLedger ledger) : IAdmission
{
    public static readonly ResourceType Quotas = new("", "resourcequotas");

    public async ValueTask<ResourceError?> CheckAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (request.Object is not { } item || request.Key.Namespace.Length == 0 || request.Subresource is not ("" or "resize")
            || request.Type == KnownTypes.Events || !ResourceCatalog.BuiltIn.TryGet(Quotas, out _))
        {
            return null;
        }

        var quotas = caches.Get(Quotas);
        await quotas.WaitUntilLoadedAsync(cancellationToken);
        if (!quotas.Current.Enumerate(request.Key.Namespace).Any())
        {
            return null;
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(item);
        if (request.Old is { } old && !Grows(request.Type, JsonElement.Parse(body), JsonSerializer.SerializeToElement(old)))
        {
            return null;
        }

        return await ledger.ClaimAsync(
            new()
            {
                Key = request.Key, Uid = item["metadata"]?["uid"]?.ToString() ?? "", Body = body, IsDryRun = request.Context.IsDryRun,
                Base = ResourceVersion.TryParse(request.Old?["metadata"]?["resourceVersion"]?.ToString() ?? "", out var version) ? version : ResourceVersion.None,
            },
            cancellationToken);
    }

    private static bool Grows(ResourceType type, JsonElement item, JsonElement old)
    {
        var before = QuotaUsage.Of(type, old);
        return QuotaUsage.Of(type, item).Any(use => use.Value > before.GetValueOrDefault(use.Key));
    }
}
