using System.Collections.Immutable;
using System.Text.Json;
using System.Threading.Channels;
using Crescent.Identity;
using Crescent.NodeAgent.Images;
using Crescent.NodeAgent.Pods.Admission;
using Crescent.NodeAgent.Probes;
using Crescent.NodeAgent.Runtimes;
using Crescent.Nodes;
using k8s.Models;
using Microsoft.Extensions.Logging;

namespace Crescent.NodeAgent.Pods;

/// <summary>
/// Looks after one pod. One loop owns all its state: something happens (an assignment, a runtime event, a probe, an action that ended, a
/// time that came), the loop takes a snapshot, asks the planner, starts the actions and reports the status. Actions run beside the loop
/// and post back into it.
/// </summary>
internal sealed partial class PodWorker : IAsyncDisposable
{
    private readonly PodTools _tools;
    private readonly ILogger _logger;
    private readonly Channel<Action> _mail = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Dictionary<string, List<long>> _inFlight = new(StringComparer.Ordinal);
    private readonly HashSet<Task> _tasks = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _preparing = new();
    private readonly ConditionTimes _conditions;
    private readonly ProbeRunner _probes;
    private readonly BackOffEvents _backOffEvents;
    private readonly TerminationMessages _messages;
    private readonly VolumeKeeper _volumes;
    private readonly DateTimeOffset _startTime;
    private ImmutableDictionary<string, StartFailure> _failures = ImmutableDictionary<string, StartFailure>.Empty;
    private ImmutableDictionary<string, ProbeOutcome> _outcomes = ImmutableDictionary<string, ProbeOutcome>.Empty;
    private ImmutableDictionary<string, ContainerResources> _resized = ImmutableDictionary<string, ContainerResources>.Empty;
    private V1Pod _pod;
    private bool _isRemoved;
    private Rejection? _rejection;
    private DateTimeOffset? _undecidedUntil;
    private string _lastAddress;
    private byte[] _reported = [];
    private bool _reportedEnd;
    private ITimer? _wake;
    private Task? _loop;
    private bool _isCleanedUp;
    private volatile bool _awaitsRoom;

    public PodWorker(V1Pod pod, bool isRemoved, PodTools tools, ILogger logger)
    {
        _pod = pod;
        _isRemoved = isRemoved;
        _tools = tools;
        _logger = logger;
        _conditions = ConditionTimes.From(pod.Status);
        _lastAddress = pod.Spec.HostNetwork == true ? "" : pod.Status?.PodIP ?? "";
        _startTime = pod.Status?.StartTime is { } started ? new DateTimeOffset(DateTime.SpecifyKind(started, DateTimeKind.Utc)) : tools.Time.GetUtcNow();
        _backOffEvents = new BackOffEvents(tools.Events);
        _messages = new TerminationMessages(ended => tools.Starter.TerminationMessageFile(Uid, ended.Name, ended.Attempt), tools.Runtime, Post, logger);
        _volumes = new VolumeKeeper(token => tools.Volumes.PrepareAsync(Fields(_lastAddress), token));
        _probes = new ProbeRunner(tools.Prober, tools.Events, tools.Time, (id, outcome) => Post(() => _outcomes = _outcomes.SetItem(id, outcome)));
    }

    /// <summary>Completes when nothing of the pod is left on this node.</summary>
    public Task Completion => _loop ?? Task.CompletedTask;

    public string Uid => _pod.Metadata.Uid;

    public string Namespace => _pod.Metadata.NamespaceProperty;

    /// <summary>Whether it asks for more than the node can give it now.</summary>
    public bool AwaitsRoom => _awaitsRoom;

    public void Start()
    {
        if (!_isRemoved)
        {
            Receive();
        }

        _loop = RunAsync();
    }

    /// <summary>Something about the pod's containers changed.</summary>
    public void Nudge() => Post(static () => { });

    public void Assign(V1Pod pod) => Post(() =>
    {
        var before = _pod;
        _pod = pod;
        if (before.Metadata.Generation != pod.Metadata.Generation)
        {
            _tools.Admission.Refresh(pod);
        }

        if (VolumeKeeper.ShowsOther(before, pod))
        {
            RenewVolumes();
        }
    });

    /// <summary>The pod is no longer assigned to this node.</summary>
    public void Remove()
    {
        _tools.Admission.Leave(Uid);
        Post(() => _isRemoved = true);
    }

    /// <summary>ConfigMaps or Secrets changed: volumes are brought up to date, and what failed for want of one is tried again.</summary>
    public void ObjectsChanged() => Post(() =>
    {
        _failures = _failures.RemoveRange(_failures.Where(static pair => pair.Value.IsConfiguration).Select(static pair => pair.Key));
        RenewVolumes();
    });

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await (_loop ?? Task.CompletedTask);
        _probes.Dispose();
        if (_wake is not null)
        {
            await _wake.DisposeAsync();
        }

