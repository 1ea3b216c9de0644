using System.Collections.Immutable;
using Crescent.NodeAgent.Images;
using Crescent.NodeAgent.Runtimes;
using Crescent.NodeAgent.Volumes;
using Microsoft.Extensions.Logging;

namespace Crescent.NodeAgent.Pods;

/// <summary>Carrying out what the planner decided.</summary>
internal sealed partial class PodWorker
{
    private static readonly TimeSpan TransientRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan VolumeRetry = TimeSpan.FromSeconds(2);

    private void Begin(PodAction action)
    {
        var grace = action is PodAction.KillContainer kill ? kill.GraceSeconds : 0;
        if (!_inFlight.TryGetValue(action.Key, out var running))
        {
            _inFlight[action.Key] = running = [];
        }

        running.Add(grace);
        Track(CarryOutAsync(action, grace));
    }

    private async Task CarryOutAsync(PodAction action, long grace)
    {
        // Off the loop: it must not wait for the first synchronous part of an action.
        await Task.Yield();
        var after = static () => { };
        try
        {
            after = await (action switch
            {
                PodAction.CreateSandbox create => CreateSandboxAsync(create),
                PodAction.StartContainer start => StartContainerAsync(start),
                PodAction.KillContainer kill => KillContainerAsync(kill),
                PodAction.ResizeContainer resize => ResizeContainerAsync(resize),
                PodAction.RemoveContainer remove => RemoveContainerAsync(remove.Id),
                PodAction.RemoveSandbox remove => RemoveSandboxAsync(remove.Id),
                PodAction.CleanUp => CleanUpAsync(),
                _ => throw new InvalidOperationException($"no way to carry out {action}"),
            });
        }
        catch (OperationCanceledException)
        {
            LogCut(action.Key, _pod.Metadata.NamespaceProperty, _pod.Metadata.Name);
        }
        catch (Exception problem)
        {
            LogFailed(action.Key, _pod.Metadata.NamespaceProperty, _pod.Metadata.Name, problem);
            if (!_stop.IsCancellationRequested)
            {
                await Task.Delay(TransientRetry, _tools.Time, CancellationToken.None);
            }
        }

        Post(() =>
        {
            after();
            var running = _inFlight[action.Key];
            running.Remove(grace);
            if (running.Count == 0)
            {
                _inFlight.Remove(action.Key);
            }
        });
    }

    private async Task<Action> CreateSandboxAsync(PodAction.CreateSandbox create)
    {
        try
        {
            await _tools.Starter.RunSandboxAsync(_pod, create.Attempt, _stop.Token);
            return () => _failures = _failures.Remove(PodSnapshot.SandboxName);
        }
        catch (RuntimeException problem)
        {
            _tools.Events.Warning(_pod, "FailedCreatePodSandBox", $"Failed to create pod sandbox: {problem.Message}");
            var now = _tools.Time.GetUtcNow();
            return () => _failures = _failures.SetItem(
                PodSnapshot.SandboxName, new StartFailure("ContainerCreating", "", now, now + TransientRetry));
        }
    }

    private async Task<Action> StartContainerAsync(PodAction.StartContainer start)
    {
        if (_tools.State.Of(Uid).Sandbox is not { IsRunning: true } sandbox)
        {
            return static () => { };
        }

        var now = _tools.Time.GetUtcNow;
        var address = sandbox.IsHostNetwork ? _tools.Host.Current : sandbox.Address;
        try
        {
            using var preparing = CancellationTokenSource.CreateLinkedTokenSource(_preparing.Token, _stop.Token);
            await _tools.Starter.StartAsync(
                start, Fields(address), sandbox, _volumes.GetAsync, preparing.Token, _stop.Token);
            return () => _failures = _failures.Remove(start.Name);
        }
        catch (ImageException problem)
        {
            var backOff = $"Back-off pulling image \"{_pod.FindContainer(start.Name)?.Image}\"";
            return Fail(new StartFailure(problem.Reason, problem.Message, problem.At, problem.RetryAt)
            {
                BackOffReason = problem.Reason == "ErrImagePull" ? "ImagePullBackOff" : "",
                BackOffMessage = $"{backOff}: ErrImagePull: {problem.Message}",
            });
        }
        catch (StartException problem)
        {
            // A start that failed is an instance that ended: restarts, with their back-off, are the planner's.
            if (_tools.State.Of(Uid).Latest(start.Name) is { Phase: ContainerPhase.Exited } ended && ended.Attempt == start.Attempt)
            {
                return () => _failures = _failures.Remove(start.Name);
            }

            var transient = problem.InnerException is RuntimeException { IsTransient: true };
            return Fail(new StartFailure(
                problem.Reason, problem.Message, now(), now() + (transient ? TransientRetry : _tools.FirstBackOff), problem.IsConfiguration));
        }
        catch (ConfigurationException problem)
        {
            _tools.Events.Warning(_pod, "FailedMount", problem.Message);
            return Fail(new StartFailure("ContainerCreating", "", now(), now() + VolumeRetry, IsConfiguration: true));
        }

        Action Fail(StartFailure failure) => () => _failures = _failures.SetItem(start.Name, failure);
    }

