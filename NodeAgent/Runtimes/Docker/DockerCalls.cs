using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Docker.DotNet;

namespace Crescent.NodeAgent.Runtimes.Docker;

/// <summary>Every call to the engine: bounded in time, its failures turned into <see cref="RuntimeException"/>s with the engine's words.</summary>
internal sealed class DockerCalls(IDockerClient engine, TimeSpan timeout, TimeProvider time)
{
    public IDockerClient Engine { get; } = engine;

    public Task<T> AskAsync<T>(Func<IDockerClient, CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        AskAsync(call, timeout, cancellationToken);

    public async Task<T> AskAsync<T>(Func<IDockerClient, CancellationToken, Task<T>> call, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await call(Engine, both.Token);
        }
        catch (OperationCanceledException problem) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RuntimeException($"the engine did not answer within {limit.TotalSeconds:0} s", isTransient: true, problem);
        }
        catch (DockerApiException problem)
        {
            throw Translate(problem);
        }
        catch (Exception problem) when (IsOutOfReach(problem) || IsOutOfReach(problem.GetBaseException()))
        {
            // The client may wrap what happens while it connects.
            throw new RuntimeException($"cannot reach the container engine: {problem.GetBaseException().Message}", isTransient: true, problem);
        }
    }

    /// <summary>As <see cref="AskAsync{T}(Func{IDockerClient, CancellationToken, Task{T}}, CancellationToken)"/>; null when the thing does not exist.</summary>
    public Task<T?> FindAsync<T>(Func<IDockerClient, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
        where T : class =>
        FindAsync(call, timeout, cancellationToken);

    public async Task<T?> FindAsync<T>(Func<IDockerClient, CancellationToken, Task<T>> call, TimeSpan limit, CancellationToken cancellationToken)
        where T : class =>
        await AskAsync<T?>(
            async (client, token) =>
            {
                try
                {
                    return await call(client, token);
                }
                catch (DockerApiException problem) when (problem.StatusCode == HttpStatusCode.NotFound)
                {
                    return null;
                }
            },
            limit,
            cancellationToken);

    public Task TellAsync(Func<IDockerClient, CancellationToken, Task> call, CancellationToken cancellationToken) =>
        AskAsync(
            async (client, token) =>
            {
                await call(client, token);
                return true;
            },
            cancellationToken);

    public static RuntimeException Translate(DockerApiException problem) =>
        new(MessageOf(problem), (int)problem.StatusCode is 503 or 504, problem);

    private static bool IsOutOfReach(Exception problem) => problem is HttpRequestException or SocketException or IOException or TimeoutException;

    /// <summary>The engine answers <c>{"message":"…"}</c>.</summary>
    public static string MessageOf(DockerApiException problem)
    {
        try
        {
            using var document = JsonDocument.Parse(problem.ResponseBody ?? "");
            return document.RootElement.TryGetProperty("message", out var message) ? message.GetString() ?? problem.Message : problem.Message;
        }
        catch (JsonException)
        {
            return problem.ResponseBody is { Length: > 0 } body ? body.Trim() : problem.Message;
        }
    }
}
