using System.Text.Json;
using Crescent.Authentication;
using Crescent.Definitions;
using Crescent.Identity;
using Crescent.Nodes;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Grains.Nodes;

/// <summary>Tokens for the pods of a node, and for no others.</summary>
internal sealed class PodTokenIssuer(IResourceCaches caches, ServiceAccountTokens tokens)
{
    public async Task<PodToken> IssueAsync(string nodeName, string nodeUid, PodTokenRequest request, CancellationToken cancellationToken)
    {
        var pod = await FindAsync(new(KnownTypes.Pods, request.Namespace, request.PodName), cancellationToken);
        if (pod is null || pod.Uid != request.PodUid || pod.Fields.GetValueOrDefault("spec.nodeName") != nodeName)
        {
            return new() { Error = ResourceErrors.NotFound(KnownTypes.Pods, request.PodName) };
        }

        using var body = JsonDocument.Parse(pod.Body);
        var name = body.RootElement.Text("spec", "serviceAccountName");
        if (name.Length == 0 || await FindAsync(new(KnownTypes.ServiceAccounts, request.Namespace, name), cancellationToken) is not { } account)
        {
            return new() { Error = ResourceErrors.NotFound(KnownTypes.ServiceAccounts, name) };
        }

        if (!await PodAudiences.NamesAsync(body.RootElement, request.Audience, caches, cancellationToken))
        {
            return new() { Error = PodAudiences.Refusal(request.Audience, nodeName, name) };
        }

        var issued = tokens.Issue(
            request.Namespace, name, account.Uid, request.Audience.Length == 0 ? [] : [request.Audience],
            Math.Max(request.ExpirationSeconds, ServiceAccountTokens.LeastSeconds), new("Pod", pod.Key.Name, pod.Uid),
            nodeUid.Length == 0 ? null : new("Node", nodeName, nodeUid));
        return new() { Token = issued.Token, Expires = issued.Expires };
    }

    private async Task<ResourceSnapshot?> FindAsync(ResourceKey key, CancellationToken cancellationToken)
    {
        var cache = caches.Get(key.Type);
        return cache.Current.TryGet(key.Namespace, key.Name, out var found)
            || (await cache.GetConsistentAsync(cancellationToken)).TryGet(key.Namespace, key.Name, out found) ? found : null;
    }
}
