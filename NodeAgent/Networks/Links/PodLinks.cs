using System.Collections.Concurrent;
using System.ComponentModel;
using System.Globalization;
using Crescent.NodeAgent.Runtimes;
using Microsoft.Extensions.Logging;

namespace Crescent.NodeAgent.Networks.Links;

/// <summary>
/// Attaches sandboxes to the node's bridge through the kernel's routing socket. An engine does the same with several processes per
/// sandbox, which is most of the work of starting one.
/// </summary>
internal sealed partial class PodLinks(ILogger<PodLinks> logger)
{
    private const int Exists = 17;

    private readonly ConcurrentDictionary<string, Lazy<Task>> _underWay = new(StringComparer.Ordinal);
    private volatile bool _isRefused = !MayTry();

    /// <summary>False where the agent lacks the right, was refused once, or the platform has no such thing; then the engine attaches sandboxes.</summary>
    public bool CanAttach => !_isRefused;

    /// <summary>Attaches a running sandbox unless it is; safe to be called by several at a time.</summary>
    /// <param name="sandboxId">The engine's id of the sandbox.</param>
    /// <param name="processId">Process that owns the sandbox's network, as this process sees it.</param>
    /// <param name="link">How it is attached.</param>
    /// <exception cref="RuntimeException">It could not be attached.</exception>
    public async Task EnsureAsync(string sandboxId, long processId, PodLink link)
    {
        var attaching = _underWay.GetOrAdd(sandboxId, id => new Lazy<Task>(() => EnsureOnceAsync(id, processId, link)));
        try
        {
            await attaching.Value;
        }
        finally
        {
            _underWay.TryRemove(new(sandboxId, attaching));
        }
    }

    /// <summary>CAP_NET_ADMIN and CAP_SYS_ADMIN: interfaces, and entering a sandbox's network.</summary>
    private static bool MayTry()
    {
        const ulong Needed = (1ul << 12) | (1ul << 21);
        const string Effective = "CapEff:";
        return OperatingSystem.IsLinux()
            && File.ReadLines("/proc/self/status").FirstOrDefault(static line => line.StartsWith(Effective, StringComparison.Ordinal)) is { } line
            && ulong.TryParse(line.AsSpan(Effective.Length).Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var rights)
            && (rights & Needed) == Needed;
    }

    private async Task EnsureOnceAsync(string sandboxId, long processId, PodLink link)
    {
        try
        {
            if (IsAttached(processId))
            {
                return;
            }

            if (!Owns(processId, sandboxId))
            {
                _isRefused = true;
                throw new InvalidOperationException($"process {processId} of the engine is another one here");
            }

            // A thread that entered another network is not given back to the pool.
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            new Thread(() => Run(done, processId, link), maxStackSize: 256 * 1024) { IsBackground = true, Name = "Pod link" }.Start();
            await done.Task;
        }
        catch (Exception problem) when (problem is Win32Exception or IOException or InvalidOperationException or UnauthorizedAccessException)
        {
            _isRefused |= problem is UnauthorizedAccessException or Win32Exception { NativeErrorCode: 1 or 13 };
            if (_isRefused)
            {
                LogRefused(problem);
            }

            throw new RuntimeException($"the sandbox could not be attached to the network: {problem.Message}", isTransient: true, problem);
        }
    }

    private static void Run(TaskCompletionSource done, long processId, PodLink link)
    {
        try
        {
            Attach(processId, link);
            done.SetResult();
        }
        catch (Exception problem)
        {
            done.SetException(problem);
        }
    }

    private static void Attach(long processId, PodLink link)
    {
        const int Loopback = 1;
        var bridge = NetlinkSocket.IndexOf(link.Bridge);
        if (bridge == 0)
        {
            throw new InvalidOperationException($"there is no bridge {link.Bridge}");
        }

        using (var host = new NetlinkSocket())
        {
            var pair = NetlinkRequest.VirtualPair(link, bridge, processId);
            if (host.TryAsk(pair) is var error and not 0)
            {
                if (error != Exists)
                {
                    throw new Win32Exception(error);
                }

                // An attempt that was cut short, or a network that is about to go: the address is this sandbox's now.
                host.TryAsk(NetlinkRequest.Remove(link.HostInterface));
                host.Ask(pair, "make the interfaces");
            }

            host.Ask(NetlinkRequest.Hairpin(NetlinkSocket.IndexOf(link.HostInterface)), "set the bridge port");
        }

        NetlinkSocket.Enter(processId);
        using var pod = new NetlinkSocket();
        var index = NetlinkSocket.IndexOf("eth0");
        pod.Ask(NetlinkRequest.SwitchOn(Loopback), "switch lo on");
        pod.Ask(NetlinkRequest.SwitchOn(index), "switch eth0 on");
        pod.Ask(NetlinkRequest.Address(index, link.Address, link.PrefixLength), "set the address");
        pod.Ask(NetlinkRequest.DefaultRoute(index, link.Gateway), "set the route"); // Last: by it a complete link is known.
    }

    /// <summary>Whether the default route, the last thing made, is there.</summary>
    private static bool IsAttached(long processId) => File.ReadLines($"/proc/{processId}/net/route")
        .Any(static line => line.StartsWith("eth0\t00000000\t", StringComparison.Ordinal));

    /// <summary>The engine may count processes in another namespace than this agent; control groups carry the sandbox's id.</summary>
    private static bool Owns(long processId, string sandboxId) =>
        File.ReadAllText($"/proc/{processId}/cgroup").Contains(sandboxId, StringComparison.Ordinal);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The agent may not attach sandboxes to the network; the engine does it from now on")]
    private partial void LogRefused(Exception problem);
}
