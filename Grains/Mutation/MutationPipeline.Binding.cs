using System.Text.Json.Nodes;
using Crescent.Grains.Mutation.Decoding;
using Crescent.Grains.Mutation.Validation;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Grains.Mutation;

/// <summary>Binding gives a pod its node, once.</summary>
internal sealed partial class MutationPipeline
{
    private static readonly ResourceType Bindings = new("", "pods/binding");

    private MutationDecision Bind(ResourceKey key, ResourceSnapshot? current, CreateRequest request)
    {
        if (!RequestDecoder.TryDecode(
            request.Body, "v1", "Binding", "k8s.io.api.core.v1.Binding", request.Context.FieldValidation, out var binding, out var warnings, out var error))
        {
            return MutationDecision.Refuse(error);
        }

        var metadata = binding.Ensure("metadata");
        if (ObjectMetadata.CheckNames(key, metadata) is { } misnamed)
        {
            return MutationDecision.Refuse(misnamed);
        }

        var (kind, node) = (binding.Object("target").Text("kind"), binding.Object("target").Text("name"));
        var problems = new Problems();
        if (kind is not ("" or "Node"))
        {
            problems.NotSupported("target.kind", kind, "Node", "<empty>");
        }

        if (node.Length == 0)
        {
            problems.Required("target.name");
        }

        if (!problems.IsEmpty)
        {
            return MutationDecision.Refuse(ResourceErrors.Invalid("", "Binding", key.Name, problems.Causes));
        }

        if (current is null)
        {
            return MutationDecision.Refuse(ResourceErrors.NotFound(key.Type, key.Name));
        }

        var pod = Open(current);
        if (WhyNot(key, current, pod, metadata) is { } why)
        {
            return MutationDecision.Refuse(ResourceErrors.Conflict(Bindings, key.Name, why));
        }

        Assign(pod, node, metadata);
        return MutationDecision.Write(MutationOutcome.Updated, ObjectMetadata.Arrange(pod), warnings);
    }

    private static string? WhyNot(ResourceKey key, ResourceSnapshot current, JsonObject pod, JsonObject binding)
    {
        if (binding.Text("uid") is { Length: > 0 } uid && uid != current.Uid)
        {
            return $"Precondition failed: UID in precondition: {uid}, UID in object meta: {current.Uid}";
        }

        if (pod.Object("spec").Text("nodeName") is { Length: > 0 } already)
        {
            return $"pod {key.Name} is already assigned to node \"{already}\"";
        }

        return current.DeletionTimestamp is not null ? $"pod {key.Name} is being deleted, cannot be assigned to a host"
            : pod.Object("spec").Array("schedulingGates") is { Count: > 0 } ? $"pod {key.Name} has non-empty .spec.schedulingGates" : null;
    }

    private void Assign(JsonObject pod, string node, JsonObject binding)
    {
        pod.Ensure("spec")["nodeName"] = node;
        foreach (var name in (ReadOnlySpan<string>)["annotations", "labels"])
        {
            foreach (var (key, value) in binding.Object(name) ?? [])
            {
                pod.Ensure("metadata").Ensure(name)[key] = value?.DeepClone();
            }
        }

        var status = pod.Ensure("status");
        var conditions = status.Array("conditions") ?? [];
        status.Remove("conditions");
        var kept = conditions.Where(static condition => (condition as JsonObject).Text("type") != "PodScheduled").Select(static condition => condition?.DeepClone());
        status["conditions"] = new JsonArray([.. kept.Append(new JsonObject
        {
            ["type"] = "PodScheduled", ["status"] = "True", ["lastTransitionTime"] = Timestamps.Format(time.GetUtcNow()),
        })]);
    }
}
