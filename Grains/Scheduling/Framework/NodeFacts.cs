using System.Collections.Immutable;
using System.Text.Json;
using Crescent.Grains.Reconciling;
using Crescent.Resources;
using Crescent.Scheduling;

namespace Crescent.Grains.Scheduling.Framework;

/// <summary>What scheduling needs of a Node object.</summary>
internal sealed record NodeFacts
{
    public const string HostnameLabel = "kubernetes.io/hostname";
    public const string ZoneLabel = "topology.kubernetes.io/zone";

    public required string Name { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    public bool IsUnschedulable { get; init; }

    public ImmutableArray<Taint> Taints { get; init; } = [];

    public required ResourceAmounts Allocatable { get; init; }

    /// <summary>Bytes by image name.</summary>
    public ImmutableDictionary<string, long> Images { get; init; } = ImmutableDictionary<string, long>.Empty;

    public static NodeFacts Read(ResourceSnapshot snapshot)
    {
        using var document = JsonDocument.Parse(snapshot.Body);
        var spec = document.RootElement.At("spec");
        var status = document.RootElement.At("status");
        var allocatable = status.At("allocatable");
        return new()
        {
            Name = snapshot.Key.Name,
            Labels = snapshot.Labels,
            IsUnschedulable = spec.At("unschedulable").IsTrue(),
            Taints = [.. spec.At("taints").Items().Select(ReadTaint)],
            Allocatable = PodRequests.Parse(allocatable.Exists() ? allocatable : status.At("capacity")),
            Images = ReadImages(status.At("images")),
        };
    }

    /// <summary>Whether the pod's tolerations cover all taints that keep pods away; else the first that is not covered.</summary>
    public Taint? FindUntoleratedTaint(PodInfo pod)
    {
        foreach (var taint in Taints)
        {
            if (taint.KeepsPodsAway && !IsTolerated(pod, taint))
            {
                return taint;
            }
        }

        return null;
    }

    public static bool IsTolerated(PodInfo pod, Taint taint)
    {
        foreach (var toleration in pod.Tolerations)
        {
            if (toleration.Tolerates(taint))
            {
                return true;
            }
        }

        return false;
    }

    private static Taint ReadTaint(JsonElement taint) =>
        new(taint.At("key").Text() ?? "", taint.At("value").Text() ?? "", taint.At("effect").Text() ?? "");

    private static ImmutableDictionary<string, long> ReadImages(JsonElement images)
    {
        var sizes = ImmutableDictionary.CreateBuilder<string, long>(StringComparer.Ordinal);
        foreach (var image in images.Items())
        {
            foreach (var name in image.At("names").Items())
            {
                if (name.Text() is { } text)
                {
                    sizes[text] = image.At("sizeBytes").Long() ?? 0;
                }
            }
        }

        return sizes.ToImmutable();
    }
}
