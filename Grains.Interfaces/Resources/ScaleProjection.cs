using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Definitions;

namespace Crescent.Resources;

/// <summary>
/// The <see href="https://kubernetes.io/docs/reference/kubernetes-api/autoscaling-resources/scale-v1/">Scale</see> of a workload, made from
/// the stored object.
/// </summary>
public static class ScaleProjection
{
    /// <summary>The <c>autoscaling/v1</c> Scale of a Deployment or ReplicaSet.</summary>
    public static JsonObject Of(ResourceSnapshot snapshot)
    {
        using var body = JsonDocument.Parse(snapshot.Body);
        var workload = body.RootElement;
        var metadata = new JsonObject { ["name"] = snapshot.Key.Name, ["namespace"] = snapshot.Key.Namespace };
        metadata["uid"] = snapshot.Uid;
        metadata["resourceVersion"] = snapshot.Version.ToString();
        metadata["creationTimestamp"] = workload.Text("metadata", "creationTimestamp");
        var spec = new JsonObject();
        if (workload.Number("spec", "replicas") is not 0 and var replicas)
        {
            spec["replicas"] = replicas;
        }

        return new()
        {
            ["kind"] = "Scale",
            ["apiVersion"] = "autoscaling/v1",
            ["metadata"] = metadata,
            ["spec"] = spec,
            ["status"] = new JsonObject
            {
                ["replicas"] = workload.Number("status", "replicas"),
                ["selector"] = Selector(workload.At("spec", "selector")),
            },
        };
    }

    /// <summary><see cref="Of"/> as UTF-8 JSON.</summary>
    public static byte[] Encode(ResourceSnapshot snapshot) => Encoding.UTF8.GetBytes(Of(snapshot).ToJsonString());

    private static string Selector(JsonElement selector)
    {
        var terms = selector.Members("matchLabels").Select(static label => (Key: label.Name, Text: $"{label.Name}={label.Value}"))
            .Concat(selector.Items("matchExpressions").Select(static term => (Key: term.Text("key"), Text: Term(term))));
        return string.Join(',', terms.OrderBy(static term => term.Key, StringComparer.Ordinal).Select(static term => term.Text));
    }

    private static string Term(JsonElement term)
    {
        var values = string.Join(',', term.Items("values").Select(static value => value.ToString()).Order(StringComparer.Ordinal));
        return term.Text("operator") switch
        {
            "In" => $"{term.Text("key")} in ({values})",
            "NotIn" => $"{term.Text("key")} notin ({values})",
            "DoesNotExist" => $"!{term.Text("key")}",
            _ => term.Text("key"),
        };
    }
}
