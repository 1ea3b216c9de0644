using System.Runtime.CompilerServices;
using System.Text.Json;
using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Grains.Workloads;

/// <summary>
/// Selectors of stored objects, parsed once per state: routing asks for those of a whole namespace with every pod that changes. They live as
/// long as the snapshot.
/// </summary>
internal static class Selectors
{
    private static readonly ConditionalWeakTable<ResourceSnapshot, Holder> Known = [];

    /// <summary><c>spec.selector</c>: a LabelSelector, or the plain map of a Service or ReplicationController. Null when it selects nothing.</summary>
    public static LabelSelector? Of(ResourceSnapshot snapshot) => Known.GetValue(snapshot, static state => new(Parse(state))).Selector;

    private static LabelSelector? Parse(ResourceSnapshot snapshot)
    {
        using var document = JsonDocument.Parse(snapshot.Body);
        var selector = document.RootElement.At("spec", "selector");
        return snapshot.Key.Type == KnownTypes.Services || snapshot.Key.Type == KnownTypes.ReplicationControllers ? LabelSelector.ParseMap(selector) : LabelSelector.Parse(selector);
    }

    private sealed record Holder(LabelSelector? Selector);
}
