using System.Text;
using System.Text.Json.Nodes;
using Crescent.Grains.Reconciling;
using Crescent.Grains.Scheduling.Framework;
using Crescent.Resources;

namespace Crescent.Grains.Scheduling;

/// <summary>The two writes of a scheduler.</summary>
internal static class BindingRequests
{
    public static CreateRequest Bind(string scheduler, PodInfo pod, string nodeName) => new()
    {
        Context = Context(scheduler, "binding"),
        Body = Encode(new()
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Binding",
            ["metadata"] = new JsonObject { ["name"] = pod.Key.Name, ["namespace"] = pod.Key.Namespace, ["uid"] = pod.Uid },
            ["target"] = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Node", ["name"] = nodeName },
        }),
    };

    /// <summary>Sets PodScheduled to False; the other conditions of the pod are other people's.</summary>
    public static PatchRequest MarkUnschedulable(string scheduler, PodInfo pod, string message, DateTimeOffset now)
    {
        var condition = new JsonObject { ["type"] = "PodScheduled", ["status"] = "False", ["reason"] = "Unschedulable", ["message"] = message };
        if (pod.UnschedulableMessage is null)
        {
            condition["lastTransitionTime"] = now.ToKubernetesTime();
        }

        return new()
        {
            Context = Context(scheduler, "status"), Kind = PatchKind.Strategic, Preconditions = new() { Uid = pod.Uid },
            Body = Encode(new() { ["status"] = new JsonObject { ["conditions"] = new JsonArray(condition) } }),
        };
    }

    private static MutationContext Context(string scheduler, string subresource) => new()
    {
        User = "system:kube-scheduler", Groups = ["system:masters"], FieldManager = scheduler, Subresource = subresource,
        FieldValidation = FieldValidation.Ignore,
    };

    private static byte[] Encode(JsonObject body) => Encoding.UTF8.GetBytes(body.ToJsonString());
}
