using System.Numerics;
using System.Text.Json.Nodes;
using Crescent.Definitions;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Grains.Mutation.Admission.Limits;

/// <summary>Fills in and checks what containers, pods and claims ask for, as the namespace's <see href="https://kubernetes.io/docs/concepts/policy/limit-range/">LimitRanges</see> say.</summary>
internal sealed class LimitRanger(IResourceCaches caches) : IAdmission
{
    private static readonly ResourceType LimitRanges = new("", "limitranges");
    private static readonly ResourceType Claims = new("", "persistentvolumeclaims");

    public async ValueTask<ResourceError?> MutateAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (request.IsCreate && request.Type == KnownTypes.Pods)
        {
            foreach (var range in await RangesAsync(request, cancellationToken))
            {
                LimitDefaults.Apply(request.Object!, range);
            }
        }

        return null;
    }

    public async ValueTask<ResourceError?> CheckAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        var isPod = request.Type == KnownTypes.Pods && request.IsCreate;
        var isClaim = request.Type == Claims && request.Object is not null;
        if ((!isPod && !isClaim) || request.Subresource.Length > 0)
        {
            return null;
        }

        var problems = new List<string>();
        foreach (var range in await RangesAsync(request, cancellationToken))
        {
            foreach (var limit in range.Object("spec").Objects("limits"))
            {
                problems.AddRange((isPod, limit.Text("type")) switch
                {
                    (true, "Container") => Containers(request.Object!).SelectMany(item => Check(limit, "Container", Of(item, "requests"), Of(item, "limits"))),
                    (true, "Pod") => Check(limit, "Pod", Sum(request.Object!, "requests"), Sum(request.Object!, "limits")),
                    (false, "PersistentVolumeClaim") => Check(limit, "PersistentVolumeClaim", Of(request.Object.Object("spec"), "requests"), [], isClaim: true),
                    _ => [],
                });
            }
        }

        return problems.Count switch
        {
            0 => null,
            1 => ResourceErrors.Forbidden(request.Type, request.Key.Name, problems[0]),
            _ => ResourceErrors.Forbidden(request.Type, request.Key.Name, $"[{string.Join(", ", problems)}]"),
        };
    }

    private static IEnumerable<string> Check(
        JsonObject limit, string type, Dictionary<string, BigInteger> requests, Dictionary<string, BigInteger> limits, bool isClaim = false)
    {
        foreach (var (name, minimum) in limit.Object("min") ?? [])
        {
            var least = Amount.Read(minimum);
            if (!requests.TryGetValue(name, out var request))
            {
                yield return $"minimum {name} usage per {type} is {minimum}.  No request is specified";
            }
            else if (request < least)
            {
                yield return $"minimum {name} usage per {type} is {minimum}, but request is {Amount.Show(request, $"{minimum}")}";
            }
            else if (limits.TryGetValue(name, out var given) && given < least)
            {
                yield return $"minimum {name} usage per {type} is {minimum}, but limit is {Amount.Show(given, $"{minimum}")}";
            }
        }

        foreach (var (name, maximum) in limit.Object("max") ?? [])
        {
            var most = Amount.Read(maximum);
            if (isClaim)
            {
                if (requests.TryGetValue(name, out var asked) && asked > most)
                {
                    yield return $"maximum {name} usage per {type} is {maximum}, but request is {Amount.Show(asked, $"{maximum}")}";
                }
            }
            else if (!limits.TryGetValue(name, out var given))
            {
                yield return $"maximum {name} usage per {type} is {maximum}.  No limit is specified";
            }
            else if (given > most)
            {
                yield return $"maximum {name} usage per {type} is {maximum}, but limit is {Amount.Show(given, $"{maximum}")}";
            }
            else if (requests.TryGetValue(name, out var request) && request > most)
            {
                yield return $"maximum {name} usage per {type} is {maximum}, but request is {Amount.Show(request, $"{maximum}")}";
            }
        }

        foreach (var (name, ratio) in limit.Object("maxLimitRequestRatio") ?? [])
        {
            if (Amount.Read(ratio) is not { } most)
            {
                continue;
            }

            if (!requests.TryGetValue(name, out var request) || request.IsZero || !limits.TryGetValue(name, out var given) || given.IsZero)
            {
                yield return $"{name} max limit to request ratio per {type} is {ratio}, but no {(requests.ContainsKey(name) ? "limit" : "request")} is specified or {(requests.ContainsKey(name) ? "limit" : "request")} is 0";
            }
            else if (given * 1_000_000_000 > most * request)
            {
                yield return string.Create(
                    System.Globalization.CultureInfo.InvariantCulture, $"{name} max limit to request ratio per {type} is {ratio}, but provided ratio is {(double)given / (double)request:F6}");
            }
        }
    }

    private static IEnumerable<JsonObject> Containers(JsonObject pod) =>
        pod.Object("spec").Objects("containers").Concat(pod.Object("spec").Objects("initContainers"));

    private static Dictionary<string, BigInteger> Of(JsonObject? owner, string name)
    {
        var found = new Dictionary<string, BigInteger>(StringComparer.Ordinal);
        foreach (var (resource, value) in owner.Object("resources", name) ?? [])
        {
            if (Amount.Read(value) is { } amount)
            {
                found[resource] = amount;
            }
        }

        return found;
    }

    // Containers together, or the largest init container. A resource that one container leaves open is open for the pod.
    private static Dictionary<string, BigInteger> Sum(JsonObject pod, string name)
    {
        var each = pod.Object("spec").Objects("containers").Select(item => Of(item, name)).ToList();
        var sum = new Dictionary<string, BigInteger>(StringComparer.Ordinal);
        foreach (var resource in each.SelectMany(static item => item.Keys).Distinct(StringComparer.Ordinal).Where(resource => each.TrueForAll(item => item.ContainsKey(resource))))
        {
            sum[resource] = each.Aggregate(BigInteger.Zero, (total, item) => total + item[resource]);
        }

        foreach (var (resource, amount) in pod.Object("spec").Objects("initContainers").SelectMany(item => Of(item, name)))
        {
            sum[resource] = sum.TryGetValue(resource, out var known) && known > amount ? known : amount;
        }

        return sum;
    }

    private async ValueTask<List<JsonObject>> RangesAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (!ResourceCatalog.BuiltIn.TryGet(LimitRanges, out _))
        {
            return [];
        }

        var cache = caches.Get(LimitRanges);
        await cache.WaitUntilLoadedAsync(cancellationToken);
        return [.. cache.Current.Enumerate(request.Key.Namespace).Select(static item => JsonNode.Parse(item.Body)).OfType<JsonObject>()];
    }
}
