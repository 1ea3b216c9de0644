using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Crescent.Api.Discovery;
using Crescent.Api.Dispatching;
using Crescent.Api.Responses;

namespace Crescent.Api.Reviews;

/// <summary>The frame of a kind that is created to be answered: read, check, fill the status in, answer 201.</summary>
internal abstract class Review(string group, string kind, bool isNamespaced = false, string version = "v1") : IVirtualResource
{
    public ServedResource Resource { get; } = new()
    {
        Group = group, Version = version, Plural = $"{kind.ToLowerInvariant()}s", Singular = kind.ToLowerInvariant(), Kind = kind,
        IsNamespaced = isNamespaced, Verbs = ["create"],
    };

    public bool HasForms => false;

    public async Task HandleAsync(VirtualRequest request)
    {
        var (review, error) = await ReviewBody.ReadAsync(request, Resource.Kind);
        if (review is null)
        {
            await request.Http.WriteErrorAsync(error!);
            return;
        }

        var problems = Check(review, request);
        if (!problems.IsEmpty)
        {
            await request.Http.WriteErrorAsync(Crescent.Resources.ResourceErrors.Invalid(Resource.Group, Resource.Kind, "", problems));
            return;
        }

        await ReviewBody.AnswerAsync(request, review, await AnswerAsync(review["spec"] as JsonObject ?? [], request));
    }

    /// <summary>What is wrong with the question; none by default.</summary>
    protected virtual ImmutableArray<Crescent.Resources.ErrorCause> Check(JsonObject review, VirtualRequest request) => [];

    /// <summary>The status.</summary>
    protected abstract ValueTask<JsonObject> AnswerAsync(JsonObject spec, VirtualRequest request);
}