        _stop.Dispose();
        _preparing.Dispose();
    }

    /// <summary>What has begun to run here stays; what is new must fit, see <see cref="PodAdmission"/>.</summary>
    private void Receive()
    {
        if (_pod.Status?.Phase is { } stored && PodPhases.IsTerminal(stored))
        {
            return;
        }

        if (_pod.Metadata.DeletionTimestamp is not null || !_tools.State.Of(Uid).IsEmpty || _pod.Status?.ContainerStatuses is { Count: > 0 })
        {
            _tools.Admission.Enter(_pod);
            _tools.Room.Enter(Uid, PodRequests.Granted(_pod));
        }
        else
        {
            Admit(_tools.Time.GetUtcNow() + NodeAdmission.SettlingTime);
        }
    }

    private void Admit(DateTimeOffset decision)
    {
        if (_isRemoved || _pod.Metadata.DeletionTimestamp is not null)
        {
            _undecidedUntil = null;
        }
        else if (_tools.Admission.TryEnter(_pod) is not { } rejection)
        {
            _undecidedUntil = null;
            _tools.Room.Enter(Uid, PodRequests.Granted(_pod));
        }
        else if (_tools.Time.GetUtcNow() < decision)
        {
            _undecidedUntil = decision;
        }
        else
        {
            _undecidedUntil = null;
            _rejection = rejection;
            _tools.Events.Warning(_pod, rejection.Reason, rejection.Message);
        }
    }

    private void Post(Action change) => _mail.Writer.TryWrite(change);

    private async Task RunAsync()
    {
        await Task.Yield();
        try
        {
            while (!_isCleanedUp)
            {
                while (_mail.Reader.TryRead(out var change))
                {
                    change();
                }

                Step();
                if (!_isCleanedUp)
                {
                    await _mail.Reader.WaitToReadAsync(_stop.Token);
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            LogLeft(_pod.Metadata.NamespaceProperty, _pod.Metadata.Name);
        }
        catch (Exception problem)
        {
            LogBroken(_pod.Metadata.NamespaceProperty, _pod.Metadata.Name, problem);
            throw;
        }
        finally
        {
            _probes.StopAll();
            _tools.Admission.Leave(Uid);
            _tools.Room.Leave(Uid);
            await Task.WhenAll(_tasks);
        }
    }

    private void Step()
    {
        if (_undecidedUntil is { } decision)
        {
            Admit(decision);
        }

        var snapshot = TakeSnapshot();
        Track(_messages.ReadAsync(_pod, snapshot.Runtime, _stop.Token));
        snapshot = snapshot with { TerminationMessages = _messages.Known };
        if (snapshot.IsEnding && !_preparing.IsCancellationRequested)
        {
            _preparing.Cancel();
        }

        _probes.Sync(_pod, snapshot.IsEnding ? PodRuntime.Empty : snapshot.Runtime, PodStatusBuilder.AddressOf(snapshot));
        var plan = PodPlanner.Plan(snapshot);
        if (PodPhases.IsTerminal(PodPhases.Of(snapshot)))
        {
            _tools.Admission.Leave(Uid);
            _tools.Room.Leave(Uid);
        }

        foreach (var action in plan.Actions)
        {
            Begin(action);
        }

        _backOffEvents.Tell(snapshot);
        Report(snapshot with { InFlight = InFlight() }, plan.IsEnded);
        WakeAt(plan.WakeAt);
    }

    private PodSnapshot TakeSnapshot()
    {
        var runtime = _tools.State.Of(Uid);
        if (runtime.Sandbox is { Address.Length: > 0 } sandbox)
        {
            _lastAddress = sandbox.Address;
        }

        var crowding = _isRemoved ? null : _tools.Room.Take(Uid, PodRequests.Of(_pod));
        _awaitsRoom = crowding is not null || _undecidedUntil is not null;
        return new PodSnapshot
        {
            Pod = _pod,
            Runtime = runtime,
            Now = _tools.Time.GetUtcNow(),
            StartTime = _startTime,
            IsRemoved = _isRemoved,
            Failures = _failures,
            InFlight = InFlight(),
            Probes = _outcomes,
            Resized = _resized,
            Allowance = _tools.Allowance,
            Crowding = crowding,
            Rejection = _rejection,
            UndecidedUntil = _undecidedUntil,
            LastAddress = _lastAddress,
            HostAddress = _tools.Host.Current,
            Scheme = _tools.Runtime.Scheme,
            BackOff = _tools.BackOff,
        };
    }

    private ImmutableDictionary<string, long> InFlight() =>
        _inFlight.ToImmutableDictionary(static pair => pair.Key, static pair => pair.Value.Min(), StringComparer.Ordinal);

    private void Report(PodSnapshot snapshot, bool isEnded)
    {
        if (_isRemoved || _reportedEnd || _messages.IsReading || (snapshot.UndecidedUntil is not null && !snapshot.IsEnding))
        {
            return;
        }

        var status = JsonSerializer.SerializeToUtf8Bytes(PodStatusBuilder.Build(snapshot, _conditions));
        if (!isEnded && status.AsSpan().SequenceEqual(_reported))
        {
            return;
        }

        _reported = status;
        _reportedEnd = isEnded;
        _tools.Reporter.Report(new PodStatusReport
        {
            Pod = new ResourceKey(KnownTypes.Pods, _pod.Metadata.NamespaceProperty, _pod.Metadata.Name),
            Uid = Uid,
            Status = status,
            IsTerminated = isEnded,
        });
    }

    private void WakeAt(DateTimeOffset? at)
    {
        var due = at is { } time ? time - _tools.Time.GetUtcNow() : Timeout.InfiniteTimeSpan;
        if (at is not null && due < TimeSpan.Zero)
        {
            due = TimeSpan.Zero;
        }

        if (_wake is null)
        {
            _wake = _tools.Time.CreateTimer(static worker => ((PodWorker)worker!).Nudge(), this, due, Timeout.InfiniteTimeSpan);
        }
        else
        {
            _wake.Change(due, Timeout.InfiniteTimeSpan);
        }
    }

    private void Track(Task task)
    {
        _tasks.Add(task);
        _tasks.RemoveWhere(static done => done.IsCompletedSuccessfully);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The agent stops; pod {Namespace}/{Name} goes on")]
    private partial void LogLeft(string @namespace, string name);

    [LoggerMessage(Level = LogLevel.Error, Message = "Pod {Namespace}/{Name} is no longer looked after")]
    private partial void LogBroken(string @namespace, string name, Exception problem);
}
