using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Admission.PodSecurity;

/// <summary>Checks a pod against a standard, in the words of Kubernetes. Pure.</summary>
internal static class PodSecurityStandards
{
    private static readonly string[] DefaultCapabilities =
    [
        "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
    ];

    private static readonly string[] SafeSysctls =
    [
        "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start", "net.ipv4.tcp_syncookies",
        "net.ipv4.ping_group_range", "net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem",
    ];

    private static readonly string[] OpenVolumes =
        ["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected", "secret"];

    /// <summary>What the pod does that the level forbids, as <c>reason (detail)</c>; empty when it conforms.</summary>
    public static IReadOnlyList<string> Violations(PodSecurityLevel level, JsonObject? metadata, JsonObject? spec)
    {
        if (level == PodSecurityLevel.Privileged || spec is null)
        {
            return [];
        }

        var pod = new Subject(metadata, spec);
        var found = new List<string?> { AppArmor(pod) };
        if (level == PodSecurityLevel.Baseline)
        {
            found.Add(AddedCapabilities(pod));
        }

        found.AddRange(HostNamespaces(pod), HostPaths(pod), HostPorts(pod));
        found.Add(Of(pod, "privileged", static item => Context(item).Flag("privileged"), static who => $"{who} must not set securityContext.privileged=true"));
        found.Add(Of(
            pod, "procMount", static item => Context(item).Text("procMount") is not ("" or "Default"),
            static who => $"{who} must not set securityContext.procMount to \"Unmasked\""));
        found.Add(SeLinux(pod));
        if (level == PodSecurityLevel.Baseline)
        {
            found.Add(Seccomp(pod));
        }

        found.AddRange(Sysctls(pod), HostProcess(pod));
        if (level == PodSecurityLevel.Restricted)
        {
            found.AddRange(Restricted(pod));
        }

        return [.. found.OfType<string>()];
    }

    private static IEnumerable<string?> Restricted(Subject pod)
    {
        var isWindows = pod.Spec.Object("os").Text("name") == "windows";
        if (!isWindows)
        {
            yield return Of(
                pod, "allowPrivilegeEscalation != false", static item => Context(item)?["allowPrivilegeEscalation"]?.ToJsonString() != "false",
                static who => $"{who} must set securityContext.allowPrivilegeEscalation=false");
            yield return UnrestrictedCapabilities(pod);
        }

        yield return RestrictedVolumes(pod);
        yield return RunAsNonRoot(pod);
        yield return RunAsUser(pod);
        if (!isWindows)
        {
            yield return RestrictedSeccomp(pod);
        }
    }

    private static string? AppArmor(Subject pod)
    {
        const string Annotation = "container.apparmor.security.beta.kubernetes.io/";
        var bad = (pod.Metadata.Object("annotations") ?? []).Where(static item => item.Key.StartsWith(Annotation, StringComparison.Ordinal)
                && item.Value.AsText() is var profile && profile is not ("" or "runtime/default") && !profile.StartsWith("localhost/", StringComparison.Ordinal))
            .Select(static item => $"{item.Key}=\"{item.Value.AsText()}\"").ToList();
        if (pod.Context.Object("appArmorProfile").Text("type") == "Unconfined")
        {
            bad.Add("pod must not set AppArmor profile type to \"Unconfined\"");
        }

        if (Names(pod, static item => Context(item).Object("appArmorProfile").Text("type") == "Unconfined") is { } who)
        {
            bad.Add($"{who} must not set AppArmor profile type to \"Unconfined\"");
        }

        return bad.Count == 0 ? null : $"forbidden AppArmor profile{(bad.Count > 1 ? "s" : "")} ({string.Join(", ", bad)})";
    }

    private static string? AddedCapabilities(Subject pod)
    {
        var who = Names(pod, static item => Added(item).Except(DefaultCapabilities, StringComparer.Ordinal).Any());
        var added = pod.Containers.SelectMany(Added).Except(DefaultCapabilities, StringComparer.Ordinal).Order(StringComparer.Ordinal);
        return who is null ? null : $"non-default capabilities ({who} must not include {Quote(added)} in securityContext.capabilities.add)";
    }

