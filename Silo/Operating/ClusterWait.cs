using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Crescent.Security;

namespace Crescent.SiloHost.Operating;

/// <summary>Waits for a starting cluster, saying what it waits for.</summary>
internal static class ClusterWait
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Exit code 0 when all is ready, 1 when the time is up or the process has ended.</summary>
    public static async Task<int> RunAsync(string home, TlsKind tls, TimeSpan timeout, int? pid, string[] nodes, CancellationToken cancellationToken)
    {
        var time = TimeProvider.System;
        var start = time.GetTimestamp();
        var missing = "the API has not answered";
        HttpClient? client = null;
        while (time.GetElapsedTime(start) < timeout)
        {
            if (pid is { } id && !IsAlive(id))
            {
                Console.Error.WriteLine("the process ended while starting");
                return 1;
            }

            try
            {
                client ??= AdminClient.TryCreate(home, tls);
                if (client is not null && await FindMissingAsync(client, nodes, cancellationToken) is var found)
                {
                    if (found is null)
                    {
                        return 0;
                    }

                    missing = found;
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException or CryptographicException or IOException
                && !cancellationToken.IsCancellationRequested)
            {
                // The silo may be replacing its kubeconfig this moment.
                client?.Dispose();
                client = null;
                missing = exception.Message;
            }

            await Task.Delay(Interval, time, cancellationToken);
        }

        Console.Error.WriteLine($"not ready after {timeout.TotalSeconds:0} s: {missing}");
        return 1;
    }

    private static async Task<string?> FindMissingAsync(HttpClient client, string[] nodes, CancellationToken cancellationToken)
    {
        using (var answer = await client.GetAsync(new Uri("/readyz", UriKind.Relative), cancellationToken))
        {
            if (answer.StatusCode != HttpStatusCode.OK)
            {
                return $"/readyz says {(int)answer.StatusCode}";
            }
        }

        foreach (var name in nodes)
        {
            using var answer = await client.GetAsync(new Uri($"/api/v1/nodes/{name}", UriKind.Relative), cancellationToken);
            if (answer.StatusCode != HttpStatusCode.OK)
            {
                return $"node {name} has not registered";
            }

            using var document = await JsonDocument.ParseAsync(
                await answer.Content.ReadAsStreamAsync(cancellationToken), cancellationToken: cancellationToken);
            var node = NodeState.Read(document.RootElement);
            if (!node.IsReady)
            {
                return $"node {name} is not Ready ({node.Reason ?? "no condition"})";
            }
        }

        return null;
    }

    private static bool IsAlive(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
