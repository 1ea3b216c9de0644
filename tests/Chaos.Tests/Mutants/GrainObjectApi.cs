using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Crescent.Chaos.History;
using Crescent.Chaos.Workload;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Testing.Resources;
using Crescent.Watching;
using Microsoft.Extensions.DependencyInjection;

namespace Crescent.Chaos.Tests.Mutants;

/// <summary>The core of one silo in this process, without HTTP in between.</summary>
internal sealed class GrainObjectApi(IServiceProvider silo) : IObjectApi
{
    private const string Space = "default";

    private readonly IGrainFactory _grains = silo.GetRequiredService<IGrainFactory>();
    private readonly IResourceCache _cache = silo.GetRequiredService<IResourceCaches>().Get(KnownTypes.ConfigMaps);

    public Task<Answer> CreateAsync(string name, string token, CancellationToken cancellationToken) => AskAsync(async () => Of(
        await Grain(name).CreateAsync(new() { Context = ResourceBodies.Context, Body = Bytes(name, ConfigMapJson.Create(name, token)) }, cancellationToken)));

    public Task<Answer> ReplaceAsync(string name, string token, long expected, CancellationToken cancellationToken) => AskAsync(async () => Of(
        await Grain(name).ReplaceAsync(
            new() { Context = ResourceBodies.Context, Body = Bytes(name, ConfigMapJson.Replace(name, token, expected)) }, cancellationToken)));

    public Task<Answer> PatchAsync(string name, string key, string token, CancellationToken cancellationToken) => AskAsync(async () => Of(
        await Grain(name).PatchAsync(ResourceBodies.Patch(ConfigMapJson.Patch(key, token)), cancellationToken)));

    public Task<Answer> DeleteAsync(string name, CancellationToken cancellationToken) => AskAsync(async () =>
    {
        var answer = Of(await Grain(name).DeleteAsync(ResourceBodies.Delete(), cancellationToken));
        return answer.State is { } state ? answer with { State = state with { Version = 0 } } : answer;
    });

    public Task<Answer> GetAsync(string name, CancellationToken cancellationToken) => AskAsync(async () =>
        await Grain(name).GetAsync(cancellationToken) is { } snapshot
            ? new(OperationOutcome.Succeeded) { State = StateOf(snapshot) }
            : new(OperationOutcome.Absent));

    public Task<Answer> ListAsync(CancellationToken cancellationToken) => AskAsync(async () =>
    {
        var view = await _cache.GetConsistentAsync(cancellationToken);
        return new(OperationOutcome.Succeeded) { ListVersion = view.Version.Value, Items = [.. view.Enumerate().Select(StateOf)] };
    });

    public async IAsyncEnumerable<WatchFrame> WatchAsync(long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await _cache.WaitForAsync(new(after), cancellationToken);
        using var subscription = _cache.Subscribe(new(after));
        if (subscription is null)
        {
            yield return WatchFrame.Expired;
            yield break;
        }

        while (true)
        {
            foreach (var change in await subscription.ReadAsync(cancellationToken))
            {
                var kind = change.Kind switch
                {
                    ResourceEventKind.Added => WatchEventKind.Added,
                    ResourceEventKind.Deleted => WatchEventKind.Deleted,
                    _ => WatchEventKind.Modified,
                };
                yield return WatchFrame.Of(kind, StateOf(change.Current));
            }
        }
    }

    private static ObjectState StateOf(ResourceSnapshot snapshot)
    {
        using var document = JsonDocument.Parse(snapshot.Body);
        return ConfigMapJson.Read(document.RootElement);
    }

    private static byte[] Bytes(string name, string json) =>
        Encoding.UTF8.GetBytes(json.Replace($"\"name\":\"{name}\"", $"\"name\":\"{name}\",\"namespace\":\"{Space}\"", StringComparison.Ordinal));

    private static Answer Of(MutationResult result) => result.Error is not { } error
        ? new(OperationOutcome.Succeeded) { State = StateOf(result.Snapshot!) }
        : error.Code switch
        {
            404 => new(OperationOutcome.Absent),
            409 when error.Reason == "AlreadyExists" => new(OperationOutcome.Present),
            409 => new(OperationOutcome.Conflicting),
            _ => Answer.Unknown(error.Message),
        };

    private static async Task<Answer> AskAsync(Func<Task<Answer>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception exception) when (exception is OrleansException or TimeoutException or StorageUnavailableException)
        {
            return Answer.Unknown(exception.Message);
        }
    }

    private ResourceReference Grain(string name) => _grains.GetResourceGrain(new(KnownTypes.ConfigMaps, Space, name));
}
