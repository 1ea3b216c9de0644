using System.Collections.Concurrent;
using Crescent.NodeAgent.Events;
using Crescent.NodeAgent.Pods;
using Crescent.NodeAgent.Runtimes;
using k8s.Models;
using Microsoft.Extensions.Options;

namespace Crescent.NodeAgent.Images;

/// <summary>Makes sure a container's image is on this node, by its pull policy; failing pulls wait longer each time.</summary>
internal sealed class ImageStore(
    IContainerRuntime runtime, RegistryCredentials credentials, IPodEvents events, IOptions<PodOptions> options, TimeProvider time)
{
    private readonly ConcurrentDictionary<(string PodUid, string Image), PullRecord> _failures = new();

    /// <exception cref="ImageException">The image cannot be had now.</exception>
    public async Task<ImageStatus> EnsureAsync(V1Pod pod, V1Container container, bool isInit, CancellationToken cancellationToken = default)
    {
        var image = container.Image ?? "";
        if (!ImageReference.TryParse(image, out var reference))
        {
            var now = time.GetUtcNow();
            throw new ImageException(
                "InvalidImageName", $"Failed to apply default image tag \"{image}\": couldn't parse image name \"{image}\": invalid reference format", now, now + options.Value.FirstBackOff);
        }

        var policy = container.ImagePullPolicy is { Length: > 0 } given ? given : reference is { Tag: "latest", Digest: "" } ? "Always" : "IfNotPresent";
        if (policy != "Always" && await runtime.GetImageAsync(image, cancellationToken) is { } present)
        {
            events.Normal(pod, "Pulled", $"Container image \"{image}\" already present on machine", container.Name, isInit);
            return present;
        }

        if (policy == "Never")
        {
            var now = time.GetUtcNow();
            var message = $"Container image \"{image}\" is not present with pull policy of Never";
            events.Warning(pod, "ErrImageNeverPull", message, container.Name, isInit);
            throw new ImageException("ErrImageNeverPull", message, now, now + options.Value.FirstBackOff);
        }

        return await PullAsync(pod, container, reference, isInit, cancellationToken);
    }

    /// <summary>Forgets the failures of a pod that is gone.</summary>
    public void Forget(string podUid)
    {
        foreach (var key in _failures.Keys.Where(key => key.PodUid == podUid))
        {
            _failures.TryRemove(key, out _);
        }
    }

    private async Task<ImageStatus> PullAsync(V1Pod pod, V1Container container, ImageReference reference, bool isInit, CancellationToken cancellationToken)
    {
        var image = container.Image;
        var key = (pod.Metadata.Uid, image);
        events.Normal(pod, "Pulling", $"Pulling image \"{image}\"", container.Name, isInit);
        var begun = time.GetTimestamp();
        RuntimeException? failure = null;
        foreach (var credential in credentials.For(pod, reference).Cast<RegistryCredential?>().DefaultIfEmpty())
        {
            try
            {
                var pulled = await runtime.PullImageAsync(image, credential, cancellationToken);
                _failures.TryRemove(key, out _);
                events.Normal(
                    pod, "Pulled", $"Successfully pulled image \"{image}\" in {time.GetElapsedTime(begun).TotalSeconds:0.###}s. Image size: {pulled.SizeBytes} bytes.", container.Name, isInit);
                return pulled;
            }
            catch (RuntimeException problem)
            {
                failure = problem;
            }
        }

        var record = _failures.AddOrUpdate(
            key,
            _ => new PullRecord(options.Value.FirstBackOff),
            (_, last) => new PullRecord(last.Wait * 2 > options.Value.LongestBackOff ? options.Value.LongestBackOff : last.Wait * 2));
        var at = time.GetUtcNow();
        events.Warning(pod, "Failed", $"Failed to pull image \"{image}\": {failure!.Message}", container.Name, isInit);
        events.Warning(pod, "Failed", "Error: ErrImagePull", container.Name, isInit);
        throw new ImageException("ErrImagePull", failure.Message, at, at + record.Wait);
    }

    private sealed record PullRecord(TimeSpan Wait);
}
