namespace Crescent.NodeAgent.Networks;

/// <summary>
/// The cluster's services, endpoints and nodes, shared by proxy, DNS, routes and pods. While the cluster cannot be reached the last
/// state stays.
/// </summary>
public interface INetworkState
{
    /// <summary>Newest state; <see cref="NetworkSnapshot.IsLoaded"/> is false until the cluster was reached once.</summary>
    NetworkSnapshot Current { get; }

    /// <summary>
    /// Waits until the state is another than <paramref name="seen"/> and returns the newest; what happened between is merged.
    /// </summary>
    Task<NetworkSnapshot> WaitForChangeAsync(NetworkSnapshot seen, CancellationToken cancellationToken = default);
}
