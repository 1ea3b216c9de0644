namespace Crescent.Grains.Scheduling.Framework;

/// <summary>A plugin that can reject, and so must know what could change its mind.</summary>
internal interface IRequeuePlugin
{
    /// <summary>Kubernetes' name of the plugin.</summary>
    string Name { get; }

    /// <summary>
    /// Whether <paramref name="change"/> may let in a pod this plugin has rejected. When in doubt true: a wrong yes costs one attempt,
    /// a wrong no leaves the pod waiting for minutes.
    /// </summary>
    bool MayHelp(PodInfo pod, ClusterChange change);
}
