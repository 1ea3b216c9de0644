using System.Text;
using Crescent.Definitions;

namespace Crescent.Resources;

/// <summary>
/// A prefix tree of JSON paths (<c>spec.nodeName</c>), so that one forward pass over a body finds all of them and skips the rest.
/// </summary>
public sealed class FieldPaths
{
    private readonly List<FieldPaths> _children = [];

    private FieldPaths(string name) => NameUtf8 = Encoding.UTF8.GetBytes(name);

    /// <summary>No paths.</summary>
    public static FieldPaths Empty { get; } = Of([]);

    /// <summary>Property name of this node.</summary>
    internal byte[] NameUtf8 { get; }

    /// <summary>The fields whose value stands here, each with its place among the field's paths; a lower place counts more.</summary>
    internal List<(string Label, int Place)> Ends { get; } = [];

    internal bool HasChildren => _children.Count > 0;

    /// <summary>Builds the tree; <c>metadata.name</c> and <c>metadata.namespace</c> are left out because the key has them.</summary>
    public static FieldPaths Of(IEnumerable<SelectableField> fields)
    {
        var root = new FieldPaths("");
        foreach (var field in fields)
        {
            if (field.Label is "metadata.name" or "metadata.namespace")
            {
                continue;
            }

            string[] paths = field.Paths.IsEmpty ? [field.Label] : [.. field.Paths];
            for (var place = 0; place < paths.Length; place++)
            {
                var node = root;
                foreach (var part in paths[place].Split('.'))
                {
                    node = node.GetOrAdd(part);
                }

                if (!node.Ends.Contains((field.Label, place)))
                {
                    node.Ends.Add((field.Label, place));
                }
            }
        }

        return root;
    }

    internal FieldPaths? Find(ref System.Text.Json.Utf8JsonReader property)
    {
        foreach (var child in _children)
        {
            if (property.ValueTextEquals(child.NameUtf8))
            {
                return child;
            }
        }

        return null;
    }

    private FieldPaths GetOrAdd(string name)
    {
        var utf8 = Encoding.UTF8.GetBytes(name);
        foreach (var child in _children)
        {
            if (utf8.AsSpan().SequenceEqual(child.NameUtf8))
            {
                return child;
            }
        }

        var added = new FieldPaths(name);
        _children.Add(added);
        return added;
    }
}
