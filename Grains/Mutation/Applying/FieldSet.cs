using System.Text;
using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Applying;

/// <summary>
/// A set of field paths, as <see href="https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management">managedFields</see>
/// writes it: steps are <c>f:name</c>, <c>k:{"key":…}</c> for items of keyed lists, <c>v:value</c> for items of sets.
/// </summary>
internal sealed class FieldSet
{
    private readonly SortedDictionary<string, FieldSet> _children = new(StringComparer.Ordinal);

    /// <summary>Whether the path that leads here is itself in the set.</summary>
    public bool IsMember { get; set; }

    public bool IsEmpty => !IsMember && _children.Count == 0;

    public IEnumerable<KeyValuePair<string, FieldSet>> Children => _children;

    public FieldSet? Find(string step) => _children.GetValueOrDefault(step);

    public FieldSet Ensure(string step)
    {
        if (!_children.TryGetValue(step, out var child))
        {
            _children.Add(step, child = new());
        }

        return child;
    }

    /// <summary>What stands at the end of a path of steps.</summary>
    public FieldSet Ensure(List<string> path)
    {
        var at = this;
        foreach (var step in path)
        {
            at = at.Ensure(step);
        }

        return at;
    }

    public FieldSet Union(FieldSet other)
    {
        var result = Clone();
        result.Absorb(other);
        return result;
    }

    /// <summary>Paths that are here and not there.</summary>
    public FieldSet Except(FieldSet? other)
    {
        var result = new FieldSet { IsMember = IsMember && other?.IsMember != true };
        foreach (var (step, child) in _children)
        {
            var rest = child.Except(other?.Find(step));
            if (!rest.IsEmpty)
            {
                result._children.Add(step, rest);
            }
        }

        return result;
    }

    /// <summary>Paths that are in both.</summary>
    public FieldSet Intersect(FieldSet? other)
    {
        var result = new FieldSet { IsMember = IsMember && other?.IsMember == true };
        foreach (var (step, child) in _children)
        {
            if (other?.Find(step) is { } there && child.Intersect(there) is { IsEmpty: false } both)
            {
                result._children.Add(step, both);
            }
        }

        return result;
    }

    /// <summary>Whether <paramref name="fields"/>, in the form of <c>fieldsV1</c>, has all paths of this set.</summary>
    public bool IsWithin(JsonObject fields)
    {
        foreach (var (step, child) in _children)
        {
            if (fields[step] is not JsonObject there || (child.IsMember && !IsMemberIn(there)) || !child.IsWithin(there))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether <paramref name="fields"/>, in the form of <c>fieldsV1</c>, has any path of this set.</summary>
    public bool Overlaps(JsonObject fields)
    {
        foreach (var (step, child) in _children)
        {
            if (fields[step] is JsonObject there && ((child.IsMember && IsMemberIn(there)) || child.Overlaps(there)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Every member as text, e.g. <c>.spec.containers[name="web"].image</c>.</summary>
    public IEnumerable<string> Paths(string prefix = "")
    {
        if (IsMember)
        {
            yield return prefix;
        }

        foreach (var (step, child) in _children)
        {
            foreach (var path in child.Paths(prefix + Show(step)))
            {
                yield return path;
            }
        }
    }

    public JsonObject ToJson()
    {
        var json = new JsonObject();
        if (IsMember && _children.Count > 0)
        {
            json["."] = new JsonObject();
        }

        foreach (var (step, child) in _children)
        {
            json[step] = child.ToJson();
        }

        return json;
    }

    /// <summary>Reads <c>fieldsV1</c>: an empty object is a member without further steps.</summary>
    public static FieldSet FromJson(JsonObject? json, bool isRoot = true)
    {
        var set = new FieldSet { IsMember = !isRoot && (json is null || IsMemberIn(json)) };
        foreach (var (step, child) in json ?? [])
        {
            if (step != ".")
            {
                set._children[step] = FromJson(child as JsonObject, isRoot: false);
            }
        }

        return set;
    }

    private static bool IsMemberIn(JsonObject fields) => fields.Count == 0 || fields.ContainsKey(".");

    private FieldSet Clone()
    {
        var clone = new FieldSet();
        clone.Absorb(this);
        return clone;
    }

    /// <summary>Adds all paths of another set.</summary>
    public void Absorb(FieldSet other)
    {
        IsMember |= other.IsMember;
        foreach (var (step, child) in other._children)
        {
            Ensure(step).Absorb(child);
        }
    }

    private static string Show(string step)
    {
        if (step.StartsWith("f:", StringComparison.Ordinal))
        {
            return "." + step[2..];
        }

        if (!step.StartsWith("k:", StringComparison.Ordinal) || JsonNode.Parse(step[2..]) is not JsonObject keys)
        {
            return $"[={step[2..]}]";
        }

        var text = new StringBuilder("[");
        foreach (var (name, value) in keys)
        {
            text.Append(text.Length > 1 ? "," : "").Append(name).Append('=').Append(value?.ToJsonString());
        }

        return text.Append(']').ToString();
    }
}
