using System.Collections.Immutable;
using Crescent.Resources;

namespace Crescent.Grains.Workloads;

/// <summary>The pods of a workload, sorted by whose they are.</summary>
/// <param name="Own">Those it controls or may take over, and that match.</param>
/// <param name="Adopt">Matching pods without a controller.</param>
/// <param name="Release">Own pods that no longer match.</param>
internal sealed record Claims<T>(IReadOnlyList<T> Own, ImmutableArray<PodFacts> Adopt, ImmutableArray<PodFacts> Release);

internal static class Claims
{
    public static Claims<T> Of<T>(ResourceSnapshot owner, LabelSelector? selector, IReadOnlyList<T> candidates, Func<T, PodFacts> factsOf)
    {
        var own = new List<T>(candidates.Count);
        var adopt = ImmutableArray.CreateBuilder<PodFacts>();
        var release = ImmutableArray.CreateBuilder<PodFacts>();
        foreach (var candidate in candidates)
        {
            var pod = factsOf(candidate);
            var isMatch = selector?.Matches(pod.Snapshot.Labels) ?? false;
            if (pod.Snapshot.ControllerUid == owner.Uid)
            {
                if (isMatch)
                {
                    own.Add(candidate);
                }
                else if (owner.DeletionTimestamp is null)
                {
                    release.Add(pod);
                }
            }
            else if (pod.Snapshot.ControllerUid is null && isMatch && pod.IsActive && owner.DeletionTimestamp is null)
            {
                adopt.Add(pod);
                own.Add(candidate);
            }
        }

        return new(own, adopt.ToImmutable(), release.ToImmutable());
    }
}
