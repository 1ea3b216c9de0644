using System.Net;
using System.Text.Json;
using Crescent.Security;

namespace Crescent.SiloHost.Operating;

/// <summary>Prints how a cluster is.</summary>
internal static class ClusterStatus
{
    /// <summary>Exit code 0 when the API is ready and every node is, else 1.</summary>
    public static async Task<int> RunAsync(string home, TlsKind tls, CancellationToken cancellationToken)
    {
        using var client = AdminClient.TryCreate(home, tls);
        if (client is null)
        {
            Console.Error.WriteLine($"no cluster has been started in {home}");
            return 1;
        }

        try
        {
            return await PrintAsync(client, home, cancellationToken);
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException
            && !cancellationToken.IsCancellationRequested)
        {
            Console.WriteLine($"API        {client.BaseAddress} does not answer: {exception.Message}");
            return 1;
        }
    }

    private static async Task<int> PrintAsync(HttpClient client, string home, CancellationToken cancellationToken)
    {
        using var ready = await client.GetAsync(new Uri("/readyz", UriKind.Relative), cancellationToken);
        var isGood = ready.StatusCode == HttpStatusCode.OK;
        Console.WriteLine($"API        {client.BaseAddress} {(isGood ? "ready" : $"not ready ({(int)ready.StatusCode})")}");
        using var answer = await client.GetAsync(new Uri("/api/v1/nodes", UriKind.Relative), cancellationToken);
        if (answer.StatusCode == HttpStatusCode.OK)
        {
            using var list = await JsonDocument.ParseAsync(
                await answer.Content.ReadAsStreamAsync(cancellationToken), cancellationToken: cancellationToken);
            foreach (var node in list.RootElement.GetProperty("items").EnumerateArray().Select(NodeState.Read))
            {
                isGood &= node.IsReady;
                Console.WriteLine($"node       {node.Name} {(node.IsReady ? "Ready" : $"NotReady ({node.Reason})")} {node.Address}");
            }
        }

        Console.WriteLine($"kubeconfig {Path.Combine(home, "kubeconfig")}");
        var token = Path.Combine(home, "dashboard-token");
        if (File.Exists(token))
        {
            var secret = (await File.ReadAllTextAsync(token, cancellationToken)).Trim();
            Console.WriteLine($"dashboard  {client.BaseAddress}dashboard?token={secret}");
        }

        return isGood ? 0 : 1;
    }
}
