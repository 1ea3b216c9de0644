using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Crescent.Identity;
using Xunit;

namespace Crescent.NodeAgent.Tests.Pods;

public sealed class PodFeatureTests
{
    private static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    [EngineFact]
    public async Task TwentyPods_AllRunAndAllEnd()
    {
        await using var node = await TestNode.StartAsync();
        var pods = Enumerable.Range(0, 20).Select(static number => PodJson.Shell($"many-{number}", PodJson.Obedient)).ToList();
        var output = TestContext.Current.TestOutputHelper!;
        var warm = node.Run(PodJson.Shell("warm", PodJson.Obedient));
        await node.Cluster.WaitForStatusAsync(warm, PodJson.IsReady, Limit);
        output.WriteLine($"== start {DateTime.UtcNow:HH:mm:ss.fff}");
        var keys = pods.Select(node.Run).ToList();
        foreach (var key in keys)
        {
            await node.Cluster.WaitForStatusAsync(key, PodJson.IsReady, Limit);
        }

        output.WriteLine($"== running {DateTime.UtcNow:HH:mm:ss.fff}");
        pods.ForEach(pod => node.Delete(pod, grace: 5));
        foreach (var key in keys)
        {
            await node.Cluster.WaitForRemovalAsync(key, Limit);
        }

        output.WriteLine($"== gone {DateTime.UtcNow:HH:mm:ss.fff}");
    }

    [EngineFact]
    public async Task MissingImage_BacksOffAndSaysWhy()
    {
        await using var node = await TestNode.StartAsync();
        var pod = PodJson.Shell("noimage", "true");
        pod["spec"]!["containers"]![0]!["image"] = "crescent.local/missing:1";
        var key = node.Run(pod);

        await node.Cluster.WaitForStatusAsync(key, status => WaitingReason(status) == "ErrImagePull", Limit);
        await node.Cluster.WaitForStatusAsync(key, status => WaitingReason(status) == "ImagePullBackOff", Limit);
        await node.Cluster.WaitForEventAsync(static item => item.Reason == "Failed" && item.Message.StartsWith("Failed to pull image", StringComparison.Ordinal), Limit);
    }

    [EngineFact]
    public async Task MissingConfigMap_StopsTheContainerUntilItIsThere()
    {
        await using var node = await TestNode.StartAsync();
        var pod = PodJson.Shell("config", $"echo \"$MODE\" > /dev/termination-log; cat /etc/app/mode; echo; {PodJson.Obedient}");
        var container = pod["spec"]!["containers"]![0]!;
        container["env"] = JsonNode.Parse("""[{"name":"MODE","valueFrom":{"configMapKeyRef":{"name":"app","key":"mode"}}}]""");
        container["volumeMounts"] = JsonNode.Parse("""[{"name":"app","mountPath":"/etc/app"}]""");
        pod["spec"]!["volumes"] = JsonNode.Parse("""[{"name":"app","configMap":{"name":"app","optional":true}}]""");
        var key = node.Run(pod);
        await node.Cluster.WaitForStatusAsync(key, status => WaitingReason(status) == "CreateContainerConfigError", Limit);

        node.Cluster.Put(KnownTypes.ConfigMaps, JsonNode.Parse("""{"metadata":{"name":"app","namespace":"default"},"data":{"mode":"fast"}}""")!.AsObject());

        await node.Cluster.WaitForStatusAsync(key, PodJson.IsReady, Limit);
        Assert.Equal("fast", (await ReadLogAsync(node, "config", "", "fast")).Trim());
    }

    [EngineFact]
    public async Task Probes_DecideReadinessAndRestarts()
    {
        await using var node = await TestNode.StartAsync();
        var pod = PodJson.Shell("probed", $"touch /tmp/alive; (sleep 3; rm /tmp/alive) & httpd -f -p 8080 -h /tmp & {PodJson.Obedient}");
        var container = pod["spec"]!["containers"]![0]!;
        container["readinessProbe"] = JsonNode.Parse("""{"httpGet":{"path":"/alive","port":8080},"periodSeconds":1}""");
        container["livenessProbe"] = JsonNode.Parse("""{"exec":{"command":["cat","/tmp/alive"]},"periodSeconds":1,"failureThreshold":1,"timeoutSeconds":5}""");
        var key = node.Run(pod);

        await node.Cluster.WaitForStatusAsync(key, PodJson.IsReady, Limit);
        await node.Cluster.WaitForStatusAsync(key, status => PodJson.Of(status, "main")!["restartCount"]!.GetValue<int>() >= 1, Limit);
        await node.Cluster.WaitForEventAsync(static item => item.Message == "Container main failed liveness probe, will be restarted", Limit);
    }

