using System.Text.Json.Nodes;
using Crescent.Grains.Mutation;
using Crescent.Identity;
using Crescent.Resources;
using Xunit;
using static Crescent.Grains.Tests.Mutation.PipelineHarness;

namespace Crescent.Grains.Tests.Mutation;

/// <summary>Owners who speak different versions of one stored object.</summary>
public sealed class VersionedApplyTests
{
    private const string V1 = "autoscaling/v1";
    private const string V2 = "";

    private static PipelineHarness Scaler() => new(KnownTypes.HorizontalPodAutoscalers);

    private static Task<MutationDecision> OldAsync(PipelineHarness scaler, string spec, bool isForced = false) => ApplyAsync(scaler, V1, "old", spec, isForced);

    private static Task<MutationDecision> NewAsync(PipelineHarness scaler, string spec, bool isForced = false) => ApplyAsync(scaler, V2, "new", spec, isForced);

    private static Task<MutationDecision> ApplyAsync(PipelineHarness scaler, string version, string manager, string spec, bool isForced)
    {
        scaler.ApiVersion = version;
        return scaler.ApplyAsync(
            manager,
            "{\"apiVersion\":\"" + (version.Length == 0 ? "autoscaling/v2" : version) + "\",\"kind\":\"HorizontalPodAutoscaler\",\"metadata\":{\"name\":\"web\"},\"spec\":{"
            + "\"scaleTargetRef\":{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"name\":\"web\"},\"maxReplicas\":5" + spec + "}}",
            isForced);
    }

    private static string Cpu(int percent) =>
        ",\"metrics\":[{\"type\":\"Resource\",\"resource\":{\"name\":\"cpu\",\"target\":{\"type\":\"Utilization\",\"averageUtilization\":" + percent + "}}}]";

    private static JsonObject? Entry(PipelineHarness harness, string manager) =>
        harness.Object["metadata"]!["managedFields"]!.AsArray().Select(static entry => entry!.AsObject()).SingleOrDefault(entry => (string?)entry["manager"] == manager);

    private static IEnumerable<string> SpecOf(PipelineHarness harness, string manager) =>
        Entry(harness, manager)!["fieldsV1"]!["f:spec"]!.AsObject().Select(static field => field.Key);

    [Fact]
    public async Task Apply_ThroughAnotherVersion_RecordsItsNamesAndIsStable()
    {
        var scaler = Scaler();
        Assert.Equal(MutationOutcome.Created, (await OldAsync(scaler, ",\"targetCPUUtilizationPercentage\":50")).Outcome);
        Assert.Equal(V1, (string?)Entry(scaler, "old")!["apiVersion"]);
        Assert.Equal(["f:maxReplicas", "f:scaleTargetRef", "f:targetCPUUtilizationPercentage"], SpecOf(scaler, "old"));
        Assert.Equal(50, (int?)scaler.Object["spec"]!["metrics"]![0]!["resource"]!["target"]!["averageUtilization"]);
        scaler.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(MutationOutcome.Unchanged, (await OldAsync(scaler, ",\"targetCPUUtilizationPercentage\":50")).Outcome);

        // The same value by somebody who speaks the stored version is shared.
        Assert.Equal(MutationOutcome.Updated, (await NewAsync(scaler, Cpu(50))).Outcome);
        Assert.Equal("autoscaling/v2", (string?)Entry(scaler, "new")!["apiVersion"]);
        Assert.Equal(["f:maxReplicas", "f:metrics", "f:scaleTargetRef"], SpecOf(scaler, "new"));
        scaler.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(MutationOutcome.Unchanged, (await OldAsync(scaler, ",\"targetCPUUtilizationPercentage\":50")).Outcome);
        Assert.Equal(MutationOutcome.Unchanged, (await NewAsync(scaler, Cpu(50))).Outcome);
    }

    [Fact]
    public async Task Apply_OfWhatAnotherOwnsInAnotherVersion_ConflictsInHisNames()
    {
        var scaler = Scaler();
        await OldAsync(scaler, ",\"targetCPUUtilizationPercentage\":50");
        AssertRefused(await NewAsync(scaler, Cpu(80)), 409, "Apply failed with 1 conflict: conflict with \"old\": .spec.targetCPUUtilizationPercentage");
        Assert.Equal(MutationOutcome.Updated, (await NewAsync(scaler, Cpu(80), isForced: true)).Outcome);
        Assert.Equal(["f:maxReplicas", "f:scaleTargetRef"], SpecOf(scaler, "old"));
        AssertRefused(
            await OldAsync(scaler, ",\"targetCPUUtilizationPercentage\":50"), 409, "Apply failed with 1 conflict: conflict with \"new\": .spec.metrics");
        Assert.Equal(MutationOutcome.Updated, (await OldAsync(scaler, ",\"targetCPUUtilizationPercentage\":50", isForced: true)).Outcome);
        Assert.Equal(["f:maxReplicas", "f:scaleTargetRef"], SpecOf(scaler, "new"));
    }

