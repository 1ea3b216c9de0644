using System.Net.Security;
using System.Net.Sockets;
using k8s.Models;

namespace Crescent.NodeAgent.Probes;

/// <summary>HTTP requests of probes and hooks: a fresh connection each, no proxy, certificates are not checked, redirects are not followed to other hosts.</summary>
internal sealed class ProbeHttp : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        PooledConnectionLifetime = TimeSpan.Zero,
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = static (_, _, _, _) => true },
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public async Task<ProbeResult> GetAsync(V1HTTPGetAction get, V1Container container, string podAddress, CancellationToken cancellationToken = default)
    {
        if (ProbePorts.Find(get.Port, container) is not { } port)
        {
            return ProbeResult.Failure($"couldn't find port: {get.Port?.Value}");
        }

        var host = get.Host is { Length: > 0 } given ? given : podAddress;
        var scheme = string.Equals(get.Scheme, "HTTPS", StringComparison.OrdinalIgnoreCase) ? "https" : "http";
        var path = get.Path is { Length: > 0 } some ? some : "/";
        var uri = new Uri($"{scheme}://{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}:{port}{(path.StartsWith('/') ? "" : "/")}{path}");
        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        request.Headers.ConnectionClose = true;
        request.Headers.TryAddWithoutValidation("User-Agent", "kube-probe/1.33");
        request.Headers.TryAddWithoutValidation("Accept", "*/*");
        foreach (var header in get.HttpHeaders ?? [])
        {
            request.Headers.Remove(header.Name);
            request.Headers.TryAddWithoutValidation(header.Name, header.Value);
        }

        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return (int)response.StatusCode is >= 200 and < 400
                ? ProbeResult.Success
                : ProbeResult.Failure($"HTTP probe failed with statuscode: {(int)response.StatusCode}");
        }
        catch (HttpRequestException problem)
        {
            return ProbeResult.Failure($"Get \"{uri}\": {Cause(problem, $"{host}:{port}")}");
        }
    }

    public void Dispose() => _client.Dispose();

    internal static string Cause(Exception problem, string target) => problem.GetBaseException() is SocketException socket
        ? $"dial tcp {target}: connect: {socket.SocketErrorCode switch
        {
            SocketError.ConnectionRefused => "connection refused",
            SocketError.HostUnreachable => "no route to host",
            SocketError.NetworkUnreachable => "network is unreachable",
            _ => socket.Message,
        }}"
        : problem.GetBaseException().Message;
}