    [EngineFact]
    public async Task Logs_AreServedInParts()
    {
        await using var node = await TestNode.StartAsync();
        var key = node.Run(PodJson.Shell("talk", $"echo one; echo two; echo three >&2; {PodJson.Obedient}"));
        await node.Cluster.WaitForStatusAsync(key, PodJson.IsReady, Limit);
        await node.Cluster.WaitForStatusAsync(node.Run(PodJson.Shell("lines", $"echo one; echo two; {PodJson.Obedient}")), PodJson.IsReady, Limit);
        var tty = PodJson.Shell("tty", $"echo terminal; {PodJson.Obedient}");
        tty["spec"]!["containers"]![0]!["tty"] = true;
        await node.Cluster.WaitForStatusAsync(node.Run(tty), PodJson.IsReady, Limit);

        Assert.Contains("three", await ReadLogAsync(node, "talk", "", "three"));
        Assert.Equal("two", (await ReadLogAsync(node, "lines", "tailLines=1", "two")).Trim());
        Assert.Equal("one", (await ReadLogAsync(node, "lines", "limitBytes=3", "one")).Trim());
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z two", await ReadLogAsync(node, "lines", "timestamps=true&tailLines=1", "two"));
        Assert.Equal("terminal", (await ReadLogAsync(node, "tty", "", "terminal")).Trim());
    }

    [EngineFact]
    public async Task Exec_CarriesInputOutputAndExitCode()
    {
        await using var node = await TestNode.StartAsync();
        var key = node.Run(PodJson.Shell("exec", PodJson.Obedient));
        await node.Cluster.WaitForStatusAsync(key, PodJson.IsReady, Limit);
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("v5.channel.k8s.io");
        var query = "command=sh&command=-c&command=" + Uri.EscapeDataString("cat; echo oops >&2; exit 7") + "&input=1&output=1&error=1";
        await socket.ConnectAsync(new Uri($"ws://{node.Address.Authority}/exec/default/exec/main?{query}"), Limit);

        await socket.SendAsync(Encoding.UTF8.GetBytes("\0hello\n"), WebSocketMessageType.Binary, true, Limit);
        await socket.SendAsync(new byte[] { 255, 0 }, WebSocketMessageType.Binary, true, Limit);
        var received = new Dictionary<byte, string>();
        var buffer = new byte[4096];
        while (await socket.ReceiveAsync(buffer, Limit) is { MessageType: WebSocketMessageType.Binary } message)
        {
            received[buffer[0]] = received.GetValueOrDefault(buffer[0]) + Encoding.UTF8.GetString(buffer, 1, message.Count - 1);
        }

        Assert.Equal("hello\n", received[1]);
        Assert.Equal("oops\n", received[2]);
        var status = JsonNode.Parse(received[3])!;
        Assert.Equal("NonZeroExitCode", status["reason"]!.GetValue<string>());
        Assert.Equal("7", status["details"]!["causes"]![0]!["message"]!.GetValue<string>());
    }

    [EngineFact]
    public async Task Stats_NameTheContainer()
    {
        await using var node = await TestNode.StartAsync(new() { ["Stats:Interval"] = "00:00:00.5" });
        var key = node.Run(PodJson.Shell("busy", PodJson.Obedient));
        await node.Cluster.WaitForStatusAsync(key, PodJson.IsReady, Limit);
        using var client = new HttpClient { BaseAddress = node.Address };
        var text = "";
        while (!text.Contains("container_memory_working_set_bytes{container=\"main\"", StringComparison.Ordinal))
        {
            Limit.ThrowIfCancellationRequested();
            text = await client.GetStringAsync("/metrics/cadvisor", Limit);
        }

        Assert.Contains("machine_cpu_cores", text);
        Assert.Contains("container_network_receive_bytes_total", text);
    }

    [EngineFact]
    public async Task Stats_CountWhatAContainerWrites()
    {
        await using var node = await TestNode.StartAsync(new() { ["Stats:Interval"] = "00:00:00.2", ["Stats:FileSystemInterval"] = "00:00:00.2" });
        var key = node.Run(PodJson.Shell("writer", "head -c 1048576 /dev/zero > /big; " + PodJson.Obedient));
        await node.Cluster.WaitForStatusAsync(key, PodJson.IsReady, Limit);
        using var client = new HttpClient { BaseAddress = node.Address };
        JsonNode? container = null;
        while (container?["rootfs"]?["usedBytes"]?.GetValue<long>() is not >= 1048576)
        {
            Limit.ThrowIfCancellationRequested();
            var summary = JsonNode.Parse(await client.GetStringAsync("/stats/summary", Limit))!;
            container = summary["pods"]!.AsArray().FirstOrDefault()?["containers"]![0];
        }

        Assert.True(container!["rootfs"]!["capacityBytes"]!.GetValue<long>() > 1048576);
        Assert.Contains("container_fs_usage_bytes{container=\"main\"", await client.GetStringAsync("/metrics/cadvisor", Limit));
    }

    private static string? WaitingReason(JsonObject status) => PodJson.Of(status, "main")!["state"]!["waiting"]?["reason"]?.GetValue<string>();

    /// <summary>Follows the log until it holds what is waited for: a process writes a moment after it was started.</summary>
    private static async Task<string> ReadLogAsync(TestNode node, string pod, string query, string expected)
    {
        using var client = new HttpClient { BaseAddress = node.Address };
        var limit = Limit;
        using var stream = await client.GetStreamAsync($"/containerLogs/default/{pod}/main?follow=true&{query}", limit);
        var text = "";
        var buffer = new byte[4096];
        while (!text.Contains(expected, StringComparison.Ordinal) && await stream.ReadAsync(buffer, limit) is > 0 and var count)
        {
            text += Encoding.UTF8.GetString(buffer, 0, count);
        }

        return text;
    }
}
