using Crescent.Api.Requests;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Api.Selectors;

/// <summary>Which objects of a kind a list or watch shows: namespace, name and the two selectors.</summary>
internal sealed class ObjectFilter
{
    private readonly string? _namespace;
    private readonly string? _name;
    private readonly LabelSelector _labels;
    private readonly FieldSelector _fields;

    private ObjectFilter(string? ns, string? name, LabelSelector labels, FieldSelector fields)
    {
        _namespace = ns;
        _name = name;
        _labels = labels;
        _fields = fields;
    }

    /// <summary>True when a selector or a name narrows the namespace: the number of matches is then not known without looking.</summary>
    public bool HasSelectors => !_labels.IsEverything || !_fields.IsEverything || _name is not null;

    /// <summary>Node all matches are on; null when they may be anywhere.</summary>
    public string? Node => _fields.RequiredNode;

    public static bool TryRead(ResourceRequest request, out ObjectFilter filter, out ResourceError? error)
    {
        filter = null!;
        error = null;
        if (!LabelSelector.TryParse(request.Query.Text("labelSelector"), out var labels, out var problem)
            || !FieldSelector.TryParse(request.Query.Text("fieldSelector"), request.Definition, out var fields, out problem))
        {
            error = ResourceErrors.BadRequest(problem);
            return false;
        }

        var name = request.Path.Name.Length != 0 ? request.Path.Name : fields.RequiredName;
        var ns = request.Path.Namespace.Length == 0 ? null : request.Path.Namespace;
        filter = new(ns, name, labels, fields);
        return true;
    }

    public bool Matches(ResourceSnapshot snapshot) =>
        (_namespace is null || _namespace == snapshot.Key.Namespace)
        && (_name is null || _name == snapshot.Key.Name)
        && _labels.Matches(snapshot.Labels)
        && _fields.Matches(snapshot);

    /// <summary>Matching objects in key order after <paramref name="after"/>.</summary>
    public IEnumerable<ResourceSnapshot> Select(IResourceView view, Identity.ResourceKey? after = null)
    {
        if (_name is not null && _namespace is not null && after is null)
        {
            return view.TryGet(_namespace, _name, out var single) && Matches(single) ? [single] : [];
        }

        var candidates = view.Enumerate(_namespace, after);
        return HasSelectors ? candidates.Where(Matches) : candidates;
    }
}
