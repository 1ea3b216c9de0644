namespace Crescent.NodeAgent.Pods;

/// <summary>How this node runs pods.</summary>
public sealed class PodOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Pods";

    /// <summary>
    /// Name of the Node object, default the host name. It marks this node's containers: two agents on one engine need two names.
    /// </summary>
    public string NodeName { get; set; } = System.Net.Dns.GetHostName().ToLowerInvariant();

    /// <summary>
    /// Where volumes and other files of pods are kept. Default <c>/var/lib/crescent/agent</c>; on Windows under the common application data.
    /// Several agents on one machine need one each.
    /// </summary>
    public string RootDirectory { get; set; } = OperatingSystem.IsWindows()
        ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), "Crescent", "agent")
        : "/var/lib/crescent/agent";

    /// <summary>Address written to pods as <c>status.hostIP</c>. Default: the one the default route leaves from.</summary>
    public string HostAddress { get; set; } = "";

    /// <summary>Most pods on this node, default 110, as kubelet.</summary>
    public int MaxPods { get; set; } = 110;

    /// <summary>First wait before a failing container or pull is tried again, default 10 s, as kubelet.</summary>
    public TimeSpan FirstBackOff { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest such wait, default 5 min, as kubelet. A container that ran twice as long starts over.</summary>
    public TimeSpan LongestBackOff { get; set; } = TimeSpan.FromMinutes(5);
}
