using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Crescent.NodeAgent.Pods;
using Crescent.NodeAgent.Runtimes;
using Microsoft.Extensions.Options;

namespace Crescent.NodeAgent.Stats;

/// <summary>Capacity, system information, images and conditions of this node, as kubelet reports them.</summary>
internal sealed class NodeStatusSource(
    IContainerRuntime runtime, RuntimeMonitor monitor, MachineReader machine, NodeCapacity capacity, IOptions<PodOptions> options, TimeProvider time) : INodeStatusSource
{
    private const long ReservedMemory = 100L * 1024 * 1024;
    private const decimal UsableStorage = 0.9m;
    private const int MaxImages = 50;
    private const string KubeletVersion = "v1.33.1";

    /// <summary>As kubelet reports its images.</summary>
    private static readonly TimeSpan AskPeriod = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, (bool Holds, DateTimeOffset Since)> _conditions = new(StringComparer.Ordinal);
    private RuntimeInfo? _info;
    private ImmutableArray<ImageStatus> _images = [];
    private long? _askedAt;

    public async Task<JsonObject> GetStatusAsync(CancellationToken cancellationToken = default)
    {
        var problem = await AskEngineAsync(cancellationToken);

        var cpus = _info?.CpuCount ?? Environment.ProcessorCount;
        var memory = _info?.MemoryBytes ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        var (used, storage) = machine.ReadFileSystem();
        var usable = (long)(Math.Max(0, storage) * UsableStorage);
        capacity.Current = new NodeAllowance(cpus, memory - ReservedMemory, usable);
        return new JsonObject
        {
            ["capacity"] = Amounts(cpus, memory, Math.Max(0, storage) / 1024 + "Ki"),
            ["allocatable"] = Amounts(cpus, memory - ReservedMemory, usable.ToString(CultureInfo.InvariantCulture)),
            ["conditions"] = Conditions(problem, used, storage),
            ["nodeInfo"] = NodeInfo(),
            ["images"] = Images(_images),
        };
    }

    /// <summary>What keeps the node from running pods, empty when nothing does. An engine that answered and whose events flow is not asked each time.</summary>
    private async Task<string> AskEngineAsync(CancellationToken cancellationToken)
    {
        if (_askedAt is not { } asked || !monitor.IsHealthy || time.GetElapsedTime(asked) >= AskPeriod)
        {
            _askedAt = null;
            try
            {
                _info ??= await runtime.GetInfoAsync(cancellationToken);
                _images = await runtime.ListImagesAsync(cancellationToken);
                _askedAt = time.GetTimestamp();
            }
            catch (RuntimeException failure)
            {
                _images = [];
                return failure.Message;
            }
        }

        return _info!.OsType == "linux" ? "" : $"the engine runs {_info.OsType} containers, only linux is supported";
    }

    private JsonObject Amounts(long cpus, long memory, string storage) => new()
    {
        ["cpu"] = cpus.ToString(CultureInfo.InvariantCulture),
        ["ephemeral-storage"] = storage,
        ["hugepages-1Gi"] = "0",
        ["hugepages-2Mi"] = "0",
        ["memory"] = string.Create(CultureInfo.InvariantCulture, $"{memory / 1024}Ki"),
        ["pods"] = options.Value.MaxPods.ToString(CultureInfo.InvariantCulture),
    };

    private JsonArray Conditions(string problem, long used, long storage)
    {
        const long LeastMemory = 100L * 1024 * 1024;
        var available = MachineReader.AvailableMemory();
        var memoryPressure = available is >= 0 and < LeastMemory;
        var diskPressure = storage > 0 && storage - used < storage / 10;
        var isReady = problem.Length == 0 && (monitor.IsHealthy || _info is not null);
        return new JsonArray(
            Condition("MemoryPressure", memoryPressure, memoryPressure ? "KubeletHasInsufficientMemory" : "KubeletHasSufficientMemory", memoryPressure ? "kubelet has insufficient memory available" : "kubelet has sufficient memory available"),
            Condition("DiskPressure", diskPressure, diskPressure ? "KubeletHasDiskPressure" : "KubeletHasNoDiskPressure", diskPressure ? "kubelet has disk pressure" : "kubelet has no disk pressure"),
            Condition("PIDPressure", false, "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
            isReady
                ? Condition("Ready", true, "KubeletReady", "kubelet is posting ready status")
                : Condition("Ready", false, "KubeletNotReady", $"container runtime is down: {(problem.Length > 0 ? problem : monitor.Problem)}"));
    }

    private JsonObject Condition(string type, bool holds, string reason, string message)
    {
        var now = time.GetUtcNow();
        if (!_conditions.TryGetValue(type, out var known) || known.Holds != holds)
        {
            _conditions[type] = known = (holds, now);
        }

        return new JsonObject
        {
            ["type"] = type,
            ["status"] = holds ? "True" : "False",
            ["lastHeartbeatTime"] = Time(now),
            ["lastTransitionTime"] = Time(known.Since),
            ["reason"] = reason,
            ["message"] = message,
        };
    }

    private JsonObject NodeInfo() => new()
    {
        ["machineID"] = ReadLine("/etc/machine-id"),
        ["systemUUID"] = ReadLine("/sys/class/dmi/id/product_uuid"),
        ["bootID"] = ReadLine("/proc/sys/kernel/random/boot_id"),
        ["kernelVersion"] = _info?.KernelVersion ?? "",
        ["osImage"] = _info?.OperatingSystem ?? System.Runtime.InteropServices.RuntimeInformation.OSDescription,
        ["containerRuntimeVersion"] = $"{runtime.Scheme}://{_info?.Version}",
        ["kubeletVersion"] = KubeletVersion,
        ["kubeProxyVersion"] = KubeletVersion,
        ["operatingSystem"] = _info?.OsType ?? (OperatingSystem.IsWindows() ? "windows" : "linux"),
        ["architecture"] = _info?.Architecture ?? "amd64",
    };

    private static JsonArray Images(IEnumerable<ImageStatus> images) =>
    [
        .. images.Where(static image => image.Tags.Length + image.Digests.Length > 0)
            .OrderByDescending(static image => image.SizeBytes)
            .Take(MaxImages)
            .Select(static image => new JsonObject
            {
                ["names"] = new JsonArray([.. image.Digests.Concat(image.Tags).Select(static name => (JsonNode)name)]),
                ["sizeBytes"] = image.SizeBytes,
            }),
    ];

    private static string ReadLine(string file) => OperatingSystem.IsLinux() && File.Exists(file) ? TryRead(file) : "";

    private static string TryRead(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // Only root may read some of these.
            return "";
        }
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
