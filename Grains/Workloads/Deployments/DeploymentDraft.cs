using System.Collections.Immutable;
using System.Globalization;
using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Workloads.Deployments;

/// <summary>A plan in the making: which revision is the present one, how revisions are numbered, what is created and cleaned up.</summary>
internal sealed class DeploymentDraft
{
    private readonly DeploymentFacts _deployment;
    private readonly DateTimeOffset _now;
    private readonly IReadOnlyList<RevisionFacts> _all;
    private readonly Conditions _conditions;
    private NewRevision? _create;
    private string? _revision;

    public DeploymentDraft(DeploymentFacts deployment, IReadOnlyList<RevisionFacts> revisions, DateTimeOffset now)
    {
        _deployment = deployment;
        _now = now;
        _all = revisions;
        _conditions = new(deployment.Status.At("conditions"));
        New = revisions.Where(revision => revision.CanonicalTemplate == deployment.CanonicalTemplate && !revision.IsDeleting)
            .OrderBy(static revision => revision.CreatedAt).ThenBy(static revision => revision.Name, StringComparer.Ordinal).FirstOrDefault();
        Old = [.. revisions.Where(revision => !ReferenceEquals(revision, New))];
    }

    /// <summary>The revision of the present template; null until there is one.</summary>
    public RevisionFacts? New { get; }

    public ImmutableArray<RevisionFacts> Old { get; }

    /// <summary>Keeps the pause visible in the Progressing condition, and the deadline from running while paused.</summary>
    public void NotePause()
    {
        if (_deployment.ProgressDeadline is null || _conditions.Find("Progressing") is { Reason: "ProgressDeadlineExceeded" })
        {
            return;
        }

        var isNoted = _conditions.Find("Progressing") is { Reason: "DeploymentPaused" };
        if (_deployment.IsPaused && !isNoted)
        {
            _conditions.Set("Progressing", "Unknown", "DeploymentPaused", "Deployment is paused", _now);
        }
        else if (!_deployment.IsPaused && isNoted)
        {
            _conditions.Set("Progressing", "Unknown", "DeploymentResumed", "Deployment is resumed", _now);
        }
    }

    /// <summary>Numbers the present revision above all old ones, and creates it when it is missing.</summary>
    public void SyncRevisions(bool mayCreate)
    {
        var revision = Old.Select(static old => old.Revision).DefaultIfEmpty().Max() + 1;
        if (New is { } present)
        {
            Renumber(present, revision);
        }
        else if (mayCreate && _create is null)
        {
            var hash = PodTemplateHash.Of(_deployment.CanonicalTemplate, _deployment.CollisionCount);
            var size = RollingUpdate.NewSize(_deployment, 0, _all.Sum(static old => old.Replicas));
            _create = new($"{_deployment.Name}-{hash}", size, revision, hash);
            _revision = Text(revision);
            if (_deployment.ProgressDeadline is not null)
            {
                _conditions.Set("Progressing", "True", "NewReplicaSetCreated", $"Created new replica set \"{_create.Name}\"", _now);
            }
        }
    }

    /// <param name="watchesProgress">False while paused, resized or deleted: then only counts and availability move.</param>
    /// <param name="cleansUp">True where revisions past the history limit may go.</param>
    public DeploymentPlan Finish(bool watchesProgress, bool cleansUp = false)
    {
        var status = new DeploymentStatus(_deployment, New, _all, _conditions, _now);
        status.NoteAvailability();
        if (watchesProgress)
        {
            status.NoteProgress();
        }

        var update = _all.Where(static revision => revision.IsChanged).ToImmutableArray();
        var isSettled = _create is null && !update.Any(static revision => revision.Replicas != revision.SpecReplicas);
        return new()
        {
            Create = _create,
            Update = update,
            Delete = cleansUp && isSettled && (_deployment.IsPaused || status.IsComplete) ? PastHistory() : [],
            Revision = _revision is not null && _deployment.Annotations.GetValueOrDefault(DeploymentAnnotations.Revision) != _revision ? _revision : null,
            Status = status.ToPatch(),
            LookAgain = watchesProgress ? status.UntilDeadline() : null,
        };
    }

    private void Renumber(RevisionFacts present, long revision)
    {
        foreach (var (name, value) in _deployment.Annotations.Where(static pair => DeploymentAnnotations.IsCopied(pair.Key)))
        {
            present.Annotate(name, value);
        }

        present.NewMinReadySeconds = _deployment.MinReadySeconds;
        if (present.Revision < revision)
        {
            if (present.Revision > 0)
            {
                var history = present.Annotations.GetValueOrDefault(DeploymentAnnotations.RevisionHistory);
                present.Annotate(
                    DeploymentAnnotations.RevisionHistory,
                    string.IsNullOrEmpty(history) ? Text(present.Revision) : $"{history},{Text(present.Revision)}");
            }

            present.Annotate(DeploymentAnnotations.Revision, Text(revision));
        }

        _revision = Text(Math.Max(revision, present.Revision));
        if (_deployment.ProgressDeadline is not null && _conditions.Find("Progressing") is null)
        {
            _conditions.Set("Progressing", "True", "FoundNewReplicaSet", $"Found new replica set \"{present.Name}\"", _now);
        }
    }

    private ImmutableArray<RevisionFacts> PastHistory()
    {
        if (_deployment.RevisionHistoryLimit == int.MaxValue)
        {
            return [];
        }

        var candidates = Old.Where(static revision => !revision.IsDeleting).OrderBy(static revision => revision.Revision)
            .ThenBy(static revision => revision.CreatedAt).ToList();
        return [.. candidates.Take(Math.Max(0, candidates.Count - _deployment.RevisionHistoryLimit))
            .Where(static revision => revision is { SpecReplicas: 0, StatusReplicas: 0, IsObserved: true })];
    }

    private static string Text(long revision) => revision.ToString(CultureInfo.InvariantCulture);
}
