using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Api.Dispatching;
using Crescent.Api.Requests;
using Crescent.Api.Resources;
using Crescent.Api.Responses;
using Crescent.Authentication;
using Crescent.Authorization;
using Crescent.Definitions;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Api.Subresources;

/// <summary><c>serviceaccounts/token</c>: a fresh token of the account (<c>kubectl create token</c>).</summary>
internal sealed class TokenSubresource(IGrainFactory grains, IResourceCaches caches, IAuthorizer authorizer, ServiceAccountTokens tokens) : ISubresourceHandler
{
    private const string Kind = "TokenRequest";
    private const string ApiVersion = "authentication.k8s.io/v1";

    public bool Serves(ResourceRequest request) => request.Definition.Type == KnownTypes.ServiceAccounts && request.Path.Subresource == "token";

    public async Task HandleAsync(ResourceRequest request)
    {
        var (body, header) = await ObjectBody.ReadAsync(request, Kind, ApiVersion);
        if (body.Error is null && header.Name.Length > 0 && header.Name != request.Path.Name)
        {
            body = Encoding.Decoded.Refused(ResourceErrors.BadRequest(
                $"the name of the object ({header.Name}) does not match the name on the URL ({request.Path.Name})"));
        }

        if (body.Error is { } refusal)
        {
            await request.Http.WriteErrorAsync(refusal);
            return;
        }

        var (answer, error) = await IssueAsync(request, JsonNode.Parse(body.Body)!["spec"] as JsonObject ?? []);
        await (error is not null
            ? request.Http.WriteErrorAsync(error)
            : request.Http.WriteJsonAsync(request.Format with { Shape = ResponseShape.Object }, JsonSerializer.SerializeToUtf8Bytes(answer), 201));
    }

    private async Task<(JsonObject? Answer, ResourceError? Error)> IssueAsync(ResourceRequest request, JsonObject spec)
    {
        var seconds = spec["expirationSeconds"] is JsonValue value && value.TryGetValue<long>(out var given) ? given : ServiceAccountTokens.DefaultSeconds;
        if (Check(seconds) is { } invalid)
        {
            return (null, invalid);
        }

        if (NodeMode.NodeOf(request.User) is { } asking && ((string?)spec["boundObjectRef"]?["kind"] != "Pod"))
        {
            return (null, ResourceErrors.Forbidden(request.Definition.Type, request.Path.Name, $"node \"{asking}\" requested token not bound to a pod"));
        }

        if (await grains.GetResourceGrain(request.Key).GetAsync(request.CancellationToken) is not { } account)
        {
            return (null, ResourceErrors.NotFound(request.Definition.Type, request.Path.Name));
        }

        BoundObject? bound = null, node = null;
        if (spec["boundObjectRef"] is JsonObject reference)
        {
            (bound, node, var error) = await FindAsync(request, reference);
            if (error is not null)
            {
                return (null, error);
            }
        }

        var audiences = spec["audiences"] is JsonArray array ? array.Select(static item => (string?)item ?? "").ToImmutableArray() : [];
        if (bound is not null && NodeMode.NodeOf(request.User) is { } onNode && await CheckAudiencesAsync(request, bound, onNode, audiences) is { } refusal)
        {
            return (null, refusal);
        }

        var issued = tokens.Issue(request.Path.Namespace, request.Path.Name, account.Uid, audiences, seconds, bound, node);
        spec["audiences"] = new JsonArray([.. issued.Audiences.Select(static audience => (JsonNode)audience)]);
        spec["expirationSeconds"] = seconds;
        return (new()
        {
            ["kind"] = Kind,
            ["apiVersion"] = ApiVersion,
            ["metadata"] = new JsonObject { ["name"] = request.Path.Name, ["namespace"] = request.Path.Namespace },
            ["spec"] = spec.DeepClone(),
            ["status"] = new JsonObject
            {
                ["token"] = issued.Token,
                ["expirationTimestamp"] = issued.Expires.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            },
        }, null);
    }

