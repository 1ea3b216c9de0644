using System.Text;
using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Applying;

/// <summary>
/// A set of field paths, as <see href="https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management">managedFields</see>
/// writes it: steps are <c>f:name</c>, <c>k:{"key":…}</c> for items of keyed lists, <c>v:value</c> for items of sets.
/// </summary>
internal sealed class FieldSet
{
    private static readonly List<KeyValuePair<string, FieldSet>> None = [];

    /// <summary>In ordinal order, and <see cref="None"/> at the ends of paths: every write makes many sets, most of them without children.</summary>
    private List<KeyValuePair<string, FieldSet>> _children = None;

    /// <summary>Whether the path that leads here is itself in the set.</summary>
    public bool IsMember { get; set; }

    public bool IsEmpty => !IsMember && _children.Count == 0;

    public IReadOnlyList<KeyValuePair<string, FieldSet>> Children => _children;

    public FieldSet? Find(string step) => IndexOf(step) is var index and >= 0 ? _children[index].Value : null;

    public FieldSet Ensure(string step)
    {
        var index = IndexOf(step);
        return index >= 0 ? _children[index].Value : Insert(~index, step, new());
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
                result.Insert(result._children.Count, step, rest);
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
                result.Insert(result._children.Count, step, both);
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
                set.Insert(~set.IndexOf(step), step, FromJson(child as JsonObject, isRoot: false));
            }
        }

        return set;
    }

    private static bool IsMemberIn(JsonObject fields) => fields.Count == 0 || fields.ContainsKey(".");

    /// <summary>Where the step is; when it is missing, the complement of where it belongs. Written sets come in order, so the end is looked at first.</summary>
    private int IndexOf(string step)
    {
        var (low, high) = (0, _children.Count);
        if (high == 0 || string.CompareOrdinal(_children[high - 1].Key, step) < 0)
        {
            return ~high;
        }

        while (low < high)
        {
            var middle = (low + high) / 2;
            var order = string.CompareOrdinal(_children[middle].Key, step);
            if (order == 0)
            {
                return middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle);
        }

        return ~low;
    }

    private FieldSet Insert(int index, string step, FieldSet child)
    {
        if (ReferenceEquals(_children, None))
        {
            _children = new(4);
        }

        _children.Insert(index, new(step, child));
        return child;
    }

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
