using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Crescent.Chaos.History;

namespace Crescent.Chaos.Workload;

/// <summary>
/// ConfigMaps over HTTP/2, which never sends a request twice on its own unless the server said that it did not look at it.
/// </summary>
internal sealed class HttpObjectApi(HttpClient http, string space, TimeSpan timeout) : IObjectApi
{
    private readonly string _path = $"/api/v1/namespaces/{space}/configmaps";

    public Task<Answer> CreateAsync(string name, string token, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, _path, ConfigMapJson.Create(name, token), "application/json", cancellationToken);

    public Task<Answer> ReplaceAsync(string name, string token, long expected, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Put, $"{_path}/{name}", ConfigMapJson.Replace(name, token, expected), "application/json", cancellationToken);

    public Task<Answer> PatchAsync(string name, string key, string token, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Patch, $"{_path}/{name}", ConfigMapJson.Patch(key, token), "application/merge-patch+json", cancellationToken);

    public Task<Answer> DeleteAsync(string name, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, $"{_path}/{name}", null, null, cancellationToken);

    public Task<Answer> GetAsync(string name, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, $"{_path}/{name}", null, null, cancellationToken);

    public Task<Answer> ListAsync(CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, _path, null, null, cancellationToken);

    /// <summary>A list that may be behind: any server answers it from its own memory.</summary>
    public Task<Answer> ListCachedAsync(CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, $"{_path}?resourceVersion=0", null, null, cancellationToken);

    public async IAsyncEnumerable<WatchFrame> WatchAsync(long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var version = after.ToString(CultureInfo.InvariantCulture);
        var request = new HttpRequestMessage(HttpMethod.Get, $"{_path}?watch=true&allowWatchBookmarks=true&resourceVersion={version}");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(timeout);
        var response = await TryAsync(() => http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token), cancellationToken);
        if (response is null)
        {
            yield break;
        }

        using (response)
        {
            if (!response.IsSuccessStatusCode)
            {
                if (response.StatusCode == HttpStatusCode.Gone)
                {
                    yield return WatchFrame.Expired;
                }

                yield break;
            }

            patience.CancelAfter(Timeout.InfiniteTimeSpan);
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
            while (await TryAsync(() => reader.ReadLineAsync(cancellationToken).AsTask(), cancellationToken) is { } line)
            {
                // A connection that breaks in the middle of a line ends the stream there.
                if (line.EndsWith('}') && TryRead(line) is { } frame)
                {
                    yield return frame;
                }
                else
                {
                    yield break;
                }
            }
        }
    }

    private static WatchFrame? TryRead(string line)
    {
        try
        {
            return ConfigMapJson.ReadFrame(line);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Null when the connection failed.</summary>
    private static async Task<T?> TryAsync<T>(Func<Task<T>> run, CancellationToken cancellationToken)
        where T : class?
    {
        try
        {
            return await run();
        }
        catch (Exception exception) when (IsLoss(exception) && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private static bool IsLoss(Exception exception) => IsBroken(exception) || exception is OperationCanceledException;

    /// <summary>A peer that dies right after it accepted shows itself as a bare socket error.</summary>
    private static bool IsBroken(Exception exception) => exception is HttpRequestException or IOException or SocketException;

    private async Task<Answer> SendAsync(HttpMethod method, string path, string? body, string? contentType, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(timeout);
        try
        {
            using var request = new HttpRequestMessage(method, path);
            if (body is not null)
            {
                request.Content = new StringContent(body, Encoding.UTF8) { Headers = { ContentType = new(contentType!) } };
            }

            using var response = await http.SendAsync(request, patience.Token);
            return Read(method, response.StatusCode, await response.Content.ReadAsByteArrayAsync(patience.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Answer.Unknown($"no answer within {timeout.TotalSeconds} s");
        }
        catch (Exception exception) when (IsBroken(exception))
        {
            return Answer.Unknown($"{exception.Message} {exception.InnerException?.Message}");
        }
    }

    private static Answer Read(HttpMethod method, HttpStatusCode code, byte[] body)
    {
        if ((int)code >= 500)
        {
            return Answer.Unknown($"{(int)code} {MessageOf(body)}");
        }

        using var document = JsonDocument.Parse(body);
        var root = document.RootElement;
        if ((int)code >= 400)
        {
            return new(OutcomeOf(code, root.GetProperty("reason").GetString())) { Problem = $"{(int)code} {MessageOf(body)}" };
        }

        if (root.TryGetProperty("items", out var items))
        {
            return new(OperationOutcome.Succeeded)
            {
                ListVersion = ConfigMapJson.VersionOf(root.GetProperty("metadata")), Items = [.. items.EnumerateArray().Where(ConfigMapJson.IsOurs).Select(ConfigMapJson.Read)],
            };
        }

        if (method == HttpMethod.Delete)
        {
            var details = root.GetProperty("details");
            var none = new Dictionary<string, string>(StringComparer.Ordinal);
            return new(OperationOutcome.Succeeded)
            {
                State = new(details.GetProperty("name").GetString()!, 0, details.GetProperty("uid").GetString()!, none),
            };
        }

        return new(OperationOutcome.Succeeded) { State = ConfigMapJson.Read(root) };
    }

    private static OperationOutcome OutcomeOf(HttpStatusCode code, string? reason) => code switch
    {
        HttpStatusCode.NotFound => OperationOutcome.Absent,
        HttpStatusCode.Conflict when reason == "AlreadyExists" => OperationOutcome.Present,
        HttpStatusCode.Conflict => OperationOutcome.Conflicting,
        _ => OperationOutcome.Refused,
    };

    private static string MessageOf(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.GetProperty("message").GetString() ?? "";
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return Encoding.UTF8.GetString(body);
        }
    }
}
