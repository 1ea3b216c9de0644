using System.Collections.Immutable;
using System.Net;
using Crescent.NodeAgent.Registration;
using Crescent.Nodes;
using Microsoft.Extensions.Options;

namespace Crescent.NodeAgent.Networks;

/// <summary>Resolver settings by dnsPolicy, from the registration and the host's resolv.conf, which is read anew each time.</summary>
internal sealed class PodDns(INodeLink link, IOptions<NodeNetworkOptions> options) : IPodDns
{
    public bool ServesClusterNames => OperatingSystem.IsLinux();

    public string ClusterDomain => Node.Network?.ClusterDomain ?? "cluster.local";

    private NodeRegistrationResult Node
    {
        get
        {
            var registration = link.WaitForRegistrationAsync();
            if (!registration.IsCompletedSuccessfully)
            {
                throw new InvalidOperationException("The node is not registered; its cluster network is not known yet");
            }

#pragma warning disable MA0042 // Completed above.
            return registration.GetAwaiter().GetResult();
#pragma warning restore MA0042
        }
    }

    /// <exception cref="InvalidOperationException">The node is not registered yet.</exception>
    public PodResolver For(string podNamespace, string dnsPolicy, bool isHostNetwork)
    {
        var node = Node;
        IPAddress? gateway = options.Value is { IsDnsEnabled: true, DnsPort: 53 } && IPNetwork.TryParse(node.PodCidr, out var podCidr)
            ? NodeTable.Gateway(podCidr)
            : null;
        return PodResolverPolicy.Choose(
            podNamespace, dnsPolicy, isHostNetwork, ServesClusterNames ? node.Network?.ClusterDns ?? "" : "", ClusterDomain,
            gateway?.ToString(), ReadHost());
    }

    private PodResolver ReadHost()
    {
        try
        {
            return ResolvConf.Parse(File.ReadAllText(options.Value.ResolvConf));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new PodResolver([], [], ImmutableArray<string>.Empty); // A host without the file (Windows) has no such settings.
        }
    }
}
