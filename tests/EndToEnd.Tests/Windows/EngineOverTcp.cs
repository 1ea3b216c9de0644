using System.Net;
using System.Net.Sockets;

namespace Crescent.EndToEnd.Tests.Windows;

/// <summary>Offers the local Docker engine's Unix socket on a loopback port, as an engine that listens on TCP would.</summary>
internal sealed class EngineOverTcp : IAsyncDisposable
{
    private static readonly string EngineSocket =
        Uri.TryCreate(Environment.GetEnvironmentVariable("DOCKER_HOST"), UriKind.Absolute, out var named) && named.Scheme == "unix"
            ? named.AbsolutePath
            : "/var/run/docker.sock";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;

    public EngineOverTcp()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Endpoint => $"tcp://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ForwardAsync(await _listener.AcceptTcpClientAsync(_stopping.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ForwardAsync(TcpClient client)
    {
        using (client)
        using (var engine = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            try
            {
                await engine.ConnectAsync(new UnixDomainSocketEndPoint(EngineSocket), _stopping.Token);
                await using var engineStream = new NetworkStream(engine);
                var clientStream = client.GetStream();
                await Task.WhenAll(
                    CopyAsync(clientStream, engineStream, () => engine.Shutdown(SocketShutdown.Send)),
                    CopyAsync(engineStream, clientStream, () => client.Client.Shutdown(SocketShutdown.Send)));
            }
            catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
            {
                // One side hung up: so does the other.
            }
        }
    }

    /// <summary>Half-closing matters: attach and exec end their input that way.</summary>
    private async Task CopyAsync(Stream from, Stream to, Action end)
    {
        await from.CopyToAsync(to, _stopping.Token);
        end();
    }
}
