using System.Globalization;
using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>
/// Annotations of a pod that mean something: profiles as they were said before there were
/// <see cref="ProfileValidation">fields</see> for them, and the cost of deleting it.
/// </summary>
internal static class PodAnnotationValidation
{
    private const string AppArmorPrefix = "container.apparmor.security.beta.kubernetes.io/";
    private const string SeccompPod = "seccomp.security.alpha.kubernetes.io/pod";
    private const string SeccompPrefix = "container.seccomp.security.alpha.kubernetes.io/";
    private const string DeletionCost = "controller.kubernetes.io/pod-deletion-cost";
    private const string Mirror = "kubernetes.io/config.mirror";

    /// <param name="metadata">Of the pod or template.</param>
    /// <param name="spec">The pod spec.</param>
    /// <param name="path">Where the annotations stand.</param>
    /// <param name="problems">Gets what is wrong.</param>
    public static void Validate(JsonObject? metadata, JsonObject? spec, string path, Problems problems)
    {
        foreach (var (name, node) in metadata.Object("annotations") ?? [])
        {
            var value = node.AsText();
            if (name == DeletionCost && !IsCost(value))
            {
                problems.Invalid($"{path}[{name}]", value, "must be a 32bit integer");
            }
            else if (name == Mirror && spec.Text("nodeName").Length == 0)
            {
                problems.Required($"{path}[{name}]", "must set spec.nodeName if mirror pod annotation is set");
            }
            else if (name == SeccompPod || name.StartsWith(SeccompPrefix, StringComparison.Ordinal))
            {
                Seccomp(value, $"{path}.{name}", problems);
            }
            else if (name.StartsWith(AppArmorPrefix, StringComparison.Ordinal))
            {
                AppArmor(name, value, spec, $"{path}[{name}]", problems);
            }
        }
    }

    /// <summary>A new pod says the same in both ways.</summary>
    public static void Match(JsonObject pod, Problems problems)
    {
        if (pod.Object("metadata", "annotations") is not { Count: > 0 } annotations)
        {
            return;
        }

        var spec = pod.Object("spec");
        var context = spec.Object("securityContext");
        Same("seccomp", annotations, SeccompPod, context.Object("seccompProfile"), "spec.securityContext.seccompProfile", problems);
        foreach (var (container, path) in PodContainers.Of(spec, "spec"))
        {
            var (own, name) = (container.Object("securityContext"), container.Text("name"));
            Same("seccomp", annotations, SeccompPrefix + name, own.Object("seccompProfile"), $"{path}.securityContext.seccompProfile", problems);
            if (spec.Object("os").Text("name") != "windows")
            {
                var profile = own.Object("appArmorProfile") ?? context.Object("appArmorProfile");
                Same("apparmor", annotations, AppArmorPrefix + name, profile, $"{path}.securityContext.appArmorProfile", problems);
            }
        }
    }

    /// <summary>What confines a pod, and whether a node made it, stays.</summary>
    public static void Update(JsonObject updated, JsonObject old, Problems problems)
    {
        var (now, before) = (updated.Object("metadata", "annotations") ?? [], old.Object("metadata", "annotations") ?? []);
        foreach (var (name, value) in before.Where(item => !item.Value.SameAs(now[item.Key])))
        {
            Stays(name, "may not remove or update", problems);
        }

        foreach (var (name, _) in now.Where(item => !before.ContainsKey(item.Key)))
        {
            Stays(name, "may not add", problems);
        }
    }

    private static void Stays(string name, string what, Problems problems)
    {
        if (name == Mirror)
        {
            problems.Forbidden($"metadata.annotations[{name}]", $"{what} mirror pod annotation");
        }
        else if (name.StartsWith(AppArmorPrefix, StringComparison.Ordinal))
        {
            problems.Forbidden($"metadata.annotations[{name}]", $"{what} AppArmor annotations");
        }
    }

    // No leading plus, no leading zeros.
    private static bool IsCost(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var cost)
        && cost.ToString(CultureInfo.InvariantCulture) == text;

    private static void Seccomp(string value, string path, Problems problems)
    {
        if (value.StartsWith("localhost/", StringComparison.Ordinal))
        {
            PathText.Descending(value["localhost/".Length..], path, problems);
        }
        else if (value is not ("runtime/default" or "docker/default" or "unconfined"))
        {
            problems.Invalid(path, value, "must be a valid seccomp profile");
        }
    }

    private static void AppArmor(string name, string value, JsonObject? spec, string path, Problems problems)
    {
        var container = name[AppArmorPrefix.Length..];
        if (!PodContainers.Of(spec, "").Any(item => item.Container.Text("name") == container))
        {
            problems.Invalid(path, container, "container not found");
        }

        if (value is not ("" or "runtime/default" or "unconfined") && !value.StartsWith("localhost/", StringComparison.Ordinal))
        {
            problems.Invalid(path, value, $"invalid AppArmor profile name: \"{value}\"");
        }
    }

    private static void Same(string what, JsonObject annotations, string name, JsonObject? profile, string path, Problems problems)
    {
        if (profile is null || !annotations.TryGetPropertyValue(name, out var node))
        {
            return;
        }

        var (value, type) = (node.AsText(), profile.Text("type"));
        var isSame = type switch
        {
            "Unconfined" => value == "unconfined",
            "RuntimeDefault" => value == "runtime/default" || (what == "seccomp" && value == "docker/default"),
            "Localhost" => value.StartsWith("localhost/", StringComparison.Ordinal),
            _ => true,
        };
        if (!isSame)
        {
            problems.Forbidden($"{path}.type", $"{what} type in annotation and field must match");
        }
        else if (type == "Localhost" && (!profile.Has("localhostProfile") || value["localhost/".Length..] != profile.Text("localhostProfile")))
        {
            problems.Forbidden($"{path}.localhostProfile", $"{what} profile in annotation and field must match");
        }
    }
}
