using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Crescent.Grains.Mutation;
using Crescent.Grains.Mutation.Admission;
using Crescent.Grains.Quotas;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Crescent.Grains.Tests.Mutation;

/// <summary>A pipeline and one object, as the object's grain would drive it.</summary>
internal sealed class PipelineHarness
{
    private readonly MutationPipeline _pipeline;
    private long _version = 1;

    public PipelineHarness(ResourceType type, string name = "web", string ns = "default")
    {
        Key = new(type, ns, name);
        Caches.Put(KnownTypes.Namespaces, "default", """{"status":{"phase":"Active"}}""");
        Caches.Put(KnownTypes.ServiceAccounts, "default", "{}", ns: "default");
        _pipeline = new(Chain(Caches, Time), new(Addresses), Time);
    }

    public ResourceKey Key { get; set; }

    public FixedCaches Caches { get; } = new();

    public FixedAddresses Addresses { get; } = new();

    public FakeTimeProvider Time { get; } = new(new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    /// <summary>Version the requests speak; empty for the stored one.</summary>
    public string ApiVersion { get; set; } = "";

    public ImmutableArray<string> Groups { get; init; } = [];

    public ResourceSnapshot? Current { get; set; }

    /// <summary>Writes come from a client of the API.</summary>
    public bool ChecksStatus { get; set; }

    /// <summary>Field manager of what is not applied.</summary>
    public string Manager { get; set; } = "writer";

    public JsonObject Object => JsonNode.Parse(Current!.Body)!.AsObject();

    public async Task<MutationDecision> CreateAsync(string body, string subresource = "", FieldValidation validation = FieldValidation.Strict) =>
        Commit(await _pipeline.DecideCreateAsync(Key, Current, new() { Context = Context(subresource, validation), Body = Bytes(body) }, default));

    public async Task<MutationDecision> ReplaceAsync(string body, string subresource = "", FieldValidation validation = FieldValidation.Strict) =>
        Commit(await _pipeline.DecideReplaceAsync(Key, Current, new() { Context = Context(subresource, validation), Body = Bytes(body) }, default));

    public async Task<MutationDecision> PatchAsync(
        PatchKind kind, string body, string subresource = "", FieldValidation validation = FieldValidation.Strict) =>
        Commit(await _pipeline.DecidePatchAsync(
            Key, Current, new() { Context = Context(subresource, validation), Kind = kind, Body = Bytes(body) }, default));

    public async Task<MutationDecision> ApplyAsync(string manager, string body, bool isForced = false)
    {
        var context = new MutationContext { User = "tester", FieldManager = manager, FieldValidation = FieldValidation.Strict, ApiVersion = ApiVersion };
        return Commit(await _pipeline.DecidePatchAsync(
            Key, Current, new() { Context = context, Kind = PatchKind.Apply, Body = Bytes(body), IsForced = isForced }, default));
    }

    public async Task<MutationDecision> DeleteAsync(
        long? grace = null, DeletionPropagation propagation = DeletionPropagation.Default, Preconditions? preconditions = null) =>
        Commit(await _pipeline.DecideDeleteAsync(
            Key, Current,
            new() { Context = Context("", FieldValidation.Strict), GracePeriodSeconds = grace, Propagation = propagation, Preconditions = preconditions },
            default));

    public static void AssertRefused(MutationDecision decision, int code, string message)
    {
        Assert.Equal(MutationOutcome.Failed, decision.Outcome);
        Assert.Equal(message, decision.Error!.Message);
        Assert.Equal(code, decision.Error.Code);
    }

    /// <summary>The whole chain, as a silo has it.</summary>
    private static AdmissionChain Chain(FixedCaches caches, TimeProvider time) => new ServiceCollection()
        .AddSingleton<IResourceCaches>(caches).AddSingleton<TimeProvider>(time).AddSingleton<IQuotaLedger, RoomyLedger>().AddAdmission().BuildServiceProvider().GetRequiredService<AdmissionChain>();

    private MutationContext Context(string subresource, FieldValidation validation) =>
        new() { User = "tester", FieldManager = Manager, Subresource = subresource, FieldValidation = validation, ChecksStatus = ChecksStatus, ApiVersion = ApiVersion, Groups = Groups };

    private sealed class RoomyLedger : IQuotaLedger
    {
        public Task<ResourceError?> ClaimAsync(QuotaClaim claim, CancellationToken cancellationToken) => Task.FromResult<ResourceError?>(null);
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private MutationDecision Commit(MutationDecision decision)
    {
        switch (decision.Outcome)
        {
            case MutationOutcome.Created or MutationOutcome.Updated or MutationOutcome.Deleting:
                var item = decision.Object!;
                item["metadata"]!["resourceVersion"] = $"{++_version}";
                Current = new()
                {
                    Key = Key, Uid = item["metadata"]!["uid"]!.GetValue<string>(), Version = new(_version), Body = Bytes(item.ToJsonString()),
                    DeletionTimestamp = item["metadata"]!["deletionTimestamp"] is { } text ? DateTimeOffset.Parse(text.GetValue<string>()) : null,
                };
                break;
            case MutationOutcome.Deleted:
                Current = null;
                break;
        }

        return decision;
    }
}
