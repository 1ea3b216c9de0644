using Crescent.Api.Requests;
using Crescent.Api.Responses;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Api.Resources;

/// <summary>
/// DELETE of one object: the object itself while it is still there (grace period, finalizers) and for kinds whose last state clients
/// look at, else Status Success.
/// </summary>
internal sealed class DeleteVerb(ObjectCalls objects, ObjectResponse response) : IVerbHandler
{
    public async Task HandleAsync(ResourceRequest request)
    {
        var (options, error) = await DeleteOptions.ReadAsync(request);
        if (error is not null || !MutationOptions.TryRead(request, "DeleteOptions", out var context, out error, options.IsDryRun))
        {
            await request.Http.WriteErrorAsync(error!);
            return;
        }

        var result = await objects.WriteAsync(
            request.Key, grain => grain.DeleteAsync(options.ToRequest(context), request.CancellationToken), request.CancellationToken);
        if (result.Outcome == MutationOutcome.Deleted && !ReturnsDeletedObject(request.Definition.Type))
        {
            request.Http.AddNotes(result);
            await request.Http.WriteJsonAsync(request.Format, StatusBody.Success(request.Key, result.Snapshot?.Uid ?? string.Empty));
            return;
        }

        await response.WriteAsync(request, result);
    }

    private static bool ReturnsDeletedObject(ResourceType type) =>
        type == KnownTypes.Pods || type == KnownTypes.Services || type == KnownTypes.ServiceAccounts;
}
