using System.Text.Json.Nodes;
using Crescent.Grains.Reconciling;
using Crescent.Resources;

namespace Crescent.Grains.Namespaces;

/// <summary>Says in the namespace's status what its deletion still waits for.</summary>
internal static class NamespaceConditions
{
    /// <summary>A merge patch of the status, or null when it already says so.</summary>
    public static JsonObject? Patch(ResourceSnapshot ns, IReadOnlyList<ResourceSnapshot> left, string? problem, DateTimeOffset now)
    {
        var counts = left.GroupBy(static item => item.Key.Type.ToString()).OrderBy(static group => group.Key, StringComparer.Ordinal)
            .Select(static group => $"{group.Key} has {group.Count()} resource instances");
        var finalizers = left.SelectMany(static item => item.View().At("metadata", "finalizers").Items().Select(static name => name.Text() ?? ""))
            .CountBy(static name => name).OrderBy(static pair => pair.Key, StringComparer.Ordinal)
            .Select(static pair => $"{pair.Key} in {pair.Value} resource instances").ToList();
        (string Type, bool Holds, string Reason, string Message)[] wanted =
        [
            ("NamespaceDeletionDiscoveryFailure", false, "ResourcesDiscovered", "All resources successfully discovered"),
            ("NamespaceDeletionGroupVersionParsingFailure", false, "ParsedGroupVersions", "All legacy kube types successfully parsed"),
            problem is null
                ? ("NamespaceDeletionContentFailure", false, "ContentDeleted", "All content successfully deleted, may be waiting on finalization")
                : ("NamespaceDeletionContentFailure", true, "ContentDeletionFailed", $"Failed to delete all resource types, 1 remaining: {problem}"),
            left.Count > 0
                ? ("NamespaceContentRemaining", true, "SomeResourcesRemain", $"Some resources are remaining: {string.Join(", ", counts)}")
                : ("NamespaceContentRemaining", false, "ContentRemoved", "All content successfully removed"),
            finalizers.Count > 0
                ? ("NamespaceFinalizersRemaining", true, "SomeFinalizersRemain",
                    $"Some content in the namespace has finalizers remaining: {string.Join(", ", finalizers)}")
                : ("NamespaceFinalizersRemaining", false, "ContentHasNoFinalizers", "All content-preserving finalizers finished"),
        ];
        var present = ns.View().At("status", "conditions");
        var conditions = new JsonArray();
        var isChanged = false;
        foreach (var (type, holds, reason, message) in wanted)
        {
            var known = present.Condition(type);
            var status = holds ? "True" : "False";
            var isSame = known.At("status").ValueEqualsText(status);
            isChanged |= !isSame || !known.At("message").ValueEqualsText(message);
            conditions.Add((JsonNode)new JsonObject
            {
                ["type"] = type,
                ["status"] = status,
                ["lastTransitionTime"] = isSame ? known.At("lastTransitionTime").Text() : now.ToKubernetesTime(),
                ["reason"] = reason,
                ["message"] = message,
            });
        }

        return isChanged ? new() { ["status"] = new JsonObject { ["conditions"] = conditions } } : null;
    }
}
