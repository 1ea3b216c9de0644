using System.Text.Json;
using Crescent.Grains.Reconciling;
using Crescent.Grains.Workloads.Deployments;
using Crescent.Resources;

namespace Crescent.Grains.Workloads.Revisions;

/// <summary>A ControllerRevision: one pod template a DaemonSet or StatefulSet has had.</summary>
internal sealed class Revision
{
    /// <summary>Null for a revision that is still to be created.</summary>
    public required ResourceSnapshot? Snapshot { get; init; }

    public required string Name { get; init; }

    public required long Number { get; init; }

    /// <summary>The pod template it holds.</summary>
    public required JsonElement Template { get; init; }

    /// <summary>Form in which templates are compared.</summary>
    public required string Canonical { get; init; }

    /// <summary>What distinguishes its name.</summary>
    public required string Hash { get; init; }

    public static Revision Of(ResourceSnapshot snapshot, string hashLabel)
    {
        var view = snapshot.View();
        var template = RevisionData.Template(view.At("data"));
        return new()
        {
            Snapshot = snapshot,
            Name = snapshot.Key.Name,
            Number = view.At("revision").Long() ?? 0,
            Template = template,
            Canonical = PodTemplateHash.Canonical(template),
            Hash = snapshot.Labels.GetValueOrDefault(hashLabel, ""),
        };
    }
}
