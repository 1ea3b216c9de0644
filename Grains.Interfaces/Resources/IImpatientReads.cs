using Crescent.Identity;

namespace Crescent.Resources;

/// <summary>What a process does about a read of an object whose bucket does not answer: it has another way to find out.</summary>
internal interface IImpatientReads
{
    /// <summary>The answer of <paramref name="call"/>, or another one that is as good where that takes long or fails.</summary>
    Task<ResourceSnapshot?> AnswerAsync(Task<ResourceSnapshot?> call, ResourceKey key, CancellationToken cancellationToken);
}
