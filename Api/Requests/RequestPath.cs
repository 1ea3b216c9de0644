namespace Crescent.Api.Requests;

/// <summary>
/// What a URL names, read the way Kubernetes reads it: <c>/api/v1/namespaces/{ns}/{resource}/{name}/{subresource}</c> and
/// <c>/apis/{group}/{version}/…</c>. Anything else is a non-resource path.
/// </summary>
internal readonly record struct RequestPath
{
    /// <summary>False for <c>/version</c>, <c>/apis</c>, <c>/apis/apps/v1</c> …</summary>
    public bool IsResource { get; private init; }

    /// <summary>Group of a resource path; empty for core.</summary>
    public string Group { get; private init; }
    public string Version { get; private init; }

    /// <summary>Empty when the path names none.</summary>
    public string Namespace { get; private init; }
    public string Resource { get; private init; }

    /// <summary>Empty for collections.</summary>
    public string Name { get; private init; }
    public string Subresource { get; private init; }

    /// <summary>What follows the subresource, e.g. the path behind <c>proxy</c>.</summary>
    public string Rest { get; private init; }

    /// <summary>The deprecated <c>/watch/</c> prefix was used.</summary>
    public bool IsWatchPrefixed { get; private init; }

    private static readonly RequestPath NonResource = new()
    {
        Group = "",
        Version = "",
        Namespace = "",
        Resource = "",
        Name = "",
        Subresource = "",
        Rest = "",
    };

    public static RequestPath Parse(string path)
    {
        var segments = new Segments(path);
        string group;
        switch (segments.Next())
        {
            case "api":
                group = string.Empty;
                break;
            case "apis":
                group = segments.Next();
                if (group.Length == 0)
                {
                    return NonResource;
                }

                break;
            default:
                return NonResource;
        }

        var version = segments.Next();
        var resource = segments.Next();
        if (version.Length == 0 || resource.Length == 0)
        {
            return NonResource;
        }

        var isWatchPrefixed = resource == "watch";
        if (isWatchPrefixed)
        {
            resource = segments.Next();
        }

        var ns = string.Empty;
        string name;
        if (resource == "namespaces" && group.Length == 0)
        {
            name = segments.Next();
            var third = segments.Next();
            if (third.Length != 0 && third is not ("status" or "finalize"))
            {
                (ns, resource, name) = (name, third, segments.Next());
                third = segments.Next();
            }

            return Resourceful(third, segments.Rest);
        }

        if (resource == "namespaces")
        {
            ns = segments.Next();
            resource = segments.Next();
        }

        name = segments.Next();
        var subresource = segments.Next();
        return resource.Length == 0 ? NonResource : Resourceful(subresource, segments.Rest);

        RequestPath Resourceful(string sub, string rest) => new()
        {
            IsResource = true, Group = group, Version = version, Namespace = ns, Resource = resource, Name = name, Subresource = sub,
            Rest = rest, IsWatchPrefixed = isWatchPrefixed,
        };
    }

    private ref struct Segments(string path)
    {
        private int _position = path.Length > 0 && path[0] == '/' ? 1 : 0;

        /// <summary>Empty at the end.</summary>
        public string Next()
        {
            if (_position >= path.Length)
            {
                return string.Empty;
            }

            var end = path.IndexOf('/', _position);
            end = end < 0 ? path.Length : end;
            var segment = path[_position..end];
            _position = end + 1;
            return segment;
        }

        public readonly string Rest => _position >= path.Length ? string.Empty : path[_position..];
    }
}
