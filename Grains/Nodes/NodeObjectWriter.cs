using System.Text;
using System.Text.Json.Nodes;
using Crescent.Grains.Mutation;
using Crescent.Identity;
using Crescent.Nodes;
using Crescent.Resources;

namespace Crescent.Grains.Nodes;

/// <summary>
/// Writes one node's Node object and Lease in the name of its agent. Each write is a merge patch against the version it was planned on, so
/// that operators and controllers who write beside it lose nothing.
/// </summary>
internal sealed class NodeObjectWriter(string nodeName, IGrainFactory grains, TimeProvider time)
{
    private const int Attempts = 5;

    public ResourceKey Key { get; } = new(KnownTypes.Nodes, "", nodeName);

    public MutationContext Context(string subresource = "") => new()
    {
        User = $"system:node:{nodeName}", Groups = ["system:nodes", "system:authenticated"], FieldManager = "kubelet", Subresource = subresource,
        FieldValidation = FieldValidation.Ignore,
    };

    /// <summary>Creates the Node or brings labels, podCIDR and status up to what the agent says.</summary>
    public async Task<(ResourceSnapshot? Node, ResourceError? Error)> RegisterAsync(JsonObject registered, string podCidr, CancellationToken cancellationToken)
    {
        ResourceError? error = null;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var current = await grains.GetResourceGrain(Key).GetAsync(cancellationToken);
            MutationResult result;
            if (current is null)
            {
                result = await grains.GetResourceGrain(Key).CreateAsync(
                    new() { Context = Context(), Body = Encode(NodeRegistrationPlanner.PlanCreation(registered, nodeName, podCidr)) }, cancellationToken);
            }
            else if (NodeRegistrationPlanner.PlanUpdate(Parse(current), registered, podCidr) is { } update)
            {
                result = await PatchAsync(current, update, "", cancellationToken);
            }
            else if (registered["status"] is JsonObject status && NodeStatusPlanner.Plan(Parse(current), status, time.GetUtcNow()) is { } patch)
            {
                result = await PatchAsync(current, patch, "status", cancellationToken);
            }
            else
            {
                return (current, null);
            }

            error = result.Error;
            if (error is not null && error.Code != 409)
            {
                return (null, error);
            }
        }

        return (null, error ?? ResourceErrors.Unavailable($"node {nodeName} keeps changing while it registers"));
    }

    /// <summary>Writes what <paramref name="plan"/> makes of the newest Node. True when the Node says so now; false when it is gone.</summary>
    /// <exception cref="InvalidOperationException">The write was refused.</exception>
    public async Task<(bool Exists, bool IsWritten)> UpdateStatusAsync(Func<JsonObject, JsonObject?> plan, CancellationToken cancellationToken)
    {
        ResourceError? error = null;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var current = await grains.GetResourceGrain(Key).GetAsync(cancellationToken);
            if (current is null)
            {
                return (false, false);
            }

            if (plan(Parse(current)) is not { } patch)
            {
                return (true, false);
            }

            var result = await PatchAsync(current, patch, "status", cancellationToken);
            if (result.IsSuccess)
            {
                return (true, true);
            }

            error = result.Error;
            if (error!.Code is not (404 or 409))
            {
                break;
            }
        }

        throw new InvalidOperationException($"The status of node {nodeName} was refused: {error?.Message}");
    }

    /// <summary>Creates or renews the node's Lease.</summary>
    public async Task<ResourceError?> RenewLeaseAsync(string nodeUid, TimeSpan duration, CancellationToken cancellationToken)
    {
        var grain = grains.GetResourceGrain(new(KnownTypes.Leases, "kube-node-lease", nodeName));
        var spec = new JsonObject
        {
            ["holderIdentity"] = nodeName,
            ["leaseDurationSeconds"] = (int)duration.TotalSeconds,
            ["renewTime"] = Timestamps.FormatMicro(time.GetUtcNow()),
        };
        var owner = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Node", ["name"] = nodeName, ["uid"] = nodeUid };
        var metadata = new JsonObject { ["ownerReferences"] = new JsonArray(owner) };
        var result = await grain.PatchAsync(
            new() { Context = Context(), Kind = PatchKind.Merge, Body = Encode(new() { ["metadata"] = metadata.DeepClone(), ["spec"] = spec.DeepClone() }) },
            cancellationToken);
        if (result.Error is { Code: 404 })
        {
            metadata["name"] = nodeName;
            metadata["namespace"] = "kube-node-lease";
            var lease = new JsonObject { ["apiVersion"] = "coordination.k8s.io/v1", ["kind"] = "Lease", ["metadata"] = metadata, ["spec"] = spec };
            result = await grain.CreateAsync(new() { Context = Context(), Body = Encode(lease) }, cancellationToken);
        }

        return result.Error;
    }

    public static JsonObject Parse(ResourceSnapshot snapshot) => (JsonObject)JsonNode.Parse(snapshot.Body)!;

    public static byte[] Encode(JsonObject body) => Encoding.UTF8.GetBytes(body.ToJsonString());

    private Task<MutationResult> PatchAsync(ResourceSnapshot current, JsonObject patch, string subresource, CancellationToken cancellationToken) =>
        grains.GetResourceGrain(Key).PatchAsync(
            new()
            {
                Context = Context(subresource), Kind = PatchKind.Merge, Body = Encode(patch),
                Preconditions = new() { Uid = current.Uid, Version = current.Version },
            },
            cancellationToken);
}