    private async Task<Action> KillContainerAsync(PodAction.KillContainer kill)
    {
        var container = kill.Container;
        var isInit = container.Kind == ContainerKind.Init;
        _tools.Events.Normal(_pod, "Killing", kill.Reason, container.Name, isInit);
        var begun = _tools.Time.GetTimestamp();
        var grace = TimeSpan.FromSeconds(kill.GraceSeconds);
        if (_pod.FindContainer(container.Name) is { Lifecycle.PreStop: { } preStop } spec)
        {
            await RunPreStopAsync(preStop, spec, container, isInit, grace);
        }

        // A hook that used up the grace period leaves a little for the process itself, as kubelet does.
        var left = grace - _tools.Time.GetElapsedTime(begun);
        await _tools.Runtime.StopContainerAsync(container.Id, left > TimeSpan.FromSeconds(2) ? left : TimeSpan.FromSeconds(Math.Min(2, grace.TotalSeconds)), _stop.Token);
        await _tools.Starter.RefreshAsync(Uid, container.Id, _stop.Token);
        return () => _outcomes = _outcomes.Remove(container.Id);
    }

    private async Task RunPreStopAsync(k8s.Models.V1LifecycleHandler preStop, k8s.Models.V1Container spec, ContainerStatus container, bool isInit, TimeSpan grace)
    {
        using var limit = new CancellationTokenSource(grace, _tools.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stop.Token);
        try
        {
            var fields = Fields(_lastAddress);
            if (await _tools.Hooks.RunAsync(preStop, container.Id, fields, spec, both.Token) is { } failure)
            {
                _tools.Events.Warning(_pod, "FailedPreStopHook", $"PreStopHook failed: {failure}", container.Name, isInit);
            }
        }
        catch (OperationCanceledException) when (!_stop.IsCancellationRequested)
        {
            _tools.Events.Warning(_pod, "FailedPreStopHook", "PreStopHook failed: it did not end within the grace period", container.Name, isInit);
        }
    }

    private async Task<Action> ResizeContainerAsync(PodAction.ResizeContainer resize)
    {
        var (id, name) = (resize.Container.Id, resize.Container.Name);
        try
        {
            await _tools.Runtime.ResizeContainerAsync(id, resize.Resources, _stop.Token);
        }
        catch (RuntimeException problem)
        {
            var now = _tools.Time.GetUtcNow();
            var failure = new StartFailure("Error", problem.Message, now, now + _tools.FirstBackOff);
            return () => _failures = _failures.SetItem(PodResizing.FailureOf(name), failure);
        }

        await _tools.Starter.RefreshAsync(Uid, id, _stop.Token);
        return () =>
        {
            _failures = _failures.Remove(PodResizing.FailureOf(name));
            _resized = _resized.SetItem(id, resize.Resources);
        };
    }

    private async Task<Action> RemoveContainerAsync(string id)
    {
        await _tools.Runtime.RemoveContainerAsync(id, _stop.Token);
        _tools.State.Remove(Uid, id);
        return static () => { };
    }

    private async Task<Action> RemoveSandboxAsync(string id)
    {
        await _tools.Runtime.RemoveSandboxAsync(id, _stop.Token);
        _tools.State.Remove(Uid, id);
        return static () => { };
    }

    private async Task<Action> CleanUpAsync()
    {
        var held = _tools.State.Of(Uid);
        await Task.WhenAll(held.Containers.Select(container => RemoveContainerAsync(container.Id)));
        if (!_tools.SharesFileSystem)
        {
            // While there is a sandbox, an agent that starts anew comes here again.
            await _tools.Runtime.RemovePodStorageAsync(Uid, _stop.Token);
        }

        await Task.WhenAll(held.Sandboxes.Select(sandbox => RemoveSandboxAsync(sandbox.Id)));
        _tools.Volumes.Remove(Uid);
        _tools.Images.Forget(Uid);
        return () => _isCleanedUp = true;
    }

    private PodFields Fields(string address) => new(_pod, address, _tools.Host.Current, _tools.Allowance);

    private void RenewVolumes()
    {
        _volumes.Outdate();
        if (_inFlight.Count > 0 || _tools.State.Of(Uid).HasRunning)
        {
            Track(RefreshVolumesAsync());
        }
    }

    private async Task RefreshVolumesAsync()
    {
        try
        {
            await _volumes.GetAsync(_stop.Token);
        }
        catch (ConfigurationException problem)
        {
            // Files of something that was deleted stay as they were.
            LogNotRefreshed(_pod.Metadata.NamespaceProperty, _pod.Metadata.Name, problem.Message);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            LogLeft(_pod.Metadata.NamespaceProperty, _pod.Metadata.Name);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Action} of pod {Namespace}/{Name} was given up")]
    private partial void LogCut(string action, string @namespace, string name);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Action} of pod {Namespace}/{Name} failed")]
    private partial void LogFailed(string action, string @namespace, string name, Exception problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Volumes of pod {Namespace}/{Name} stay as they are: {Reason}")]
    private partial void LogNotRefreshed(string @namespace, string name, string reason);
}
