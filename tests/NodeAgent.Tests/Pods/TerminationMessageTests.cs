using System.Text;
using Crescent.NodeAgent.Pods;
using Crescent.NodeAgent.Runtimes;
using k8s.Models;
using Xunit;

namespace Crescent.NodeAgent.Tests.Pods;

public sealed class TerminationMessageTests
{
    [EngineFact]
    public async Task Container_ThatFailsWithoutAMessage_TellsTheEndOfItsOutput()
    {
        await using var node = await TestNode.StartAsync();
        var pod = PodJson.Shell("silent", "for i in $(seq 200); do echo line $i; done; printf DONE; exit 1", "Never");
        pod["spec"]!["containers"]![0]!["terminationMessagePolicy"] = "FallbackToLogsOnError";
        var key = node.Run(pod);

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        var status = await node.Cluster.WaitForStatusAsync(key, static status => PodJson.Phase(status) == "Failed", limit.Token);
        var message = PodJson.Of(status, "main")!["state"]!["terminated"]!["message"]!.GetValue<string>();
        Assert.EndsWith("line 200\nDONE", message, StringComparison.Ordinal);
        Assert.StartsWith("line 122\n", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FallbackToLogsOnError", 1, "", true)]
    [InlineData("FallbackToLogsOnError", 0, "", false)]
    [InlineData("FallbackToLogsOnError", 1, "said", false)]
    [InlineData("File", 1, "", false)]
    public void WantsOutput_OnlyAfterASilentError(string policy, int code, string message, bool expected)
    {
        var ended = new ContainerStatus
        {
            Id = "c", Pod = new PodIdentity("default", "web", "u"), Name = "main", Kind = ContainerKind.Main, Attempt = 0, Phase = ContainerPhase.Exited,
            CreatedAt = DateTimeOffset.UnixEpoch, ExitCode = code,
        };
        Assert.Equal(expected, TerminationMessages.WantsOutput(new V1Container { Name = "main", TerminationMessagePolicy = policy }, ended, message));
    }

    [Theory]
    [InlineData("ab", "cd", "abcd")]
    [InlineData("abcd", "ef", "cdef")]
    [InlineData("ab", "cdefgh", "efgh")]
    [InlineData("", "", "")]
    public void Tail_MoreThanItKeeps_HoldsTheEnd(string first, string second, string expected)
    {
        using var tail = new TailStream(4);
        tail.Write(Encoding.UTF8.GetBytes(first));
        tail.Write(Encoding.UTF8.GetBytes(second));
        Assert.Equal(expected, Encoding.UTF8.GetString(tail.ToArray()));
    }
}
