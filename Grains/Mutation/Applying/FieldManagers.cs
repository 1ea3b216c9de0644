using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Crescent.Resources;
using Crescent.Schema;

namespace Crescent.Grains.Mutation.Applying;

/// <summary>
/// Who owns which fields of one object. An object is tracked from its creation on, or from its first apply: what it held
/// before that belongs to <c>before-first-apply</c>, as in Kubernetes.
/// </summary>
internal sealed class FieldManagers
{
    private readonly List<FieldManager> _managers;

    private FieldManagers(IEnumerable<FieldManager> managers) => _managers = [.. managers];

    /// <param name="entries"><c>metadata.managedFields</c>.</param>
    public static FieldManagers Of(JsonArray? entries) => new((entries ?? []).OfType<JsonObject>().Select(FieldManager.FromJson));

    /// <summary>Takes the entries out of an object: most steps of a write have no business with them, and they are long.</summary>
    public static JsonArray? Detach(JsonObject item)
    {
        if (item.Object("metadata") is not { } metadata || !metadata.Remove("managedFields", out var entries))
        {
            return null;
        }

        return entries as JsonArray;
    }

    /// <summary>
    /// What a client wrote into <c>managedFields</c> itself, which it may: kubectl hands over what client-side apply owned. A single empty
    /// entry ends tracking; null when there is nothing, or nothing that can be read.
    /// </summary>
    public static FieldManagers? WrittenIn(JsonArray? entries)
    {
        if (entries is not { Count: > 0 } || entries.Any(static entry => entry is not JsonObject))
        {
            return null;
        }

        var isReset = entries is [JsonObject { Count: 0 }];
        return isReset ? new([])
            : entries.Cast<JsonObject>().All(static entry => entry.Text("manager").Length > 0 && entry["fieldsV1"] is JsonObject)
            ? new(entries.Cast<JsonObject>().Select(FieldManager.FromJson))
            : null;
    }

    public bool IsTracked => _managers.Count > 0;

    public JsonArray ToJson() => new([.. _managers.Where(static manager => !manager.Fields.IsEmpty).Select(static manager => manager.ToJson())]);

    /// <summary>Whether every field is named in that version.</summary>
    public bool SpeakOnly(string apiVersion) => _managers.TrueForAll(manager => manager.ApiVersion == apiVersion);

    /// <summary>What somebody has applied; null when he has not.</summary>
    public FieldManager? Find(string name, string subresource) => _managers.Find(manager => manager.IsSame(name, true, subresource));

    public IEnumerable<FieldManager> Others(string name, string subresource) => _managers.Where(manager => !manager.IsSame(name, true, subresource));

    public FieldSet OwnedBy(string name, string subresource) => Find(name, subresource)?.Fields ?? new FieldSet();

    public FieldSet OwnedByOthers(string name, string subresource) =>
        Others(name, subresource).Aggregate(new FieldSet(), static (all, manager) => all.Union(manager.Fields));

    /// <summary>Fields of others that applying would change; one cause per field.</summary>
    /// <param name="name">Who applies.</param>
    /// <param name="subresource">Where; empty for the object itself.</param>
    /// <param name="apiVersion">The version he speaks.</param>
    /// <param name="taken">What he applies with another value than it had.</param>
    /// <param name="changes">What would change, for entries of other versions.</param>
    public ImmutableArray<ErrorCause> Conflicts(string name, string subresource, string apiVersion, FieldSet taken, VersionedChanges changes)
    {
        var causes = ImmutableArray.CreateBuilder<ErrorCause>();
        foreach (var manager in Others(name, subresource))
        {
            foreach (var path in (manager.ApiVersion == apiVersion ? taken : changes.In(manager.ApiVersion).Present).Intersect(manager.Fields).Paths())
            {
                var via = manager.Subresource.Length > 0 ? $" with subresource \"{manager.Subresource}\"" : "";
                var version = manager.IsApply ? "" : $" using {manager.ApiVersion}";
                causes.Add(new() { Reason = "FieldManagerConflict", Message = $"conflict with \"{manager.Name}\"{via}{version}", Field = path });
            }
        }

        return causes.ToImmutable();
    }

