using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>Security contexts of pods and of their containers.</summary>
internal static partial class SecurityContextValidation
{
    private const string IdMessage = "must be between 0 and 2147483647, inclusive";

    /// <param name="spec">The pod spec.</param>
    /// <param name="path">Where it stands.</param>
    /// <param name="problems">Gets what is wrong.</param>
    public static void Pod(JsonObject? spec, string path, Problems problems)
    {
        var (context, at) = (spec.Object("securityContext"), $"{path}.securityContext");
        if (spec.Flag("hostPID") && spec.Flag("shareProcessNamespace"))
        {
            problems.Invalid($"{at}.shareProcessNamespace", true, "ShareProcessNamespace and HostPID cannot both be enabled");
        }

        Ids(context, at, problems, "fsGroup", "runAsUser", "runAsGroup");
        var index = 0;
        foreach (var group in context.Array("supplementalGroups") ?? [])
        {
            if (group is JsonValue value && NodeReading.TryInteger(value, out var id) && id is < 0 or > int.MaxValue)
            {
                problems.Invalid($"{at}.supplementalGroups[{index}]", group.DeepClone(), IdMessage);
            }

            index++;
        }

        problems.OneOf(context, "fsGroupChangePolicy", at, "Always", "OnRootMismatch");
        problems.OneOf(context, "supplementalGroupsPolicy", at, "Merge", "Strict");
        problems.OneOf(context, "seLinuxChangePolicy", at, "MountOption", "Recursive");
        ProfileValidation.Seccomp(context, at, problems);
        WindowsValidation.Options(context, at, problems);
        ProfileValidation.AppArmor(context, at, problems);
        Sysctls(spec, context, at, problems);
        if (spec.Has("hostUsers") && !spec.Flag("hostUsers"))
        {
            UserNamespace(spec, path, problems);
        }
    }

    public static void Container(JsonObject container, string path, bool ownsUsers, Problems problems)
    {
        if (container.Object("securityContext") is not { } context)
        {
            return;
        }

        var at = $"{path}.securityContext";
        Ids(context, at, problems, "runAsUser", "runAsGroup");
        problems.OneOf(context, "procMount", at, "Default", "Unmasked");
        if (context.Text("procMount") == "Unmasked" && !ownsUsers)
        {
            problems.Invalid($"{at}.procMount", "Unmasked", "`hostUsers` must be false to use `Unmasked`");
        }

        ProfileValidation.Seccomp(context, at, problems);
        WindowsValidation.Options(context, at, problems);
        ProfileValidation.AppArmor(context, at, problems);
        if (!context.Has("allowPrivilegeEscalation") || context.Flag("allowPrivilegeEscalation"))
        {
            return;
        }

        if (context.Flag("privileged"))
        {
            problems.Invalid(at, context.DeepClone(), "cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
        }

        if (context.Object("capabilities").Texts("add").Any(static name => name is "CAP_SYS_ADMIN"))
        {
            problems.Invalid(at, context.DeepClone(), "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN");
        }
    }

    private static void Ids(JsonObject? context, string path, Problems problems, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (context.Integer(name) is (< 0 or > int.MaxValue) and var id)
            {
                problems.Invalid($"{path}.{name}", id, IdMessage);
            }
        }
    }

    // A pod with users of its own cannot share what is the host's users'.
    private static void UserNamespace(JsonObject? spec, string path, Problems problems)
    {
        foreach (var (name, shown) in (ReadOnlySpan<(string, string)>)[("hostNetwork", "hostNetwork"), ("hostPID", "HostPID"), ("hostIPC", "HostIPC")])
        {
            if (spec.Flag(name))
            {
                problems.Forbidden($"{path}.{shown}", "when `pod.Spec.HostUsers` is false");
            }
        }
    }

    private static void Sysctls(JsonObject? spec, JsonObject? context, string path, Problems problems)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var index = 0;
        foreach (var sysctl in context.Objects("sysctls"))
        {
            var (at, name) = ($"{path}.sysctls[{index++}].name", sysctl.Text("name"));
            if (name.Length == 0)
            {
                problems.Required(at);
            }
            else if (name.Length > 253 || !SysctlPattern().IsMatch(name))
            {
                problems.Invalid(
                    at, name, "must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$");
            }
            else if (!names.Add(name.Replace('/', '.')))
            {
                problems.Duplicate(at, name);
            }

            var dotted = name.Replace('/', '.');
            if (spec.Flag("hostNetwork") && dotted.StartsWith("net.", StringComparison.Ordinal))
            {
                problems.Invalid(at, name, "may not be specified when 'hostNetwork' is true");
            }
            else if (spec.Flag("hostIPC") && IsOfIpc(dotted))
            {
                problems.Invalid(at, name, "may not be specified when 'hostIPC' is true");
            }
        }
    }

    private static bool IsOfIpc(string name) =>
        name == "kernel.sem" || name.StartsWith("kernel.shm", StringComparison.Ordinal) || name.StartsWith("kernel.msg", StringComparison.Ordinal)
        || name.StartsWith("fs.mqueue.", StringComparison.Ordinal);

    [GeneratedRegex(@"\A([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?\z")]
    private static partial Regex SysctlPattern();
}
