namespace Crescent.Grains.Reconciling;

/// <summary>
/// The logic behind one <see cref="IReconcilerGrain"/> activation: reads the whole state through the context, asks a planner, carries the
/// plan out. Takes no hint of what happened; running it twice changes nothing. One instance per activation, never called concurrently.
/// </summary>
internal interface IReconciler
{
    /// <summary>Name of the controller as Kubernetes users know it, e.g. <c>replicaset-controller</c>.</summary>
    string Name { get; }

    /// <summary>
    /// True for reconcilers found through another object (a pod finds its Services by their selectors). Two silos that commit both at the
    /// same moment may each miss the other in their caches, so the first run of an activation is followed by a second one a second later.
    /// </summary>
    bool LooksTwice => false;

    /// <param name="key">Key of the grain.</param>
    Task<ReconcileResult> ReconcileAsync(string key, ReconcileContext context, CancellationToken cancellationToken);
}