    /// <summary>
    /// Records what the object held before it was tracked: what client-side apply put there is that one's, under the name by which kubectl
    /// looks for it when it moves to the server's side.
    /// </summary>
    public void Begin(JsonObject live, SchemaType? type, string apiVersion, string time)
    {
        var all = FieldSets.Of(Owned(live), type);
        if (LastApplied.Read(live) is { } lastApplied)
        {
            var applied = FieldSets.Of(Owned(lastApplied), type).Union(FieldSets.Of(LastApplied.Annotation(), type)).Intersect(all);
            _managers.Add(new(LastApplied.Manager, false, "", apiVersion, time, applied));
            all = all.Except(applied);
        }

        if (!all.IsEmpty)
        {
            _managers.Add(new("before-first-apply", false, "", apiVersion, time, all));
        }
    }

    /// <summary>Records an apply; fields taken over by force leave their former owners.</summary>
    public void Apply(string name, string subresource, string apiVersion, string time, FieldSet applied, FieldSet taken, VersionedChanges changes)
    {
        for (var index = 0; index < _managers.Count; index++)
        {
            if (!_managers[index].IsSame(name, true, subresource))
            {
                var lost = _managers[index].ApiVersion == apiVersion ? taken : changes.In(_managers[index].ApiVersion).All;
                _managers[index] = _managers[index] with { Fields = _managers[index].Fields.Except(lost) };
            }
        }

        Set(new(name, true, subresource, apiVersion, time, applied));
    }

    /// <summary>
    /// Records a plain write: what it changed is its own, what it removed is nobody's. Entries that own nothing of it stay the text they are;
    /// when somebody changes values that are his alone, his gets a new time and that is all.
    /// </summary>
    /// <param name="entries"><c>metadata.managedFields</c>, changed in place.</param>
    /// <param name="name">Who writes.</param>
    /// <param name="subresource">Where; empty for the object itself.</param>
    /// <param name="apiVersion">The version he speaks.</param>
    /// <param name="time">Now.</param>
    /// <param name="versions">What he changed.</param>
    public static void Update(JsonArray entries, string name, string subresource, string apiVersion, string time, VersionedChanges versions)
    {
        var isOwned = false;
        var own = versions.In(apiVersion);
        for (var index = entries.Count - 1; index >= 0; index--)
        {
            if (entries[index] is not JsonObject entry || entry.Object("fieldsV1") is not { } fields)
            {
                continue;
            }

            var version = entry.Text("apiVersion");
            var changes = version == apiVersion ? own : versions.In(version);
            var isOwn = !isOwned && entry.Text("operation") != "Apply" && entry.Text("manager") == name
                && entry.Text("subresource") == subresource && version == apiVersion;
            isOwned |= isOwn;
            if (isOwn)
            {
                entry["time"] = time;
            }

            if (isOwn ? !changes.HasRemovals && changes.All.IsWithin(fields) : !changes.All.Overlaps(fields))
            {
                continue;
            }

            var rest = FieldSet.FromJson(fields).Except(changes.All);
            if (isOwn)
            {
                rest.Absorb(changes.Present);
            }

            if (rest.IsEmpty)
            {
                entries.RemoveAt(index);
            }
            else
            {
                entry["fieldsV1"] = rest.ToJson();
            }
        }

        if (!isOwned && !own.Present.IsEmpty)
        {
            entries.Add(new FieldManager(name, false, subresource, apiVersion, time, own.Present).ToJson());
        }
    }

    /// <summary>The part of an object that can have owners.</summary>
    public static JsonObject Owned(JsonObject item, string subresource = "")
    {
        var owned = new JsonObject();
        foreach (var (name, value) in item.Where(member => member.Key != "metadata" && Ownable.IsMember(member.Key, subresource)))
        {
            owned[name] = value?.DeepClone();
        }

        if (Ownable.HasAny(item.Object("metadata")))
        {
            owned["metadata"] = new JsonObject(
                item.Object("metadata")!.Where(static member => Ownable.IsMetadata(member.Key))
                    .Select(static member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())));
        }

        return owned;
    }

    // An entry that owns what it owned keeps its time, so that applying the same again changes nothing.
    private void Set(FieldManager entry)
    {
        var index = _managers.FindIndex(manager => manager.IsSame(entry.Name, entry.IsApply, entry.Subresource));
        if (index < 0)
        {
            _managers.Add(entry);
        }
        else if (_managers[index].ApiVersion != entry.ApiVersion || !_managers[index].Fields.ToJson().SameAs(entry.Fields.ToJson()))
        {
            _managers[index] = entry;
        }
    }
}
