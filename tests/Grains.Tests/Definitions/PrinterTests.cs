using System.Text.Json;
using Crescent.Definitions;
using Crescent.Identity;
using Xunit;

namespace Crescent.Grains.Tests.Definitions;

public sealed class PrinterTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("""{"status":{"phase":"Pending"}}""", "0/1 Pending 0")]
    [InlineData("""{"status":{"phase":"Running","containerStatuses":[{"ready":true,"restartCount":0,"state":{"running":{}}}]}}""", "1/1 Running 0")]
    [InlineData("""{"status":{"phase":"Running","containerStatuses":[{"restartCount":3,"lastState":{"terminated":{"finishedAt":"2026-01-01T23:57:00Z"}},"state":{"waiting":{"reason":"CrashLoopBackOff"}}}]}}""", "0/1 CrashLoopBackOff 3 (3m ago)")]
    [InlineData("""{"metadata":{"deletionTimestamp":"2026-01-02T00:00:00Z"},"status":{"phase":"Running","containerStatuses":[{"ready":true,"state":{"running":{}}}]}}""", "1/1 Terminating 0")]
    [InlineData("""{"status":{"phase":"Succeeded","containerStatuses":[{"state":{"terminated":{"reason":"Completed"}}}]}}""", "0/1 Completed 0")]
    [InlineData("""{"status":{"phase":"Failed","containerStatuses":[{"state":{"terminated":{"exitCode":3}}}]}}""", "0/1 ExitCode:3 0")]
    [InlineData("""{"spec":{"initContainers":[{"name":"i"},{"name":"j"}]},"status":{"phase":"Pending","initContainerStatuses":[{"name":"i","state":{"terminated":{"exitCode":0}}},{"name":"j","state":{"running":{}}}]}}""", "0/1 Init:1/2 0")]
    [InlineData("""{"spec":{"initContainers":[{"name":"i"}]},"status":{"phase":"Pending","initContainerStatuses":[{"name":"i","restartCount":1,"state":{"waiting":{"reason":"CrashLoopBackOff"}}}]}}""", "0/1 Init:CrashLoopBackOff 1")]
    [InlineData("""{"status":{"phase":"Failed","reason":"Evicted"}}""", "0/1 Evicted 0")]
    public void PodColumns_OfAState_SayWhatKubectlSays(string pod, string expected)
    {
        using var document = JsonDocument.Parse(pod.Contains("\"spec\":{", StringComparison.Ordinal)
            ? pod.Replace("\"spec\":{", "\"spec\":{\"containers\":[{}],", StringComparison.Ordinal) : "{\"spec\":{\"containers\":[{}]}," + pod[1..]);
        var columns = ResourceCatalog.BuiltIn[KnownTypes.Pods].Columns;
        Assert.Equal(expected, string.Join(' ', columns.Take(3).Select(column => column.Cell(document.RootElement, Now))));
    }

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(119, "119s")]
    [InlineData(125, "2m5s")]
    [InlineData(120, "2m")]
    [InlineData(3600, "60m")]
    [InlineData(3 * 3600 + 60, "3h1m")]
    [InlineData(9 * 3600, "9h")]
    [InlineData(50 * 3600, "2d2h")]
    [InlineData(10 * 86400, "10d")]
    [InlineData(800L * 86400, "2y70d")]
    [InlineData(-5, "<invalid>")]
    public void HumanDuration_OfSeconds_IsWhatKubectlShows(long seconds, string expected) =>
        Assert.Equal(expected, HumanDuration.Format(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void ServiceColumns_NodePort_ShowBothPorts()
    {
        using var document = JsonDocument.Parse("""{"spec":{"type":"NodePort","clusterIP":"10.96.1.1","ports":[{"port":80,"nodePort":30080,"protocol":"TCP"}]}}""");
        var cells = ResourceCatalog.BuiltIn[KnownTypes.Services].Columns.Take(4).Select(column => column.Cell(document.RootElement, Now));
        Assert.Equal(["NodePort", "10.96.1.1", "<none>", "80:30080/TCP"], cells);
    }
}
