namespace Crescent.Grains.Workloads.Deployments;

/// <summary>
/// One step of a rolling update: first the new revision grows as far as maxSurge allows, and only when it cannot, old ones shrink as far
/// as maxUnavailable allows, unhealthy pods first.
/// </summary>
internal static class RollingUpdate
{
    public static void Apply(DeploymentFacts deployment, RevisionFacts? present, IReadOnlyList<RevisionFacts> old)
    {
        if (present is null)
        {
            return;
        }

        var target = NewSize(deployment, present.Replicas, present.Replicas + old.Sum(static revision => revision.Replicas));
        if (target != present.Replicas)
        {
            DeploymentPlanner.Scale(present, target, deployment);
            return;
        }

        Shrink(deployment, present, old);
    }

    /// <summary>Size of the new revision given all pods asked for at present.</summary>
    public static int NewSize(DeploymentFacts deployment, int present, int total)
    {
        if (deployment.IsRecreate || present >= deployment.Replicas)
        {
            return deployment.Replicas;
        }

        return total >= deployment.MaxPods
            ? present
            : present + Math.Min(deployment.MaxPods - total, deployment.Replicas - present);
    }

    private static void Shrink(DeploymentFacts deployment, RevisionFacts present, IReadOnlyList<RevisionFacts> old)
    {
        var oldTotal = old.Sum(static revision => revision.Replicas);
        var minAvailable = deployment.Replicas - deployment.MaxUnavailable;
        var newUnavailable = present.Replicas - present.Available;
        var room = present.Replicas + oldTotal - minAvailable - newUnavailable;
        if (oldTotal == 0 || room <= 0)
        {
            return;
        }

        var oldestFirst = old.OrderBy(static revision => revision.CreatedAt).ThenBy(static revision => revision.Name, StringComparer.Ordinal).ToList();
        foreach (var revision in oldestFirst)
        {
            var unhealthy = revision.Replicas - revision.Available;
            var cut = Math.Min(room, Math.Max(unhealthy, 0));
            if (cut > 0)
            {
                DeploymentPlanner.Scale(revision, revision.Replicas - cut, deployment);
                room -= cut;
            }
        }

        var spare = present.Available + old.Sum(static revision => revision.Available) - minAvailable;
        foreach (var revision in oldestFirst)
        {
            var cut = Math.Min(spare, revision.Replicas);
            if (cut > 0)
            {
                DeploymentPlanner.Scale(revision, revision.Replicas - cut, deployment);
                spare -= cut;
            }
        }
    }
}
