using k8s.Models;

namespace Crescent.NodeAgent.Volumes;

/// <summary>Service account tokens for the volumes of pods.</summary>
internal interface IPodTokens
{
    /// <summary>Gets the tokens the pod's volumes name, as far as they are missing or due for renewal.</summary>
    /// <exception cref="Pods.ConfigurationException">A token is missing and cannot be had now.</exception>
    Task EnsureAsync(V1Pod pod, CancellationToken cancellationToken);

    /// <summary>A token that <see cref="EnsureAsync"/> got.</summary>
    /// <exception cref="Pods.ConfigurationException">There is none.</exception>
    string Get(V1Pod pod, V1ServiceAccountTokenProjection projection);

    void Forget(string podUid);
}
