using System.Collections.Immutable;
using System.Text;
using k8s.Models;

namespace Crescent.NodeAgent.Pods;

/// <summary>Host name and hosts file of a pod.</summary>
internal static class PodHost
{
    private const int LongestHostName = 63;

    public static string NameOf(V1Pod pod)
    {
        var name = pod.Spec.Hostname is { Length: > 0 } given ? given : pod.Metadata.Name;
        return name.Length <= LongestHostName ? name : name[..LongestHostName].TrimEnd('-', '.');
    }

    /// <summary><c>name:address</c>, as container engines take them.</summary>
    public static ImmutableArray<string> Aliases(V1Pod pod) =>
        [.. (pod.Spec.HostAliases ?? []).SelectMany(static alias => (alias.Hostnames ?? []).Select(name => $"{name}:{alias.Ip}"))];

    /// <summary>The file containers see as <c>/etc/hosts</c>.</summary>
    public static string HostsFile(V1Pod pod, string address, string domain)
    {
        var text = new StringBuilder("# Kubernetes-managed hosts file.\n");
        text.Append("127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n");
        text.Append("fe00::0\tip6-localnet\nfe00::0\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n");
        var name = NameOf(pod);
        var names = pod.Spec.Subdomain is { Length: > 0 } subdomain ? $"{name}.{subdomain}.{pod.Metadata.NamespaceProperty}.svc.{domain}\t{name}" : name;
        if (address.Length > 0)
        {
            text.Append(address).Append('\t').Append(names).Append('\n');
        }

        AppendAliases(pod, text);
        return text.ToString();
    }

    /// <summary>The node's own file with the pod's aliases, for pods on the host's network.</summary>
    public static string HostNetworkHostsFile(V1Pod pod, string hostFile)
    {
        var text = new StringBuilder("# Kubernetes-managed hosts file (host network).\n").Append(hostFile);
        AppendAliases(pod, text);
        return text.ToString();
    }

    private static void AppendAliases(V1Pod pod, StringBuilder text)
    {
        if (pod.Spec.HostAliases is not { Count: > 0 } aliases)
        {
            return;
        }

        text.Append("\n# Entries added by HostAliases.\n");
        foreach (var alias in aliases)
        {
            text.Append(alias.Ip).Append('\t').AppendJoin('\t', alias.Hostnames ?? []).Append('\n');
        }
    }
}
