using Crescent.NodeAgent.Networks;

namespace Crescent.NodeAgent.Tests.Pods;

internal sealed class PlainDns : IPodDns
{
    public string ClusterDomain => "cluster.local";

    public bool ServesClusterNames => true;

    public PodResolver For(string podNamespace, string dnsPolicy, bool isHostNetwork) =>
        new(["10.96.0.10"], [$"{podNamespace}.svc.cluster.local", "svc.cluster.local", "cluster.local"], ["ndots:5"]);
}
