using Crescent.Resources;

namespace Crescent.Grains.Mutation.Admission;

/// <summary>
/// One admission plugin. May read caches and ask allocators and the authorizer; may not call resource grains or reconcilers, which could be
/// waiting for the very object.
/// </summary>
internal interface IAdmission
{
    /// <summary>Runs after defaulting and before validation; may change <see cref="AdmissionRequest.Object"/>. Not called for deletions.</summary>
    ValueTask<ResourceError?> MutateAsync(AdmissionRequest request, CancellationToken cancellationToken) => default;

    /// <summary>Runs on the valid object and may only refuse it or warn.</summary>
    ValueTask<ResourceError?> CheckAsync(AdmissionRequest request, CancellationToken cancellationToken) => default;
}
