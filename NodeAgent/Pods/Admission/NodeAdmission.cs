using System.Globalization;
using Crescent.NodeAgent.Networks;
using Crescent.Scheduling;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Crescent.NodeAgent.Pods.Admission;

/// <summary>
/// The pods this node has taken and that have not ended. New ones are judged against them one after the other, so that two cannot both get
/// the last of something. Thread-safe.
/// </summary>
internal sealed class NodeAdmission(NodeCapacity capacity, IOptions<PodOptions> options, IServiceProvider services)
{
    /// <summary>
    /// What makes a pod fit (the end of another, a label) may come to the agent after the pod itself: a refusal that stands for so long is
    /// final.
    /// </summary>
    public static readonly TimeSpan SettlingTime = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, PodClaims> _taken = new(StringComparer.Ordinal);

    /// <summary>A pod that has begun to run: nobody asks again.</summary>
    public void Enter(V1Pod pod)
    {
        var claims = PodClaims.Of(pod);
        lock (_lock)
        {
            _taken[pod.Metadata.Uid] = claims;
        }
    }

    /// <summary>Takes the pod, or says why not.</summary>
    public Rejection? TryEnter(V1Pod pod)
    {
        var (claims, node) = (PodClaims.Of(pod), Offer());
        lock (_lock)
        {
            _taken.Remove(pod.Metadata.Uid);
            var rejection = PodAdmission.Judge(claims, _taken.Values, node);
            if (rejection is null)
            {
                _taken.Add(pod.Metadata.Uid, claims);
            }

            return rejection;
        }
    }

    /// <summary>The spec of a pod changed; nothing happens when it was not taken.</summary>
    public void Refresh(V1Pod pod)
    {
        var claims = PodClaims.Of(pod);
        lock (_lock)
        {
            if (_taken.ContainsKey(pod.Metadata.Uid))
            {
                _taken[pod.Metadata.Uid] = claims;
            }
        }
    }

    /// <summary>The pod has ended. May be called again.</summary>
    public void Leave(string uid)
    {
        lock (_lock)
        {
            _taken.Remove(uid);
        }
    }

    private NodeOffer Offer()
    {
        var allowance = capacity.Current;
        var allocatable = ResourceAmounts.Of((long)(allowance.Cpus * 1000), (long)allowance.MemoryBytes);
        allocatable.Set(ResourceAmounts.PodsName, options.Value.MaxPods.ToString(CultureInfo.InvariantCulture));

        // Zero before the file system was looked at.
        var storage = allowance.StorageBytes > 0 ? (long)allowance.StorageBytes : long.MaxValue;
        allocatable.Set(ResourceAmounts.EphemeralStorageName, storage.ToString(CultureInfo.InvariantCulture));
        var nodes = services.GetService<INetworkState>()?.Current.Nodes;
        return new(options.Value.NodeName, allocatable, nodes?.GetValueOrDefault(options.Value.NodeName)?.Labels);
    }
}