    /// <summary>A node gets tokens for those its pod's volumes name, and for whom a role lets it.</summary>
    private async Task<ResourceError?> CheckAudiencesAsync(ResourceRequest request, BoundObject bound, string node, ImmutableArray<string> audiences)
    {
        if (audiences.Length > 1)
        {
            return ResourceErrors.Forbidden(request.Definition.Type, request.Path.Name, "node may only request 0 or 1 audiences");
        }

        var audience = audiences.IsEmpty ? "" : audiences[0];
        if (await grains.GetResourceGrain(new(KnownTypes.Pods, request.Path.Namespace, bound.Name)).GetAsync(request.CancellationToken) is not { } pod)
        {
            return ResourceErrors.NotFound(KnownTypes.Pods, bound.Name);
        }

        if (await PodAudiences.NamesAsync(JsonElement.Parse(pod.Body), audience, caches, request.CancellationToken))
        {
            return null;
        }

        var decision = await authorizer.DecideAsync(
            new()
            {
                User = request.User, Verb = "request-serviceaccounts-token-audience", IsResource = true, Resource = audience,
                Namespace = request.Path.Namespace, Name = request.Path.Name,
            },
            request.CancellationToken);
        return decision.IsAllowed ? null : PodAudiences.Refusal(audience, node, request.Path.Name);
    }

    private static ResourceError? Check(long seconds)
    {
        var problem = seconds < ServiceAccountTokens.LeastSeconds ? "may not specify a duration less than 10 minutes"
            : seconds > 1L << 32 ? "may not specify a duration larger than 2^32 seconds" : null;
        return problem is null
            ? null
            : ResourceErrors.Invalid("authentication.k8s.io", Kind, "",
            [
                new() { Reason = "FieldValueInvalid", Field = "spec.expirationSeconds", Message = $"Invalid value: {seconds}: {problem}" },
            ]);
    }

    private async Task<(BoundObject? Bound, BoundObject? Node, ResourceError? Error)> FindAsync(ResourceRequest request, JsonObject reference)
    {
        var (kind, name, uid) = ((string?)reference["kind"] ?? "", (string?)reference["name"] ?? "", (string?)reference["uid"] ?? "");
        ResourceType? type = kind switch { "Pod" => KnownTypes.Pods, "Secret" => KnownTypes.Secrets, "Node" => KnownTypes.Nodes, _ => null };
        if (type is not { } known || name.Length == 0)
        {
            return (null, null, ResourceErrors.BadRequest($"cannot bind token to object of type {(string?)reference["apiVersion"]}, Kind={kind}"));
        }

        var key = new ResourceKey(known, known == KnownTypes.Nodes ? "" : request.Path.Namespace, name);
        if (await grains.GetResourceGrain(key).GetAsync(request.CancellationToken) is not { } found)
        {
            return (null, null, ResourceErrors.NotFound(known, name));
        }

        if (uid.Length > 0 && uid != found.Uid)
        {
            return (null, null, ResourceErrors.Conflict(
                known, name, $"the UID in the bound object reference ({uid}) does not match the UID in record. The object might have been deleted and then recreated"));
        }

        if (known != KnownTypes.Pods)
        {
            return (new(kind, name, found.Uid), null, null);
        }

        using var pod = JsonDocument.Parse(found.Body);
        if (pod.RootElement.Text("spec", "serviceAccountName") != request.Path.Name)
        {
            return (null, null, ResourceErrors.BadRequest(
                $"cannot bind token for serviceaccount \"{request.Path.Name}\" to pod running with different serviceaccount name."));
        }

        var nodeName = pod.RootElement.Text("spec", "nodeName");
        if (NodeMode.NodeOf(request.User) is { } asking && asking != nodeName)
        {
            return (null, null, ResourceErrors.Forbidden(
                request.Definition.Type, request.Path.Name, $"node \"{asking}\" requested token bound to a pod scheduled on a different node"));
        }

        var node = nodeName.Length == 0 ? null : await grains.GetResourceGrain(new(KnownTypes.Nodes, "", nodeName)).GetAsync(request.CancellationToken);
        return (new(kind, name, found.Uid), node is null ? null : new("Node", nodeName, node.Uid), null);
    }
}
