using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Grains.Reconciling;
using Crescent.Grains.Workloads.Revisions;

namespace Crescent.Grains.Workloads.StatefulSets;

/// <summary>Pods and claims of a StatefulSet: stable names, host names and volumes.</summary>
internal static class StatefulPod
{
    private const string NameLabel = "statefulset.kubernetes.io/pod-name";
    private const string IndexLabel = "apps.kubernetes.io/pod-index";

    public static JsonObject Create(StatefulSetFacts set, Revision revision, int ordinal)
    {
        var name = NameOf(set, ordinal);
        var pod = PodWriter.Create(set.Identity, revision.Template, name);
        var labels = PodWriter.Member(PodWriter.Member(pod, "metadata"), "labels");
        labels[NameLabel] = name;
        labels[IndexLabel] = ordinal.ToString(CultureInfo.InvariantCulture);
        labels[OrdinalPod.RevisionLabel] = revision.Name;
        var spec = PodWriter.Member(pod, "spec");
        spec["hostname"] = name;
        if (set.View.At("spec", "serviceName").Text() is { Length: > 0 } service)
        {
            spec["subdomain"] = service;
        }

        AddVolumes(set, spec, name);
        return pod;
    }

    /// <summary>The claims a member needs; they outlive it.</summary>
    public static IEnumerable<JsonObject> Claims(StatefulSetFacts set, int ordinal)
    {
        foreach (var template in set.View.At("spec", "volumeClaimTemplates").Items())
        {
            var claim = JsonObject.Create(template)!;
            var metadata = PodWriter.Member(claim, "metadata");
            metadata["name"] = ClaimName(template, NameOf(set, ordinal));
            metadata["namespace"] = set.Snapshot.Key.Namespace;
            var labels = PodWriter.Member(metadata, "labels");
            foreach (var (name, value) in set.View.At("spec", "selector", "matchLabels").TextMap())
            {
                labels[name] = value;
            }

            claim["apiVersion"] = "v1";
            claim["kind"] = "PersistentVolumeClaim";
            claim.Remove("status");
            yield return claim;
        }
    }

    /// <summary>Names of the claims of a member.</summary>
    public static IEnumerable<string> ClaimNames(StatefulSetFacts set, string pod) =>
        set.View.At("spec", "volumeClaimTemplates").Items().Select(template => ClaimName(template, pod));

    public static string NameOf(StatefulSetFacts set, int ordinal) => string.Create(CultureInfo.InvariantCulture, $"{set.Name}-{ordinal}");

    private static string ClaimName(JsonElement template, string pod) => $"{template.At("metadata", "name").Text()}-{pod}";

    // A claim template takes the place of a volume of the same name.
    private static void AddVolumes(StatefulSetFacts set, JsonObject spec, string pod)
    {
        var templates = set.View.At("spec", "volumeClaimTemplates").Items().ToList();
        if (templates.Count == 0)
        {
            return;
        }

        var names = templates.Select(static template => template.At("metadata", "name").Text()).ToHashSet(StringComparer.Ordinal);
        var volumes = new JsonArray();
        foreach (var volume in (spec["volumes"] as JsonArray ?? []).Where(volume => !names.Contains((string?)volume?["name"])))
        {
            volumes.Add(volume?.DeepClone());
        }

        foreach (var template in templates)
        {
            volumes.Add((JsonNode)new JsonObject
            {
                ["name"] = template.At("metadata", "name").Text(),
                ["persistentVolumeClaim"] = new JsonObject { ["claimName"] = ClaimName(template, pod) },
            });
        }

        spec["volumes"] = volumes;
    }
}
