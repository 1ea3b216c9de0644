using System.Text;
using System.Text.Json.Nodes;
using Crescent.Grains.Reconciling;
using Crescent.Grains.Scheduling.Framework;
using Crescent.Resources;

namespace Crescent.Grains.Scheduling;

/// <summary>The writes of a scheduler.</summary>
internal static class BindingRequests
{
    public static CreateRequest Bind(PodInfo pod, string nodeName) => new()
    {
        Context = Context("binding"),
        // Names and uids of stored objects need no escaping.
        Body = Encoding.UTF8.GetBytes(
            $$$"""{"apiVersion":"v1","kind":"Binding","metadata":{"name":"{{{pod.Key.Name}}}","namespace":"{{{pod.Key.Namespace}}}","uid":"{{{pod.Uid}}}"},"target":{"apiVersion":"v1","kind":"Node","name":"{{{nodeName}}}"}}"""),
    };

    /// <summary>Sets PodScheduled to False; the other conditions of the pod are other people's.</summary>
    /// <param name="pod">The pod without a node.</param>
    /// <param name="message">Why it has none.</param>
    /// <param name="nominated">Node where room is being made; null to leave that as it is.</param>
    /// <param name="now">The present.</param>
    public static PatchRequest MarkUnschedulable(PodInfo pod, string message, string? nominated, DateTimeOffset now)
    {
        var condition = new JsonObject { ["type"] = "PodScheduled", ["status"] = "False", ["reason"] = "Unschedulable", ["message"] = message };
        if (pod.UnschedulableMessage is null)
        {
            condition["lastTransitionTime"] = now.ToKubernetesTime();
        }

        var status = new JsonObject { ["conditions"] = new JsonArray(condition) };
        if (nominated is not null)
        {
            status["nominatedNodeName"] = nominated;
        }

        return PatchStatus(pod, status);
    }

    /// <summary>Says on a pod that it has to make room, before it is deleted.</summary>
    public static PatchRequest MarkPreempted(string scheduler, PodInfo victim, DateTimeOffset now) => PatchStatus(victim, new()
    {
        ["conditions"] = new JsonArray(new JsonObject
        {
            ["type"] = "DisruptionTarget", ["status"] = "True", ["reason"] = "PreemptionByScheduler", ["lastTransitionTime"] = now.ToKubernetesTime(),
            ["message"] = $"{scheduler}: preempting to accommodate a higher priority pod",
        }),
    });

    public static DeleteRequest Preempt(PodInfo victim) => new()
    {
        Context = Context(""), Preconditions = new() { Uid = victim.Uid },
    };

    private static PatchRequest PatchStatus(PodInfo pod, JsonObject status) => new()
    {
        Context = Context("status"), Kind = PatchKind.Strategic, Preconditions = new() { Uid = pod.Uid },
        Body = Encode(new() { ["status"] = status }),
    };

    private static MutationContext Context(string subresource) => new()
    {
        User = "system:kube-scheduler", Groups = ["system:masters"], FieldManager = "kube-scheduler", Subresource = subresource,
        FieldValidation = FieldValidation.Ignore,
    };

    private static byte[] Encode(JsonObject body) => Encoding.UTF8.GetBytes(body.ToJsonString());
}
