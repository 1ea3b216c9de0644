using System.Text.Json.Nodes;
using Crescent.NodeAgent.Registration;

namespace Crescent.NodeAgent.Tests.Registration;

public sealed class StatusDeltaTests
{
    private const string Status = """
        {"capacity":{"cpu":"2"},"conditions":[{"type":"Ready","status":"True","lastHeartbeatTime":"2030-01-01T00:00:00Z"}]}
        """;

    [Fact]
    public void Between_NothingAccepted_SendsAll()
    {
        Assert.True(JsonNode.DeepEquals(Parse(Status), StatusDelta.Between(null, Parse(Status))));
    }

    [Fact]
    public void Between_OnlyHeartbeatTimesDiffer_SendsNothing()
    {
        Assert.Null(StatusDelta.Between(Parse(Status), Parse(Status.Replace("2030", "2031", StringComparison.Ordinal))));
    }

    [Fact]
    public void Between_ConditionChanged_SendsConditionsAlone()
    {
        var delta = StatusDelta.Between(Parse(Status), Parse(Status.Replace("\"True\"", "\"False\"", StringComparison.Ordinal)));

        Assert.Equal(["conditions"], delta!.Select(part => part.Key));
    }

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}
