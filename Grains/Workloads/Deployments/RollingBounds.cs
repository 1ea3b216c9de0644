using System.Globalization;
using System.Text.Json;
using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Workloads.Deployments;

/// <summary>
/// maxSurge and maxUnavailable in pods. Percentages of surge round up, of unavailable down; when both come out as zero one pod may be
/// unavailable, or the rollout could never move.
/// </summary>
internal readonly record struct RollingBounds(int MaxSurge, int MaxUnavailable)
{
    public static RollingBounds Of(JsonElement rollingUpdate, int replicas)
    {
        var surge = Resolve(rollingUpdate.At("maxSurge"), replicas, isRoundedUp: true);
        var unavailable = Resolve(rollingUpdate.At("maxUnavailable"), replicas, isRoundedUp: false);
        return new(surge, Math.Min(surge == 0 && unavailable == 0 ? 1 : unavailable, Math.Max(replicas, 1)));
    }

    /// <summary>Of a DaemonSet: both round up, and one node at a time is the default.</summary>
    public static RollingBounds OfNodes(JsonElement rollingUpdate, int nodes)
    {
        var surge = rollingUpdate.At("maxSurge").Exists() ? Resolve(rollingUpdate.At("maxSurge"), nodes, isRoundedUp: true) : 0;
        var unavailable = rollingUpdate.At("maxUnavailable").Exists() ? Resolve(rollingUpdate.At("maxUnavailable"), nodes, isRoundedUp: true) : 1;
        return new(surge, surge == 0 ? Math.Max(unavailable, 1) : unavailable);
    }

    /// <summary>Of a StatefulSet: at least one; null where nothing is said.</summary>
    public static int? OfMembers(JsonElement rollingUpdate, int replicas) => rollingUpdate.At("maxUnavailable").Exists()
        ? Math.Max(Resolve(rollingUpdate.At("maxUnavailable"), replicas, isRoundedUp: false), 1)
        : null;

    /// <summary>An absent value is the API's default of 25%.</summary>
    private static int Resolve(JsonElement value, int replicas, bool isRoundedUp)
    {
        if (value.Int() is { } count)
        {
            return count;
        }

        var text = value.Text() ?? "25%";
        if (!int.TryParse(text.TrimEnd('%'), NumberStyles.None, CultureInfo.InvariantCulture, out var percent))
        {
            return 0;
        }

        var pods = replicas * percent / 100.0;
        return (int)(isRoundedUp ? Math.Ceiling(pods) : Math.Floor(pods));
    }
}
