using System.Net.Sockets;
using Crescent.NodeAgent.Pods;
using Crescent.NodeAgent.Runtimes;
using k8s.Models;

namespace Crescent.NodeAgent.Probes;

/// <summary>Carries out single probes.</summary>
internal sealed class Prober(IContainerRuntime runtime, ProbeHttp http, TimeProvider time)
{
    /// <summary>One probe within its own timeout; never throws but for cancellation.</summary>
    public async Task<ProbeResult> ProbeAsync(V1Probe probe, V1Container container, string containerId, string podAddress, CancellationToken cancellationToken = default)
    {
        var timeout = TimeSpan.FromSeconds(probe.TimeoutSeconds is > 0 and { } seconds ? seconds : 1);
        using var limit = new CancellationTokenSource(timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            if (probe.Exec?.Command is { Count: > 0 } command)
            {
                var (code, output) = await HookRunner.ExecAsync(runtime, containerId, command, both.Token);
                return code == 0 ? ProbeResult.Success : ProbeResult.Failure(output);
            }

            if (probe.HttpGet is { } get)
            {
                return await http.GetAsync(get, container, podAddress, both.Token);
            }

            if (probe.TcpSocket is { } tcp)
            {
                return await ConnectAsync(tcp, container, podAddress, both.Token);
            }

            return ProbeResult.Success;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ProbeResult.Failure(probe.Exec is not null
                ? $"command timed out: \"{string.Join(' ', probe.Exec.Command ?? [])}\" timed out after {timeout.TotalSeconds:0}s"
                : $"{(probe.HttpGet is not null ? "Get" : "dial tcp")}: context deadline exceeded (Client.Timeout exceeded while awaiting headers)");
        }
        catch (RuntimeException problem)
        {
            return ProbeResult.Failure(problem.Message);
        }
    }

    private static async Task<ProbeResult> ConnectAsync(V1TCPSocketAction tcp, V1Container container, string podAddress, CancellationToken cancellationToken)
    {
        if (ProbePorts.Find(tcp.Port, container) is not { } port)
        {
            return ProbeResult.Failure($"couldn't find port: {tcp.Port?.Value}");
        }

        var host = tcp.Host is { Length: > 0 } given ? given : podAddress;
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(host, port, cancellationToken);
            return ProbeResult.Success;
        }
        catch (SocketException problem)
        {
            return ProbeResult.Failure(ProbeHttp.Cause(problem, $"{host}:{port}"));
        }
    }
}
