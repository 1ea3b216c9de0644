using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Watching;

namespace Crescent.Grains.Autoscaling;

/// <summary>An autoscaler looks at its metrics by the clock; only its own changes wake it besides.</summary>
internal sealed class AutoscalerController(IResourceCaches caches)
    : KindController(caches, AutoscalerReconcilerGrain.TypeName, KnownTypes.HorizontalPodAutoscalers);
