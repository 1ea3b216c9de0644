using System.Text.Json.Nodes;
using Crescent.Grains.FlowControl;
using Crescent.Grains.Tests.Mutation;
using Crescent.Identity;
using Crescent.Resources;
using Xunit;

namespace Crescent.Grains.Tests.FlowControl;

public sealed class DefaultFlowTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public async Task Objects_AllOfThem_AreStoredAsTheyAreWantedAndNeedNoRepair()
    {
        foreach (var flow in DefaultFlows.All)
        {
            var harness = await StoredAsync(flow);
            Assert.True(JsonNode.DeepEquals(flow.Body["spec"], harness.Object["spec"]), harness.Object.ToJsonString());
            Assert.Null(FlowPlanner.Repair(harness.Current!, flow));
        }
    }

    [Fact]
    public void Schemas_AllOfThem_ReferToALevelThatIsThere()
    {
        var levels = DefaultFlows.All.Where(static flow => flow.Key.Type == KnownTypes.PriorityLevelConfigurations).Select(static flow => flow.Key.Name).ToHashSet();
        var schemas = DefaultFlows.All.Where(static flow => flow.Key.Type == KnownTypes.FlowSchemas).ToList();
        Assert.Equal(13, schemas.Count);
        Assert.All(schemas, schema => Assert.Contains((string)schema.Body["spec"]!["priorityLevelConfiguration"]!["name"]!, levels));
    }

    [Theory]
    [InlineData("PriorityLevelConfiguration", "catch-all", """{"spec":{"limited":{"nominalConcurrencyShares":6}}}""", "spec of 'catch-all' must equal the fixed value")]
    [InlineData("FlowSchema", "exempt", """{"spec":{"matchingPrecedence":2}}""", "spec of 'exempt' must equal the fixed value")]
    [InlineData("FlowSchema", "catch-all", """{"spec":{"matchingPrecedence":9999}}""", "spec of 'catch-all' must equal the fixed value")]
    public async Task Mandatory_OtherSpec_IsRefused(string kind, string name, string patch, string message)
    {
        var harness = await StoredAsync(Flow(kind, name));
        var decision = await harness.PatchAsync(PatchKind.Merge, patch);
        Assert.EndsWith(message, decision.Error?.Message);
    }

    [Fact]
    public async Task ExemptLevel_WhatItLends_IsTheOperatorsToSay()
    {
        var flow = Flow("PriorityLevelConfiguration", "exempt");
        var harness = await StoredAsync(flow);
        Assert.Equal(MutationOutcome.Updated, (await harness.PatchAsync(PatchKind.Merge, """{"spec":{"exempt":{"lendablePercent":10}}}""")).Outcome);
        Assert.Null(FlowPlanner.Repair(harness.Current!, flow));
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    public async Task Repair_SuggestedSpecWasChanged_IsPutBackUnlessTheAnnotationSaysNo(string annotation, bool isRepaired)
    {
        var flow = Flow("PriorityLevelConfiguration", "system");
        var harness = await StoredAsync(flow);
        await harness.PatchAsync(
            PatchKind.Merge,
            """{"metadata":{"annotations":{"apf.kubernetes.io/autoupdate-spec":"WORD"}},"spec":{"limited":{"nominalConcurrencyShares":1,"borrowingLimitPercent":5}}}""".Replace("WORD", annotation, StringComparison.Ordinal));
        var patch = FlowPlanner.Repair(harness.Current!, flow);
        Assert.Equal(isRepaired, patch is not null);
        if (patch is not null)
        {
            Assert.Equal(MutationOutcome.Updated, (await harness.PatchAsync(PatchKind.Merge, patch.ToJsonString())).Outcome);
            Assert.True(JsonNode.DeepEquals(flow.Body["spec"], harness.Object["spec"]), harness.Object.ToJsonString());
        }
    }

    [Fact]
    public async Task Repair_SuggestedSpecWasChangedAndTheAnnotationIsGone_LeavesItAndSaysSo()
    {
        var flow = Flow("FlowSchema", "global-default");
        var harness = await StoredAsync(flow);
        await harness.PatchAsync(PatchKind.Merge, """{"metadata":{"annotations":null},"spec":{"matchingPrecedence":9800}}""");
        Assert.Equal(
            """{"metadata":{"annotations":{"apf.kubernetes.io/autoupdate-spec":"false"}}}""", FlowPlanner.Repair(harness.Current!, flow)!.ToJsonString());
    }

    [Fact]
    public async Task Repair_MandatoryAnnotationSaysNo_IsPutBack()
    {
        var flow = Flow("FlowSchema", "catch-all");
        var harness = await StoredAsync(flow);
        await harness.PatchAsync(PatchKind.Merge, """{"metadata":{"annotations":{"apf.kubernetes.io/autoupdate-spec":"false"}}}""");
        Assert.Equal(
            """{"metadata":{"annotations":{"apf.kubernetes.io/autoupdate-spec":"true"}}}""", FlowPlanner.Repair(harness.Current!, flow)!.ToJsonString());
    }

    [Fact]
    public async Task Status_LevelComesAndGoes_TellsWhetherTheSchemaDangles()
    {
        var harness = await StoredAsync(Flow("FlowSchema", "probes"));
        var missing = FlowPlanner.Status(harness.Current!, static _ => false, Now)!;
        await harness.PatchAsync(PatchKind.Merge, missing.ToJsonString(), "status");
        Assert.Equal("True", (string?)harness.Object["status"]!["conditions"]![0]!["status"]);
        Assert.Null(FlowPlanner.Status(harness.Current!, static _ => false, Now.AddDays(1)));
        var found = FlowPlanner.Status(harness.Current!, static name => name == "exempt", Now.AddDays(1))!;
        await harness.PatchAsync(PatchKind.Merge, found.ToJsonString(), "status");
        Assert.Equal(
            """{"type":"Dangling","status":"False","lastTransitionTime":"2026-01-03T03:04:05Z","reason":"Found","message":"This FlowSchema references the PriorityLevelConfiguration object named \"exempt\" and it exists"}""",
            harness.Object["status"]!["conditions"]![0]!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
    }

    private static DefaultFlow Flow(string kind, string name) => DefaultFlows.All.Single(flow => flow.Key.Name == name && (string?)flow.Body["kind"] == kind);

    private static async Task<PipelineHarness> StoredAsync(DefaultFlow flow)
    {
        var harness = new PipelineHarness(flow.Key.Type, flow.Key.Name, "");
        var decision = await harness.CreateAsync(flow.Body.ToJsonString());
        Assert.True(decision.Outcome == MutationOutcome.Created, decision.Error?.Message);
        return harness;
    }
}