    private static string? HostNamespaces(Subject pod)
    {
        var set = ((string[])["hostNetwork", "hostPID", "hostIPC"]).Where(pod.Spec.Flag).Select(static name => $"{name}=true").ToList();
        return set.Count == 0 ? null : $"host namespaces ({string.Join(", ", set)})";
    }

    private static string? HostPaths(Subject pod)
    {
        var names = pod.Spec.Objects("volumes").Where(static volume => volume.Has("hostPath")).Select(static volume => volume.Text("name")).ToList();
        return names.Count == 0 ? null : $"hostPath volumes ({Plural("volume", names)})";
    }

    private static string? HostPorts(Subject pod)
    {
        var users = pod.Containers.Where(static item => Ports(item).Any()).ToList();
        var ports = users.SelectMany(Ports).Distinct().Order().ToList();
        return users.Count == 0
            ? null
            : $"hostPort ({Plural("container", users.Select(static item => item.Text("name")))} {(users.Count == 1 ? "uses" : "use")} hostPort{(ports.Count > 1 ? "s" : "")} {string.Join(", ", ports)})";

        static IEnumerable<long> Ports(JsonObject item) => item.Objects("ports").Select(static port => port.Integer("hostPort") ?? 0).Where(static port => port != 0);
    }

    private static string? SeLinux(Subject pod)
    {
        var types = pod.Contexts.Select(static item => item.Object("seLinuxOptions").Text("type"))
            .Where(static type => type is not ("" or "container_t" or "container_init_t" or "container_kvm_t" or "container_engine_t")).Distinct(StringComparer.Ordinal).ToList();
        var problems = new List<string>();
        if (types.Count > 0)
        {
            problems.Add($"type{(types.Count > 1 ? "s" : "")} {Quote(types)}");
        }

        foreach (var name in (ReadOnlySpan<string>)["user", "role"])
        {
            if (pod.Contexts.Any(item => item.Object("seLinuxOptions").Text(name).Length > 0))
            {
                problems.Add($"{name} may not be set");
            }
        }

        return problems.Count == 0 ? null : $"seLinuxOptions ({string.Join("; ", problems)})";
    }

    private static string? Seccomp(Subject pod)
    {
        var who = new List<string>();
        if (pod.Context.Object("seccompProfile").Text("type") == "Unconfined")
        {
            who.Add("pod");
        }

        if (Names(pod, static item => Context(item).Object("seccompProfile").Text("type") == "Unconfined") is { } names)
        {
            who.Add(names);
        }

        return who.Count == 0 ? null : $"seccompProfile ({string.Join(" and ", who)} must not set securityContext.seccompProfile.type to \"Unconfined\")";
    }

    private static string? Sysctls(Subject pod)
    {
        var bad = pod.Context.Objects("sysctls").Select(static item => item.Text("name")).Except(SafeSysctls, StringComparer.Ordinal).ToList();
        return bad.Count == 0 ? null : $"forbidden sysctls ({string.Join(", ", bad)})";
    }

    private static string? HostProcess(Subject pod)
    {
        var names = Names(pod, static item => Context(item).Object("windowsOptions").Flag("hostProcess"));
        return pod.Context.Object("windowsOptions").Flag("hostProcess") ? $"hostProcess ({(names is null ? "pod" : $"pod and {names}")} must not set securityContext.windowsOptions.hostProcess=true)"
            : names is null ? null : $"hostProcess ({names} must not set securityContext.windowsOptions.hostProcess=true)";
    }

    private static string? UnrestrictedCapabilities(Subject pod)
    {
        var texts = new List<string>();
        if (Names(pod, static item => !Context(item).Object("capabilities").Texts("drop").Contains("ALL", StringComparer.Ordinal)) is { } keeping)
        {
            texts.Add($"{keeping} must set securityContext.capabilities.drop=[\"ALL\"]");
        }

        if (Names(pod, static item => Added(item).Any(static name => name != "NET_BIND_SERVICE")) is { } adding)
        {
            var added = pod.Containers.SelectMany(Added).Where(static name => name != "NET_BIND_SERVICE").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
            texts.Add($"{adding} must not include {Quote(added)} in securityContext.capabilities.add");
        }

        return texts.Count == 0 ? null : $"unrestricted capabilities ({string.Join("; ", texts)})";
    }

