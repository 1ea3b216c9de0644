using System.Text.Json.Nodes;
using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Workloads.Deployments;

/// <summary>Computes counts and conditions of a Deployment from the statuses of its revisions.</summary>
internal sealed class DeploymentStatus
{
    private readonly DeploymentFacts _deployment;
    private readonly RevisionFacts? _new;
    private readonly IReadOnlyList<RevisionFacts> _all;
    private readonly Conditions _conditions;
    private readonly DateTimeOffset _now;
    private readonly int _replicas;
    private readonly int _updated;
    private readonly int _ready;
    private readonly int _available;
    private readonly int _unavailable;

    public DeploymentStatus(
        DeploymentFacts deployment, RevisionFacts? present, IReadOnlyList<RevisionFacts> all, Conditions conditions, DateTimeOffset now)
    {
        _deployment = deployment;
        _new = present;
        _all = all;
        _conditions = conditions;
        _now = now;
        _replicas = all.Sum(static revision => revision.StatusReplicas);
        _updated = present?.StatusReplicas ?? 0;
        _ready = all.Sum(static revision => revision.Ready);
        _available = all.Sum(static revision => revision.Available);
        _unavailable = Math.Max(0, all.Sum(static revision => revision.SpecReplicas) - _available);
    }

    /// <summary>All replicas are updated and available, and no old ones are left.</summary>
    public bool IsComplete =>
        _updated == _deployment.Replicas && _replicas == _deployment.Replicas && _available == _deployment.Replicas;

    public void NoteAvailability()
    {
        if (_available >= _deployment.Replicas - _deployment.MaxUnavailable)
        {
            _conditions.Set("Available", "True", "MinimumReplicasAvailable", "Deployment has minimum availability.", _now);
        }
        else
        {
            _conditions.Set("Available", "False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability.", _now);
        }
    }

    public void NoteProgress()
    {
        var progressing = _conditions.Find("Progressing");
        var subject = _new is null ? $"Deployment \"{_deployment.Name}\"" : $"ReplicaSet \"{_new.Name}\"";
        if (_deployment.ProgressDeadline is not { } deadline)
        {
            _conditions.Remove("Progressing");
        }
        else if (_replicas != _updated || progressing is not { Reason: "NewReplicaSetAvailable" })
        {
            if (IsComplete)
            {
                _conditions.Set("Progressing", "True", "NewReplicaSetAvailable", $"{subject} has successfully progressed.", _now);
            }
            else if (HasMoved())
            {
                _conditions.Set("Progressing", "True", "ReplicaSetUpdated", $"{subject} is progressing.", _now, isRefreshed: true);
            }
            else if (progressing is { Reason: not ("NewReplicaSetAvailable" or "ProgressDeadlineExceeded") }
                && progressing.UpdatedAt + deadline <= _now)
            {
                _conditions.Set("Progressing", "False", "ProgressDeadlineExceeded", $"{subject} has timed out progressing.", _now);
            }
        }

        NoteFailure();
    }

    /// <summary>Time left until a rollout that does not move is called stuck.</summary>
    public TimeSpan? UntilDeadline() =>
        _deployment.ProgressDeadline is { } deadline && !IsComplete
        && _conditions.Find("Progressing") is { Reason: not ("NewReplicaSetAvailable" or "ProgressDeadlineExceeded") } progressing
            ? progressing.UpdatedAt + deadline - _now
            : null;

    public JsonObject? ToPatch()
    {
        var status = _deployment.Status;
        var isSame = Known("replicas") == _replicas && Known("updatedReplicas") == _updated && Known("readyReplicas") == _ready
            && Known("availableReplicas") == _available && Known("unavailableReplicas") == _unavailable
            && (status.At("observedGeneration").Long() ?? 0) == _deployment.Generation;
        if (isSame && !_conditions.IsChanged)
        {
            return null;
        }

        return new()
        {
            ["status"] = new JsonObject
            {
                ["observedGeneration"] = _deployment.Generation,
                ["replicas"] = NullWhenZero(_replicas),
                ["updatedReplicas"] = NullWhenZero(_updated),
                ["readyReplicas"] = NullWhenZero(_ready),
                ["availableReplicas"] = NullWhenZero(_available),
                ["unavailableReplicas"] = NullWhenZero(_unavailable),
                ["conditions"] = _conditions.ToJson(),
            },
        };
    }

    private bool HasMoved() =>
        _updated > Known("updatedReplicas") || _replicas - _updated < Known("replicas") - Known("updatedReplicas")
        || _ready > Known("readyReplicas") || _available > Known("availableReplicas");

    private void NoteFailure()
    {
        var failure = _new?.Failure ?? default;
        if (!failure.Exists())
        {
            failure = _all.Select(static revision => revision.Failure).FirstOrDefault(static candidate => candidate.Exists());
        }

        if (failure.Exists())
        {
            _conditions.Set(
                "ReplicaFailure", failure.At("status").Text() ?? "True", failure.At("reason").Text() ?? "", failure.At("message").Text() ?? "", _now);
        }
        else
        {
            _conditions.Remove("ReplicaFailure");
        }
    }

    private int Known(string name) => _deployment.Status.At(name).Int() ?? 0;

    private static JsonNode? NullWhenZero(int value) => value == 0 ? null : value;
}
