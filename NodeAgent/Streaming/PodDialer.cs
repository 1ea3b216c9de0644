using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Crescent.NodeAgent.Assignments;
using Crescent.NodeAgent.Pods;
using Crescent.NodeAgent.Runtimes;

namespace Crescent.NodeAgent.Streaming;

/// <summary>Connects to ports of this node's pods.</summary>
internal sealed class PodDialer(AssignmentState assignments, RuntimeState state, IHostAddress host, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <param name="podNamespace">Namespace of the pod.</param>
    /// <param name="podName">Its name.</param>
    /// <param name="port">TCP port.</param>
    /// <param name="atPodAddress">
    /// False: <c>localhost</c> inside the pod, where port-forward goes; true: the pod's address, as from another pod.
    /// </param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">Nobody listens, or the pod does not run.</exception>
    public async Task<Socket> ConnectAsync(string podNamespace, string podName, int port, bool atPodAddress, CancellationToken cancellationToken)
    {
        if (assignments.Find(podNamespace, podName) is not { } pod || state.Of(pod.Uid).Sandbox is not { IsRunning: true } sandbox)
        {
            throw new IOException($"pod \"{podName}\" does not run on this node");
        }

        using var deadline = new CancellationTokenSource(Patience, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            if (atPodAddress)
            {
                var address = sandbox.IsHostNetwork || sandbox.Address.Length == 0 ? host.Current : sandbox.Address;
                return await ConnectAsync(new Socket(SocketType.Stream, ProtocolType.Tcp), IPAddress.Parse(address), port, linked.Token);
            }

            return await ConnectInsideAsync(sandbox, port, linked.Token);
        }
        catch (SocketException problem)
        {
            throw new IOException(Explain(sandbox, port, atPodAddress, problem.Message), problem);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new IOException(Explain(sandbox, port, atPodAddress, "i/o timeout"));
        }
    }

    private static async Task<Socket> ConnectInsideAsync(SandboxStatus sandbox, int port, CancellationToken cancellationToken)
    {
        if (sandbox.IsHostNetwork)
        {
            return await ConnectLocalhostAsync(static family => Task.FromResult(new Socket(family, SocketType.Stream, ProtocolType.Tcp)), port, cancellationToken);
        }

        // Where the engine is on another machine its processes are not ours, and only the pod's address is left.
        return OperatingSystem.IsLinux() && IsProcessOf(sandbox)
            ? await ConnectLocalhostAsync(family => OperatingSystem.IsLinux() ? NetworkNamespace.CreateSocketAsync(sandbox.ProcessId, family) : throw new PlatformNotSupportedException(), port, cancellationToken)
            : await ConnectAsync(new Socket(SocketType.Stream, ProtocolType.Tcp), IPAddress.Parse(sandbox.Address), port, cancellationToken);
    }

    private static async Task<Socket> ConnectLocalhostAsync(Func<AddressFamily, Task<Socket>> create, int port, CancellationToken cancellationToken)
    {
        try
        {
            return await ConnectAsync(await create(AddressFamily.InterNetwork), IPAddress.Loopback, port, cancellationToken);
        }
        catch (SocketException) when (Socket.OSSupportsIPv6)
        {
            try
            {
                return await ConnectAsync(await create(AddressFamily.InterNetworkV6), IPAddress.IPv6Loopback, port, cancellationToken);
            }
            catch (SocketException problem) when (problem.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported)
            {
                throw new SocketException((int)SocketError.ConnectionRefused);
            }
        }
    }

    private static async Task<Socket> ConnectAsync(Socket socket, IPAddress address, int port, CancellationToken cancellationToken)
    {
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, port), cancellationToken);
            socket.NoDelay = true;
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The process number may mean something else where this program and the engine see different processes.</summary>
    private static bool IsProcessOf(SandboxStatus sandbox)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"/proc/{sandbox.ProcessId}/cgroup");
        try
        {
            return sandbox.ProcessId > 0 && File.ReadAllText(path).Contains(sandbox.Id, StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static string Explain(SandboxStatus sandbox, int port, bool atPodAddress, string problem)
    {
        var number = port.ToString(CultureInfo.InvariantCulture);
        return atPodAddress
            ? $"dial tcp {sandbox.Address}:{number}: connect: {problem.ToLowerInvariant()}"
            : $"failed to connect to localhost:{number} inside namespace \"{sandbox.Id}\": dial tcp 127.0.0.1:{number}: connect: {problem.ToLowerInvariant()}";
    }
}
