using Crescent.Chaos.History;

namespace Crescent.Chaos.Workload;

/// <summary>One client: a random request after the other, each recorded with what it was answered.</summary>
/// <param name="number">Tells clients apart; also the key its patches set.</param>
/// <param name="servers">The same API at each server.</param>
/// <param name="options">What it does how often.</param>
/// <param name="recorder">Where it all goes.</param>
/// <param name="time">For pauses.</param>
/// <param name="seed">Of its random numbers.</param>
internal sealed class Client(
    int number, IReadOnlyList<IObjectApi> servers, WorkloadOptions options, HistoryRecorder recorder, TimeProvider time, int seed)
{
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(150);

    private readonly Random _random = new(seed);
    private readonly Dictionary<string, long> _seen = new(StringComparer.Ordinal);
    private int _tokens;

    /// <summary>Until stopped; the request under way is finished and recorded.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        for (var done = 0; done < options.OperationsPerClient && !stop.IsCancellationRequested; done++)
        {
            var operation = await StepAsync();
            var pause = operation.Outcome == OperationOutcome.Unknown ? PauseAfterFailure : options.MaxPause * _random.NextDouble();
            await Task.Delay(pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Task<Operation> StepAsync()
    {
        var name = $"o{_random.Next(options.Names)}";
        var server = _random.Next(100) < options.StrayPercent ? _random.Next(servers.Count) : number % servers.Count;
        return _random.Next(100) switch
        {
            < 18 => WriteAsync(OperationKind.Create, name, server),
            < 38 when _seen.ContainsKey(name) => WriteAsync(OperationKind.Replace, name, server),
            < 62 => WriteAsync(OperationKind.Patch, name, server),
            < 70 => SendAsync(new() { Client = number, Server = server, Kind = OperationKind.Delete, Name = name, Invoked = 0, Returned = 0, Outcome = default }),
            < 90 => SendAsync(new() { Client = number, Server = server, Kind = OperationKind.Get, Name = name, Invoked = 0, Returned = 0, Outcome = default }),
            _ => SendAsync(new() { Client = number, Server = server, Kind = OperationKind.List, Invoked = 0, Returned = 0, Outcome = default }),
        };
    }

    private Task<Operation> WriteAsync(OperationKind kind, string name, int server) => SendAsync(new()
    {
        Client = number, Server = server, Kind = kind, Name = name, Token = $"c{number}-{++_tokens}",
        Expected = kind == OperationKind.Replace ? _seen[name] : 0, Invoked = 0, Returned = 0, Outcome = default,
    });

    /// <summary>Sends what <paramref name="plan"/> says and records it.</summary>
    public async Task<Operation> SendAsync(Operation plan)
    {
        var api = servers[plan.Server];
        var invoked = recorder.Now;
        var answer = await (plan.Kind switch
        {
            OperationKind.Create => api.CreateAsync(plan.Name, plan.Token!, CancellationToken.None),
            OperationKind.Replace => api.ReplaceAsync(plan.Name, plan.Token!, plan.Expected, CancellationToken.None),
            OperationKind.Patch => api.PatchAsync(plan.Name, $"p{number}", plan.Token!, CancellationToken.None),
            OperationKind.Delete => api.DeleteAsync(plan.Name, CancellationToken.None),
            OperationKind.Get => api.GetAsync(plan.Name, CancellationToken.None),
            _ => api.ListAsync(CancellationToken.None),
        });
        var operation = plan with
        {
            Invoked = invoked, Returned = recorder.Now, Outcome = answer.Outcome, State = answer.State, ListVersion = answer.ListVersion,
            Items = answer.Items, Problem = answer.Problem,
        };
        recorder.Add(operation);
        if (operation.State is { Version: > 0 } state)
        {
            _seen[state.Name] = state.Version;
        }

        return operation;
    }
}