    [Fact]
    public async Task Apply_WithoutWhatAnotherSharesInAnotherVersion_LeavesIt()
    {
        var scaler = Scaler();
        await OldAsync(scaler, ",\"minReplicas\":2,\"targetCPUUtilizationPercentage\":50");
        await NewAsync(scaler, Cpu(50));
        Assert.Equal(MutationOutcome.Updated, (await OldAsync(scaler, "")).Outcome);
        Assert.Equal(50, (int?)scaler.Object["spec"]!["metrics"]![0]!["resource"]!["target"]!["averageUtilization"]);
        Assert.Equal(1, (int?)scaler.Object["spec"]!["minReplicas"]);
    }

    [Fact]
    public async Task Apply_ByOneWhoChangesHisVersion_KeepsOneEntryAndTakesOutWhatHeLeft()
    {
        var scaler = Scaler();
        await ApplyAsync(scaler, V1, "me", ",\"minReplicas\":2,\"targetCPUUtilizationPercentage\":50", isForced: false);
        Assert.Equal(MutationOutcome.Updated, (await ApplyAsync(scaler, V2, "me", Cpu(50), isForced: false)).Outcome);
        Assert.Equal("autoscaling/v2", (string?)Entry(scaler, "me")!["apiVersion"]);
        Assert.Equal(["f:maxReplicas", "f:metrics", "f:scaleTargetRef"], SpecOf(scaler, "me"));
        Assert.Equal(1, (int?)scaler.Object["spec"]!["minReplicas"]);
        Assert.Equal(50, (int?)scaler.Object["spec"]!["metrics"]![0]!["resource"]!["target"]!["averageUtilization"]);
    }

    [Fact]
    public async Task Patch_ThroughAnotherVersion_IsRecordedInItAndTakesFieldsOver()
    {
        var scaler = Scaler();
        await NewAsync(scaler, Cpu(50));
        scaler.ApiVersion = V1;
        await scaler.PatchAsync(PatchKind.Merge, """{"spec":{"targetCPUUtilizationPercentage":60}}""");
        Assert.Equal(V1, (string?)Entry(scaler, "writer")!["apiVersion"]);
        Assert.Equal(["f:targetCPUUtilizationPercentage"], SpecOf(scaler, "writer"));
        Assert.Equal(["f:maxReplicas", "f:scaleTargetRef"], SpecOf(scaler, "new"));
        AssertRefused(
            await NewAsync(scaler, Cpu(50)), 409,
            "Apply failed with 1 conflict: conflict with \"writer\" using autoscaling/v1: .spec.targetCPUUtilizationPercentage");
    }

    [Fact]
    public async Task Apply_OfAnEventThroughBothGroups_FindsTheConflict()
    {
        var happened = new PipelineHarness(KnownTypes.Events, "e") { ApiVersion = "events.k8s.io/v1" };
        const string Event = """
            {"apiVersion":"events.k8s.io/v1","kind":"Event","metadata":{"name":"e","namespace":"default"},"eventTime":"2026-01-02T03:04:05.000000Z","type":"Normal",
             "reason":"Made","action":"Make","note":"one","reportingController":"c/d","reportingInstance":"i","regarding":{"kind":"Pod","name":"p","namespace":"default"}}
            """;
        Assert.Equal(MutationOutcome.Created, (await happened.ApplyAsync("old", Event)).Outcome);
        Assert.True(Entry(happened, "old")!["fieldsV1"]!.AsObject().ContainsKey("f:note"));
        Assert.Equal(MutationOutcome.Unchanged, (await happened.ApplyAsync("old", Event)).Outcome);
        happened.ApiVersion = "";
        AssertRefused(
            await happened.ApplyAsync("new", """{"apiVersion":"v1","kind":"Event","metadata":{"name":"e","namespace":"default"},"message":"two"}"""), 409,
            "Apply failed with 1 conflict: conflict with \"old\": .note");
    }
}
