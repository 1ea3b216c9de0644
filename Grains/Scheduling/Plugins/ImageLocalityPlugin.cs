using Crescent.Grains.Scheduling.Framework;

namespace Crescent.Grains.Scheduling.Plugins;

/// <summary>Prefers nodes that already hold the pod's (large) images.</summary>
internal sealed class ImageLocalityPlugin : IScorePlugin
{
    private const long SmallestThatCounts = 23L * 1024 * 1024;
    private const long LargestPerContainer = 1000L * 1024 * 1024;

    public string Name => "ImageLocality";

    public long Score(PodInfo pod, NodeInfo node)
    {
        if (node.Facts!.Images.IsEmpty || pod.Images.IsEmpty)
        {
            return 0;
        }

        long present = 0;
        foreach (var image in pod.Images)
        {
            present += node.Facts.Images.GetValueOrDefault(WithTag(image));
        }

        var ceiling = LargestPerContainer * pod.Images.Length;
        return (Math.Clamp(present, SmallestThatCounts, ceiling) - SmallestThatCounts) * Scores.Max / (ceiling - SmallestThatCounts);
    }

    /// <summary>Raw scores are 0–100 already.</summary>
    public void Normalize(Span<long> scores)
    {
    }

    private static string WithTag(string image) =>
        image.Contains('@', StringComparison.Ordinal) || image.LastIndexOf(':') > image.LastIndexOf('/') ? image : image + ":latest";
}