    private static string? RestrictedVolumes(Subject pod)
    {
        var bad = pod.Spec.Objects("volumes").Select(static volume => (Name: volume.Text("name"), Type: volume.Select(static member => member.Key).FirstOrDefault(static key => key != "name") ?? "unknown"))
            .Where(static volume => !OpenVolumes.Contains(volume.Type, StringComparer.Ordinal)).ToList();
        var types = bad.Select(static volume => volume.Type).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return bad.Count == 0
            ? null
            : $"restricted volume types ({Plural("volume", bad.Select(static volume => volume.Name))} {(bad.Count == 1 ? "uses" : "use")} restricted volume type{(types.Count > 1 ? "s" : "")} {Quote(types)})";
    }

    private static string? RunAsNonRoot(Subject pod)
    {
        var explicitly = Names(pod, static item => Context(item)?["runAsNonRoot"]?.ToJsonString() == "false");
        var isPodBad = pod.Context?["runAsNonRoot"]?.ToJsonString() == "false";
        if (explicitly is not null || isPodBad)
        {
            var who = explicitly is null ? "pod" : isPodBad ? $"pod and {explicitly}" : explicitly;
            return $"runAsNonRoot != true ({who} must not set securityContext.runAsNonRoot=false)";
        }

        if (pod.Context.Flag("runAsNonRoot"))
        {
            return null;
        }

        var missing = Names(pod, static item => !Context(item).Flag("runAsNonRoot"));
        return missing is null ? null : $"runAsNonRoot != true (pod or {missing} must set securityContext.runAsNonRoot=true)";
    }

    private static string? RunAsUser(Subject pod)
    {
        var who = new List<string>();
        if (pod.Context.Integer("runAsUser") == 0)
        {
            who.Add("pod");
        }

        if (Names(pod, static item => Context(item).Integer("runAsUser") == 0) is { } names)
        {
            who.Add(names);
        }

        return who.Count == 0 ? null : $"runAsUser=0 ({string.Join(" and ", who)} must not set runAsUser=0)";
    }

    private static string? RestrictedSeccomp(Subject pod)
    {
        const string Allowed = "securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\"";
        var podType = pod.Context.Object("seccompProfile").Text("type");
        var bad = Names(pod, static item => Context(item).Object("seccompProfile").Text("type") is not ("" or "RuntimeDefault" or "Localhost"));
        if (podType is not ("" or "RuntimeDefault" or "Localhost") || bad is not null)
        {
            var who = podType is "" or "RuntimeDefault" or "Localhost" ? bad : bad is null ? "pod" : $"pod and {bad}";
            return $"seccompProfile ({who} must not set securityContext.seccompProfile.type to \"Unconfined\")";
        }

        var missing = podType.Length > 0 ? null : Names(pod, static item => Context(item).Object("seccompProfile").Text("type").Length == 0);
        return missing is null ? null : $"seccompProfile (pod or {missing} must set {Allowed})";
    }

    private static string? Of(Subject pod, string reason, Func<JsonObject, bool> isBad, Func<string, string> say) =>
        Names(pod, isBad) is { } who ? $"{reason} ({say(who)})" : null;

    /// <summary><c>container "a"</c>, <c>containers "a", "b"</c>; null when none is bad.</summary>
    private static string? Names(Subject pod, Func<JsonObject, bool> isBad)
    {
        var names = pod.Containers.Where(isBad).Select(static item => item.Text("name")).ToList();
        return names.Count == 0 ? null : Plural("container", names);
    }

    private static string Plural(string word, IEnumerable<string> names)
    {
        var all = names.ToList();
        return $"{word}{(all.Count > 1 ? "s" : "")} {Quote(all)}";
    }

    private static string Quote(IEnumerable<string> names) => string.Join(", ", names.Select(static name => $"\"{name}\""));

    private static JsonObject? Context(JsonObject container) => container.Object("securityContext");

    private static IEnumerable<string> Added(JsonObject container) => Context(container).Object("capabilities").Texts("add");

    private sealed record Subject(JsonObject? Metadata, JsonObject Spec)
    {
        public JsonObject? Context => Spec.Object("securityContext");

        public IEnumerable<JsonObject> Containers =>
            Spec.Objects("initContainers").Concat(Spec.Objects("containers")).Concat(Spec.Objects("ephemeralContainers"));

        public IEnumerable<JsonObject?> Contexts => Containers.Select(static item => item.Object("securityContext")).Prepend(Context);
    }
}
