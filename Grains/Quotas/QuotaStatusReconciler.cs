using System.Numerics;
using System.Text.Json.Nodes;
using Crescent.Definitions;
using Crescent.Grains.Mutation.Admission.Limits;
using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Grains.Quotas;

/// <summary>Writes into a quota what is used of it. Admission does not wait for that: it counts for itself.</summary>
internal sealed class QuotaStatusReconciler : IReconciler
{
    public string Name => "resourcequota-controller";

    public bool LooksTwice => true;

    public async Task<ReconcileResult> ReconcileAsync(string key, ReconcileContext context, CancellationToken cancellationToken)
    {
        var id = ResourceKey.FromGrainKey(key);
        if (!(await context.ReadAsync(id.Type, cancellationToken)).TryGet(id.Namespace, id.Name, out var snapshot))
        {
            return ReconcileResult.Done;
        }

        var quota = QuotaFacts.Read(snapshot);
        var used = new Dictionary<string, BigInteger>(StringComparer.Ordinal);
        foreach (var type in quota.Hard.Keys.Select(TypeOf).OfType<ResourceType>().Distinct().Where(static type => ResourceCatalog.BuiltIn.TryGet(type, out _)))
        {
            foreach (var item in (await context.ReadAsync(type, cancellationToken)).Enumerate(id.Namespace))
            {
                var view = item.View();
                if (quota.Counts(type, view))
                {
                    foreach (var (name, amount) in QuotaUsage.Of(type, view))
                    {
                        used[name] = used.GetValueOrDefault(name) + amount;
                    }
                }
            }
        }

        var wanted = new JsonObject { ["hard"] = new JsonObject(), ["used"] = new JsonObject() };
        foreach (var (name, limit) in quota.Hard)
        {
            wanted["hard"]![name] = limit.Text;
            wanted["used"]![name] = Amount.Show(used.GetValueOrDefault(name), limit.Text);
        }

        var status = snapshot.View().At("status");
        if (status.Exists() && JsonNode.DeepEquals(JsonNode.Parse(status.GetRawText()), wanted))
        {
            return ReconcileResult.Done;
        }

        // What is no longer limited has to leave the status, so both lists are replaced member by member.
        foreach (var list in (string[])["hard", "used"])
        {
            foreach (var name in status.At(list).TextMap().Keys.Where(name => !quota.Hard.ContainsKey(name)))
            {
                wanted[list]![name] = null;
            }
        }

        var result = await context.PatchAsync(id, snapshot.Uid, new() { ["status"] = wanted }, cancellationToken, "status");
        return result.Error is { Code: not 404 } error ? ReconcileResult.Retry(error.Message) : ReconcileResult.Done;
    }

    /// <summary>The kind a quota resource counts; null when it is not known.</summary>
    private static ResourceType? TypeOf(string resource) =>
        resource.StartsWith("count/", StringComparison.Ordinal) ? resource.Length > 6 ? ResourceType.Parse(resource[6..]) : null
        : resource switch
        {
            "services" or "services.nodeports" or "services.loadbalancers" => KnownTypes.Services,
            "persistentvolumeclaims" or "requests.storage" => KnownTypes.PersistentVolumeClaims,
            "configmaps" => KnownTypes.ConfigMaps,
            "secrets" => KnownTypes.Secrets,
            "replicationcontrollers" => KnownTypes.ReplicationControllers,
            "resourcequotas" => KnownTypes.ResourceQuotas,
            _ => resource.Contains(".storageclass.storage.k8s.io/", StringComparison.Ordinal) ? KnownTypes.PersistentVolumeClaims : KnownTypes.Pods,
        };
}
