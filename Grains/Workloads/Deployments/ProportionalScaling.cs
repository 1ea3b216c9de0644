namespace Crescent.Grains.Workloads.Deployments;

/// <summary>
/// Resizes a Deployment in the middle of a rollout: what is added or taken is spread over the active revisions in proportion to their
/// sizes; what rounding leaves over goes to the largest.
/// </summary>
internal static class ProportionalScaling
{
    public static void Apply(DeploymentFacts deployment, RevisionFacts? present, IReadOnlyList<RevisionFacts> old)
    {
        if (ActiveOrLatest(present, old) is { } only)
        {
            DeploymentPlanner.Scale(only, deployment.Replicas, deployment);
            return;
        }

        var active = old.Where(static revision => revision.Replicas > 0).ToList();
        if (present is not null && IsSaturated(deployment, present))
        {
            foreach (var revision in active)
            {
                DeploymentPlanner.Scale(revision, 0, deployment);
            }

            return;
        }

        if (deployment.IsRecreate)
        {
            return;
        }

        if (present is { Replicas: > 0 })
        {
            active.Add(present);
        }

        Spread(deployment, active);
    }

    private static void Spread(DeploymentFacts deployment, List<RevisionFacts> active)
    {
        var allowed = deployment.Replicas > 0 ? deployment.MaxPods : 0;
        var toAdd = allowed - active.Sum(static revision => revision.Replicas);
        var ordered = toAdd > 0
            ? active.OrderByDescending(static revision => revision.Replicas).ThenByDescending(static revision => revision.CreatedAt).ToList()
            : active.OrderByDescending(static revision => revision.Replicas).ThenBy(static revision => revision.CreatedAt).ToList();
        var added = 0;
        var sizes = new List<int>(ordered.Count);
        foreach (var revision in ordered)
        {
            var share = toAdd == 0 ? 0 : Share(deployment, revision, toAdd - added, toAdd > 0);
            added += share;
            sizes.Add(revision.Replicas + share);
        }

        if (sizes.Count > 0)
        {
            sizes[0] = Math.Max(0, sizes[0] + toAdd - added);
        }

        for (var index = 0; index < ordered.Count; index++)
        {
            DeploymentPlanner.Scale(ordered[index], sizes[index], deployment);
        }
    }

    private static int Share(DeploymentFacts deployment, RevisionFacts revision, int left, bool isGrowing)
    {
        if (revision.Replicas == 0 || left == 0)
        {
            return 0;
        }

        var fraction = -revision.Replicas;
        if (deployment.Replicas > 0)
        {
            var before = DeploymentAnnotations.Number(revision.Annotations, DeploymentAnnotations.MaxReplicas) is { } noted and > 0
                ? noted
                : Math.Max(1, deployment.MaxPods);
            fraction = (int)Math.Round(revision.Replicas * (double)deployment.MaxPods / before, MidpointRounding.AwayFromZero) - revision.Replicas;
        }

        return isGrowing ? Math.Min(fraction, left) : Math.Max(fraction, left);
    }

    /// <summary>The one revision to resize when at most one is active.</summary>
    private static RevisionFacts? ActiveOrLatest(RevisionFacts? present, IReadOnlyList<RevisionFacts> old)
    {
        var active = old.Where(static revision => revision.Replicas > 0).ToList();
        if (present is { Replicas: > 0 })
        {
            active.Add(present);
        }

        return active.Count switch
        {
            0 => present ?? old.OrderByDescending(static revision => revision.CreatedAt).FirstOrDefault(),
            1 => active[0],
            _ => null,
        };
    }

    private static bool IsSaturated(DeploymentFacts deployment, RevisionFacts present) =>
        present.Replicas == deployment.Replicas && present.Available == deployment.Replicas
        && DeploymentAnnotations.Number(present.Annotations, DeploymentAnnotations.DesiredReplicas) == deployment.Replicas;
}
