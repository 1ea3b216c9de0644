using Crescent.Grains.Workloads;
using Crescent.Identity;
using Crescent.Watching;

namespace Crescent.Grains.Batch.Jobs;

/// <summary>A Job that is gone still lets go of its pods.</summary>
internal sealed class JobController(IResourceCaches caches) : PodWorkloadController(caches, JobReconcilerGrain.TypeName, KnownTypes.Jobs, "Job")
{
    protected override bool TidiesUp => true;
}
