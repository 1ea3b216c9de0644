using System.Globalization;
using System.Text.Json.Nodes;
using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Workloads.Deployments;

/// <summary>A ReplicaSet to be created for the Deployment's present template.</summary>
internal sealed record NewRevision(string Name, int Replicas, long Revision, string Hash)
{
    public JsonObject ToReplicaSet(DeploymentFacts deployment)
    {
        var template = JsonObject.Create(deployment.Template)!;
        var selector = JsonObject.Create(deployment.View.At("spec", "selector"))!;
        var labels = Member(Member(template, "metadata"), "labels");
        labels[PodTemplateHash.Label] = Hash;
        Member(selector, "matchLabels")[PodTemplateHash.Label] = Hash;
        var annotations = new JsonObject();
        foreach (var (name, value) in deployment.Annotations.Where(static pair => DeploymentAnnotations.IsCopied(pair.Key)))
        {
            annotations[name] = value;
        }

        annotations[DeploymentAnnotations.DesiredReplicas] = deployment.Replicas.ToString(CultureInfo.InvariantCulture);
        annotations[DeploymentAnnotations.MaxReplicas] = deployment.MaxPods.ToString(CultureInfo.InvariantCulture);
        annotations[DeploymentAnnotations.Revision] = Revision.ToString(CultureInfo.InvariantCulture);
        var owner = new OwnerIdentity("apps/v1", "Deployment", deployment.Snapshot.Key.Namespace, deployment.Name, deployment.Snapshot.Uid);
        return new()
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "ReplicaSet",
            ["metadata"] = new JsonObject
            {
                ["name"] = Name,
                ["namespace"] = deployment.Snapshot.Key.Namespace,
                ["labels"] = labels.DeepClone(),
                ["annotations"] = annotations,
                ["ownerReferences"] = new JsonArray((JsonNode)owner.ToReference()),
            },
            ["spec"] = new JsonObject
            {
                ["replicas"] = Replicas,
                ["minReadySeconds"] = deployment.MinReadySeconds,
                ["selector"] = selector,
                ["template"] = template,
            },
        };
    }

    private static JsonObject Member(JsonObject parent, string name)
    {
        if (parent[name] is not JsonObject member)
        {
            parent[name] = member = [];
        }

        return member;
    }
}
