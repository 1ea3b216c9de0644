using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Admission.Limits;

/// <summary>Requests and limits a LimitRange gives to containers that name none. Pure.</summary>
internal static class LimitDefaults
{
    private const string Annotation = "kubernetes.io/limit-ranger";

    public static void Apply(JsonObject pod, JsonObject range)
    {
        var said = new List<string>();
        foreach (var limit in range.Object("spec").Objects("limits").Where(static item => item.Text("type") == "Container"))
        {
            foreach (var (list, kind) in (ReadOnlySpan<(string, string)>)[("containers", "container"), ("initContainers", "init container")])
            {
                foreach (var container in pod.Object("spec").Objects(list))
                {
                    Fill(container, "limits", limit.Object("default"), kind, said);
                    Fill(container, "requests", limit.Object("defaultRequest"), kind, said);
                }
            }
        }

        if (said.Count > 0)
        {
            var annotations = pod.Ensure("metadata").Ensure("annotations");
            var before = annotations.Text(Annotation);
            annotations[Annotation] = $"{(before.Length == 0 ? "LimitRanger plugin set: " : $"{before}; ")}{string.Join("; ", said)}";
        }
    }

    private static void Fill(JsonObject container, string name, JsonObject? defaults, string kind, List<string> said)
    {
        var missing = (defaults ?? []).Where(item => container.Object("resources", name)?[item.Key] is null).OrderBy(static item => item.Key, StringComparer.Ordinal).ToList();
        if (missing.Count == 0)
        {
            return;
        }

        var amounts = container.Ensure("resources").Ensure(name);
        foreach (var (resource, value) in missing)
        {
            amounts[resource] = value?.DeepClone();
        }

        said.Add($"{string.Join(", ", missing.Select(static item => item.Key))} {name[..^1]} for {kind} {container.Text("name")}");
    }
}
