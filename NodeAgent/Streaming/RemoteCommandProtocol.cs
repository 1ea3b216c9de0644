namespace Crescent.NodeAgent.Streaming;

/// <summary>
/// Subprotocols of remote commands: a binary message is one channel byte and data. See
/// <see href="https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/">exec</see>.
/// </summary>
/// <param name="Name">As negotiated.</param>
/// <param name="HasStatus">Channel 3 ends with a Status object; older ones write plain text, and only on failure.</param>
/// <param name="CanCloseInput">Channel 255 closes another channel.</param>
internal sealed record RemoteCommandProtocol(string Name, bool HasStatus, bool CanCloseInput)
{
    private static readonly RemoteCommandProtocol[] Known =
    [
        new("v5.channel.k8s.io", HasStatus: true, CanCloseInput: true),
        new("v4.channel.k8s.io", HasStatus: true, CanCloseInput: false),
        new("channel.k8s.io", HasStatus: false, CanCloseInput: false),
    ];

    /// <summary>The best both sides know; null when there is none.</summary>
    public static RemoteCommandProtocol? Choose(IList<string> offered) => Known.FirstOrDefault(known => offered.Contains(known.Name, StringComparer.Ordinal));
}
