using System.Collections.Immutable;
using Crescent.Grains.Workloads.Deployments;

namespace Crescent.Grains.Workloads.DaemonSets;

/// <summary>Replaces old pods within the bounds, and sees to one pod per node.</summary>
internal sealed class DaemonRollout(DaemonSetFacts set, string hash, RollingBounds bounds, DateTimeOffset now)
{
    /// <summary>Adds to <paramref name="create"/> and <paramref name="delete"/>.</summary>
    public void Plan(
        IReadOnlyList<string> nodes, ILookup<string, DaemonPod> byNode, ImmutableArray<string>.Builder create, HashSet<DaemonPod> delete)
    {
        var busy = 0;
        var willing = new List<(string Node, DaemonPod Old)>();
        foreach (var node in nodes)
        {
            var active = byNode[node].Where(pod => pod.Facts.IsActive && !delete.Contains(pod)).OrderBy(static pod => pod.Facts.CreatedAt).ToList();
            var (current, old) = (active.Find(pod => pod.Hash == hash), active.Find(pod => pod.Hash != hash));
            delete.UnionWith(active.Where(pod => pod != current && pod != old));
            if (current is not null && old is not null)
            {
                if (bounds.MaxSurge == 0 || !set.IsRolling)
                {
                    // One pod per node; without a surge the elder stays.
                    delete.Add(current.Facts.CreatedAt < old.Facts.CreatedAt ? old : current);
                }
                else if (current.Facts.IsAvailable(set.MinReady, now))
                {
                    delete.Add(old);
                }

                busy++;
            }
            else if (old is not null && set.IsRolling)
            {
                if (old.Facts.IsAvailable(set.MinReady, now))
                {
                    willing.Add((node, old));
                }
                else
                {
                    // It serves nobody: replacing it costs nothing.
                    Replace(node, old);
                    busy++;
                }
            }
            else if (current is null || !current.Facts.IsAvailable(set.MinReady, now))
            {
                busy++;
            }
        }

        foreach (var (node, old) in willing.Take(Math.Max((bounds.MaxSurge > 0 ? bounds.MaxSurge : bounds.MaxUnavailable) - busy, 0)))
        {
            Replace(node, old);
        }

        void Replace(string node, DaemonPod old)
        {
            if (bounds.MaxSurge > 0)
            {
                create.Add(node);
            }
            else
            {
                delete.Add(old);
            }
        }
    }
}
